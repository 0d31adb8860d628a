"""The half-term: autumn 2025, from Tuesday 2 September to Friday 24 October, weekdays only, two INSET days."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from streams.contract.messages import Half

LONDON = ZoneInfo("Europe/London")
FIRST_DAY, LAST_DAY = date(2025, 9, 2), date(2025, 10, 24)
INSET = frozenset({date(2025, 9, 2), date(2025, 10, 13)})
FRIDAY = 4
SATURDAY = 5


class SchoolSession(NamedTuple):
    """Half a day of the half-term, an INSET day's included."""

    date: date
    half: Half

    @property
    def inset(self) -> bool:
        """Whether staff train and children stay at home."""
        return self.date in INSET

    @property
    def present(self) -> str:
        """The code of a child who is there when the register starts."""
        return "/" if self.half == "AM" else "\\"

    @property
    def opens(self) -> datetime:
        """When the register is taken: 08:50 or 13:10, London time."""
        return at(self.date, 8, 50) if self.half == "AM" else at(self.date, 13, 10)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A time of day in London."""
    return datetime.combine(day, time(hour, minute), LONDON)


def weekdays() -> list[date]:
    """The dates from the first to the last day, Saturdays and Sundays left out."""
    every = (FIRST_DAY + timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days + 1))
    return [day for day in every if day.weekday() < SATURDAY]


def sessions() -> list[SchoolSession]:
    """Every session of the half-term, in order."""
    halves: tuple[Half, Half] = ("AM", "PM")
    return [SchoolSession(day, half) for day in weekdays() for half in halves]


def school_days_later(day: date, number: int) -> date:
    """The school day *number* school days after *day*; the last day of the half-term where there are not so many."""
    later = [other for other in weekdays() if other > day and other not in INSET]
    return later[number - 1] if number <= len(later) else LAST_DAY
