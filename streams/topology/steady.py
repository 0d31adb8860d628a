"""The time of day, while it can be trusted.

A clock that is set wrong by a day would have every school's registers overdue at once. Which of two times is right
nobody here can know; but a clock that has just jumped is not believed until it has stood by its new time for a while.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

JUMP = 60.0  # s by which the time of day moved more, or less, than time went by
BELIEVED_AFTER = 600.0  # s

log = structlog.get_logger("firstbell.worker")


class Steady:
    """`now` is the time of day, `clock` gives seconds that never go back."""

    def __init__(self, now: Callable[[], datetime], clock: Callable[[], float]) -> None:
        self._now = now
        self._clock = clock
        self._origin: datetime | None = None  # the time of day at 0 of the clock
        self._believed_from = 0.0

    def __call__(self) -> datetime | None:
        """Give the time of day; None while it is not believed."""
        now, clock = self._now(), self._clock()
        origin = now - timedelta(seconds=clock)
        jump = 0.0 if self._origin is None else (origin - self._origin).total_seconds()
        self._origin = origin
        if abs(jump) > JUMP:
            self._believed_from = clock + BELIEVED_AFTER
            log.warning("the clock has jumped", seconds=round(jump), believed_in=BELIEVED_AFTER)
        return now if clock >= self._believed_from else None
