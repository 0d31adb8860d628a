"""Days and hours in England: school days, when a receiver may be disturbed, when the next digest goes.

Instants are seconds since 1970 (UTC); days and hours are those of Europe/London.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

__all__ = ["DAY_NAMES", "Days", "Hours", "SchoolDays", "day_of", "holiday", "next_clock", "next_open"]

LONDON = ZoneInfo("Europe/London")
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Days = Literal["every-day", "weekdays", "school-days"] | tuple[str, ...]
Hours = Sequence[tuple[time, time]]

_SATURDAY = 5
_LOOKS_AHEAD = 400  # days; a calendar that is closed longer than this is never open


class SchoolDays:
    """School days: Monday to Friday, but for *holidays*, each `YYYY-MM-DD` or `YYYY-MM-DD/YYYY-MM-DD` (both in it).

    Raises:
        ValueError: a holiday is no such date or range.
    """

    def __init__(self, holidays: Iterable[str] = ()) -> None:
        self._ranges = [holiday(text) for text in holidays]

    def __contains__(self, day: date) -> bool:
        return day.weekday() < _SATURDAY and not any(first <= day <= last for first, last in self._ranges)

    def since(self, earlier: date, now: date) -> int:
        """Count the school days after *earlier*, up to *now*; 0 where *earlier* is not before it."""
        days = min(max(0, (now - earlier).days), _LOOKS_AHEAD)
        return sum((now - timedelta(days=back)) in self for back in range(days))


def holiday(text: str) -> tuple[date, date]:
    """Read a holiday: its first and its last day.

    Raises:
        ValueError: it is no such date or range.
    """
    first, _, last = text.partition("/")
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        raise ValueError(f"{text!r} is no holiday: write 2024-10-28 or 2024-10-28/2024-11-01") from None
    if end < begin:
        raise ValueError(f"{text!r} ends before it begins")
    return begin, end


def day_of(at: float) -> date:
    """The date in London at the instant *at*."""
    return datetime.fromtimestamp(at, LONDON).date()


def next_open(at: float, hours: Hours, days: Days, school: SchoolDays) -> float | None:
    """The first instant from *at* on that lies in *hours* of one of *days*; no hours: all day. None: never."""
    if not hours and days == "every-day":
        return at
    today = day_of(at)
    for ahead in range(_LOOKS_AHEAD):
        day = today + timedelta(days=ahead)
        if not _is_one(day, days, school):
            continue
        for opens, closes in sorted(hours) or [(time.min, time.max)]:
            begin, end = _instant(day, opens), _instant(day, closes)
            if at < end:
                return max(at, begin)
    return None


def next_clock(at: float, clocks: Sequence[time], days: Days, school: SchoolDays) -> float | None:
    """The first instant after *at* at which one of *clocks* strikes on one of *days*. None: never."""
    today = day_of(at)
    for ahead in range(_LOOKS_AHEAD):
        day = today + timedelta(days=ahead)
        later = [strikes for clock in sorted(clocks) if (strikes := _instant(day, clock)) > at]
        if later and _is_one(day, days, school):
            return later[0]
    return None


def _is_one(day: date, days: Days, school: SchoolDays) -> bool:
    if days == "every-day":
        return True
    if days == "weekdays":
        return day.weekday() < _SATURDAY
    return day in school if days == "school-days" else DAY_NAMES[day.weekday()] in days


def _instant(day: date, clock: time) -> float:
    return datetime.combine(day, clock, LONDON).astimezone(UTC).timestamp()
