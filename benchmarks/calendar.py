"""The school days of 2024/25, and the times of day at which things are written down. Common dates, nobody's own."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from streams.contract.messages import Half

FIRST_DAY, LAST_DAY = date(2024, 9, 3), date(2025, 7, 22)
_HOLIDAYS = (
    (date(2024, 10, 28), date(2024, 11, 1)),
    (date(2024, 12, 23), date(2025, 1, 3)),
    (date(2025, 2, 17), date(2025, 2, 21)),
    (date(2025, 4, 14), date(2025, 4, 25)),
    (date(2025, 5, 5), date(2025, 5, 5)),
    (date(2025, 5, 26), date(2025, 5, 30)),
)
_LONDON = ZoneInfo("Europe/London")
_SATURDAY = 5


class SchoolSession(NamedTuple):
    """Half a school day."""

    date: date
    half: Half

    def at(self, hour_am: int, hour_pm: int, minute: int) -> str:
        """Write a time of its day, London time, one hour in the morning and another in the afternoon."""
        hour = hour_am if self.half == "AM" else hour_pm
        return datetime.combine(self.date, time(hour, minute), _LONDON).isoformat()


def sessions(start: date, number: int) -> list[SchoolSession]:
    """Give *number* sessions from the school day *start* or the next one.

    Raises:
        ValueError: the school year has not so many left.
    """
    span = (LAST_DAY - start).days + 1
    days = [day for n in range(span) if _is_school_day(day := start + timedelta(days=n))]
    halves: tuple[Half, Half] = ("AM", "PM")
    found = [SchoolSession(day, half) for day in days for half in halves]
    if number > len(found):
        raise ValueError(f"from {start} the school year has {len(found)} sessions, not {number}")
    return found[:number]


def _is_school_day(day: date) -> bool:
    closed = day.weekday() >= _SATURDAY or any(first <= day <= last for first, last in _HOLIDAYS)
    return day >= FIRST_DAY and not closed
