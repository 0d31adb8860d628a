"""Places at which a worker can be made to die or to pause. For the fault trials (`make trials`) and nothing else.

`FIRSTBELL_TRIAL_CRASH=after-produce:3` kills the process outright when it comes to that place for the third time;
`FIRSTBELL_TRIAL_PAUSE=before-begin` stops it there (SIGSTOP), as a machine that falls asleep. Where neither is set
`reach` is a function that does nothing. A worker that ends or pauses so says it in its log.
"""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Protocol

import structlog

CRASH = "FIRSTBELL_TRIAL_CRASH"
PAUSE = "FIRSTBELL_TRIAL_PAUSE"

log = structlog.get_logger("firstbell.worker")


class Point(StrEnum):
    """The gaps between two steps, in each of which a crash must lose and double nothing."""

    AFTER_FENCE = "after-fence"  # a partition is taken, and not loaded
    MARKS_DELIVERED = "marks-delivered"  # Kafka has a batch's marks, and nothing else of it is done
    BEFORE_BEGIN = "before-begin"  # a batch is computed, and no transaction begun
    AFTER_PRODUCE = "after-produce"  # all of it is with Kafka, and not committed
    COMMIT_SENT = "commit-sent"  # the commit is asked for, and not answered
    AFTER_COMMIT = "after-commit"  # committed, and the working copies are not swapped in
    BEFORE_ACK = "before-ack"  # all is done, and Faust does not know
    IN_REVOCATION = "in-revocation"  # the group asks for the partitions back


def _nothing() -> None:
    """Do nothing first."""


class Reach(Protocol):
    """Told that a place was come to, and what must be done before the worker ends there."""

    def __call__(self, point: Point, first: Callable[[], object] = _nothing) -> None:
        """Go on, or end."""


def _pass(point: Point, first: Callable[[], object] = _nothing) -> None:
    """Go on: no trial is on."""


class Armed:
    """Sends this process *number* when it comes to *point* for the *nth* time, from whichever thread."""

    def __init__(self, point: Point, nth: int, number: int, send: Callable[[int, int], None] = os.kill) -> None:
        self._point = point
        self._left = nth
        self._number = number
        self._send = send
        self._lock = threading.Lock()

    def __call__(self, point: Point, first: Callable[[], object] = _nothing) -> None:
        """Count; when it is time, do what must be done *first*, well or not, and send the signal."""
        if point != self._point or not self._is_time():
            return
        with contextlib.suppress(Exception):
            first()
        log.warning("a trial sends this worker a signal", at=str(point), signal=self._number)
        self._send(os.getpid(), self._number)

    def _is_time(self) -> bool:
        with self._lock:
            self._left -= 1
            return self._left == 0


def armed(environment: Mapping[str, str]) -> Reach:
    """Give what *environment* asks for: `PLACE` or `PLACE:NTH`.

    Raises:
        ValueError: it names no place.
    """
    for variable, number in ((CRASH, signal.SIGKILL), (PAUSE, signal.SIGSTOP)):
        if variable in environment:
            name, _, nth = environment[variable].partition(":")
            return Armed(Point(name), int(nth or 1), number)
    return _pass


reach = armed(os.environ)
