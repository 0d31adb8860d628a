"""A program under measurement: started as a user would, on a leash, with the CPU that it has used."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import psutil  # type: ignore[import-untyped]

from streams.errors import FirstbellError
from streams.settings import ENVIRONMENT

BIN = Path(sys.executable).parent
_GRACE = 30  # s to end when asked
_LAST_WORDS = 2000  # bytes


class ChildGone(FirstbellError):  # noqa: N818 - what happened
    """A program under measurement ended before its work was done."""


class Child:
    """Runs *command* with *environment* over ours, none of our own settings in it; what it says goes to *log*."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(ENVIRONMENT)}
        self._environment = {**clean, **environment}
        self._command = [sys.executable, "-m", "streams.embedded.leash", *command]
        self._log = log

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
            )
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()

    def check(self) -> None:
        """Do nothing while it runs.

        Raises:
            ChildGone: it does not; the message has its last words.
        """
        if self._process.poll() is not None:
            words = self._log.read_bytes()[-_LAST_WORDS:].decode(errors="replace")
            raise ChildGone(f"{Path(self._command[3]).name} ended with {self._process.returncode}: {words}")

    def program(self) -> psutil.Process:
        """Give the program itself, which the leash started.

        Raises:
            ChildGone: there is none yet, or no more.
        """
        found = psutil.Process(self._process.pid).children()
        if not found:
            raise ChildGone(f"{Path(self._command[3]).name} does not run")
        return found[0]

    def cpu(self) -> float:
        """Give the CPU seconds that it has used so far, in all its threads."""
        return cpu_of(self._process.pid)


def cpu_of(pid: int) -> float:
    """Give the CPU seconds of the process *pid* and of what it has started that still runs."""
    process = psutil.Process(pid)
    times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    return float(sum(t.user + t.system for t in times))
