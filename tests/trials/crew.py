"""The workers of a trial, and who starts them again when they end, as an orchestrator would."""

import contextlib
import json
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from streams.settings import Settings
from tests.support.command import FIRSTBELL
from tests.support.worker import WorkerProcess
from tests.trials.history import Exit

WORKER: tuple[str, ...] = (FIRSTBELL, "worker")
_LOOK_AGAIN = 0.1  # s
_BACK_OFF = 1.0  # s before a worker is started again


@dataclass
class _Place:
    """One worker's place: the process that holds it, and what was done to that."""

    settings: Settings
    wanted: bool = False
    cause: str = ""
    process: WorkerProcess | None = None
    arm: dict[str, str] = field(default_factory=dict)
    not_before: float = 0.0


class Crew:
    """Places for workers, numbered from 0; a thread keeps the wanted ones filled. `clock`: seconds of the trial."""

    def __init__(
        self, places: Sequence[Settings], folder: Path, clock: Callable[[], float], command: Sequence[str] = WORKER
    ) -> None:
        self.exits: list[Exit] = []
        self.logs: list[Path] = []
        self._places = [_Place(settings) for settings in places]
        self._folder = folder
        self._clock = clock
        self._command = command
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        """Begin to keep the wanted places filled."""
        self._thread.start()

    def close(self) -> None:
        """Kill all, and end."""
        self._over.set()
        self._thread.join()
        with self._lock:
            for place in self._places:
                place.wanted = False
                if place.process is not None:
                    place.cause = "killed"
                    place.process.__exit__()

    def want(self, *numbers: int) -> None:
        """Fill these places, and leave the others as they are."""
        with self._lock:
            for number in numbers:
                self._places[number].wanted = True

    def leave(self, number: int) -> None:
        """Ask a worker to stop, for good."""
        with self._lock:
            self._places[number].wanted = False
        self.terminate(number)

    def process(self, number: int) -> WorkerProcess | None:
        """Give the process in a place, if one runs."""
        with self._lock:
            process = self._places[number].process
            return process if process is not None and process.running else None

    def running(self) -> list[int]:
        """Give the places in which a process runs."""
        return [number for number in range(len(self._places)) if self.process(number)]

    def kill(self, number: int) -> None:
        """End a worker outright."""
        self._end(number, "killed", WorkerProcess.kill)

    def terminate(self, number: int) -> None:
        """Ask a worker to stop."""
        self._end(number, "stopped", WorkerProcess.terminate)

    def arm(self, number: int, variables: Mapping[str, str]) -> None:
        """Start the worker in this place anew, once, with *variables*: it will be ended at a crash point."""
        with self._lock:
            self._places[number].arm = dict(variables)
            self._places[number].wanted = True
        self.kill(number)

    def pause(self, number: int) -> WorkerProcess | None:
        """Stop a worker where it stands; give its process, to be resumed."""
        process = self.process(number)
        if process is not None:
            process.signal(signal.SIGSTOP)
        return process

    def _end(self, number: int, cause: str, end: Callable[[WorkerProcess], None]) -> None:
        with self._lock:
            process = self.process(number)
            if process is not None:
                self._places[number].cause = cause
                with contextlib.suppress(ProcessLookupError):
                    end(process)

    def _keep(self) -> None:
        while not self._over.is_set():
            with self._lock:
                for number, place in enumerate(self._places):
                    self._look(number, place)
            time.sleep(_LOOK_AGAIN)

    def _look(self, number: int, place: _Place) -> None:
        if place.process is not None and not place.process.running:
            self._note(number, place, place.process)
        if place.wanted and place.process is None and self._clock() >= place.not_before:
            place.process = WorkerProcess(place.settings, self._folder, self._command, place.arm).__enter__()
            place.cause, place.arm = ("crash point" if place.arm else ""), {}
            self.logs.append(place.process.log)

    def _note(self, number: int, place: _Place, process: WorkerProcess) -> None:
        code, text = process.wait(), process.text()
        self.exits.append(
            Exit(at=self._clock(), worker=number, code=code, cause=place.cause, why=_last_words(text) if code else "")
        )
        process.__exit__()
        place.process, place.not_before = None, self._clock() + _BACK_OFF


def _last_words(text: str) -> str:
    """Why a worker stopped, in its own words, where it said so in one line."""
    said = [line for line in text.splitlines() if '"critical"' in line or line.startswith("firstbell: ")]
    if len(said) != 1:
        return ""
    if said[0].startswith("firstbell: "):
        return said[0]
    entry = json.loads(said[0])
    return f"{entry['during']}: {entry['why']}"


def is_paused(process: WorkerProcess) -> bool:
    """Whether the worker has stopped itself (SIGSTOP) at a crash point; its leash goes on."""
    with contextlib.suppress(psutil.Error):
        return any(child.status() == psutil.STATUS_STOPPED for child in psutil.Process(process.pid).children())
    return False
