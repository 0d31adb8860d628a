"""A server as a child process: on a free loopback port, on a leash, its last words kept."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from typing import IO

LOOPBACK = "127.0.0.1"
_TRIES = 3  # another process may take the port between our look and the server's start
_STOPS_WITHIN = 5  # s


class Held:
    """Runs one server. It is in a session of its own, so Ctrl-C reaches us and not it, and it ends when we end."""

    def __init__(self) -> None:
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    def start(
        self,
        command: Callable[[int], Sequence[str]],
        answers: Callable[[], bool],
        environment: Mapping[str, str] | None = None,
    ) -> bool:
        """Start *command*, given a port, and say whether it *answers*; where it does not, on other ports."""
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - until `close`
        for _ in range(_TRIES):
            self.port = _free_port()
            self._launch(command(self.port), environment)
            try:
                if answers() and self.runs:  # else it was somebody else who did
                    return True
            except BaseException:  # Ctrl-C, above all
                self.stop()
                raise
            self.stop()
        return False

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self._process is not None and self._process.poll() is None

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

    def close(self) -> None:
        """Stop it, and forget what it said."""
        self.stop()
        if self._log:
            self._log.close()

    def last_words(self) -> str:
        """The last line that it wrote."""
        if not self._log:
            return ""
        self._log.seek(0)
        said = self._log.read().decode(errors="replace").split("\n")
        return next((line.strip() for line in reversed(said) if line.strip()), "it says nothing")

    def _launch(self, command: Sequence[str], environment: Mapping[str, str] | None) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own wheels' programs
            [sys.executable, "-m", "streams.embedded.leash", *command],
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
            env=environment,
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
