"""A worker, or a notifier, as a child process: the real one, with settings of the demo, and never left behind."""

import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from streams.errors import FirstbellError
from streams.settings import ENVIRONMENT, Settings

GRACE = 5  # seconds a worker has to finish its batch and leave
LAST_LINES = 5  # of its log, shown where it stopped by itself


class WorkerGone(FirstbellError):  # noqa: N818 - what happened
    """The worker stopped before its work was done."""


class Worker:
    """Runs *command* on a leash, in a session of its own, so that Ctrl-C reaches only us and it dies with us.

    Used as a context manager. What it writes goes to *log*; *name* says what it is where it stopped by itself.
    """

    def __init__(self, command: Sequence[str], settings: Settings, log: Path, name: str = "worker") -> None:
        self._name = name
        self._command = [sys.executable, "-m", "streams.embedded.leash", *command]
        self._environment = {**_without_settings(os.environ), **as_environment(settings)}
        self._log = log

    def __enter__(self) -> Self:
        """Start it."""
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                self._command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
            )
        return self

    @property
    def pid(self) -> int:
        """The process that holds the leash."""
        return self._process.pid

    def check(self) -> None:
        """Do nothing while it runs.

        Raises:
            WorkerGone: it does not; the message has the last lines of its log.
        """
        if (code := self._process.poll()) is not None:
            with self._log.open(encoding="utf-8", errors="replace") as log:
                lines = "".join(deque(log, LAST_LINES)).rstrip()
            raise WorkerGone(f"the {self._name} stopped with exit code {code}:\n{lines}")

    def __exit__(self, *_: object) -> None:
        """Ask it to stop, and make it stop."""
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self._kill()

    def _kill(self) -> None:
        """End whatever is left of its session; the leash would too, when we let go of it."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()


def as_environment(settings: Settings) -> dict[str, str]:
    """Write those of *settings* that were given as the variables that a child reads them from."""
    given = settings.model_dump(mode="json", include=settings.model_fields_set)
    return {f"{ENVIRONMENT}{name.upper()}": str(value) for name, value in given.items()}


def _without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Leave out the user's own settings: the demo must not touch a real Kafka."""
    return {name: value for name, value in environment.items() if not name.startswith(ENVIRONMENT)}
