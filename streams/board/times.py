"""Clock times of a school's sessions: Europe/London, where the clocks change twice a year."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from streams.board.school import School

_LONDON = ZoneInfo("Europe/London")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR, MINUTE = 3_600_000, 60_000  # ms
_FIRST = (datetime(1999, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
_LAST = (datetime(2200, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)


def bounded(ms: int) -> int:
    """Return *ms* since 1970, kept between the years 1999 and 2200: sessions lie between 2000 and 2100."""
    return ms if _FIRST <= ms <= _LAST else min(max(ms, _FIRST), _LAST)


def starts_at(slot: int, school: School) -> time:
    """Return the local time at which a session of *school* starts. `slot` as in `attendance.sessions`."""
    return school.pm_start if slot & 1 else school.am_start


def start_ms(slot: int, school: School) -> int:
    """Return when a session of *school* starts, in milliseconds since 1970."""
    return _instant(slot >> 1, starts_at(slot, school))


@lru_cache(maxsize=8192)
def dues_about(day: int, am_start: time, pm_start: time, graces: tuple[int, ...]) -> list[int]:
    """Return in order when each of *graces* (ms) is over after each start of a session, from the day before *day* on.

    Up to the day after it.
    """
    starts = [_instant(each, at) for each in (day - 1, day, day + 1) for at in (am_start, pm_start)]
    return sorted(start + grace for start in starts for grace in graces)


def session_at(ms: int, school: School) -> int:
    """Return the session of *school* that began last, at *ms* since 1970; any day counts, holidays too."""
    day = day_of(ms)
    if ms >= start_ms(day * 2 + 1, school):
        return day * 2 + 1
    return day * 2 if ms >= start_ms(day * 2, school) else day * 2 - 1


def day_of(ms: int) -> int:
    """Return the day in London, an ordinal, at *ms* since 1970."""
    return _day_of_hour(ms // HOUR)


@lru_cache(maxsize=8192)
def _instant(day: int, at: time) -> int:
    return (datetime.combine(date.fromordinal(day), at, _LONDON) - _EPOCH) // timedelta(milliseconds=1)


@lru_cache(maxsize=8192)
def _day_of_hour(hour: int) -> int:
    # London's clocks stand at whole hours from UTC, so that a day begins with an hour.
    return (_EPOCH + timedelta(hours=hour)).astimezone(_LONDON).toordinal()
