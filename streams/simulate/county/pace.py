"""How fast the year goes by."""

from collections.abc import Callable
from datetime import datetime


class Pace:
    """Holds each register back until its time has come, *speed* times as fast as the clock.

    Args:
        speed: seconds of the year in one second; None does not wait at all.
        clock: gives seconds that never run backwards.
        sleep: waits for so many seconds.
    """

    def __init__(self, speed: float | None, clock: Callable[[], float], sleep: Callable[[float], object]) -> None:
        self._speed, self._clock, self._sleep = speed, clock, sleep
        self._began: tuple[datetime, float] | None = None

    def wait_for(self, moment: datetime) -> None:
        """Wait until it is *moment* in the year; the first moment is now."""
        if self._speed is None:
            return
        if self._began is None:
            self._began = moment, self._clock()
        first, started = self._began
        ahead = (moment - first).total_seconds() / self._speed - (self._clock() - started)
        if ahead > 0:
            self._sleep(ahead)
