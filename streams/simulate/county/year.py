"""A school year: its weekdays in term, numbered from 0, and which session of a child's page belongs to which."""

from datetime import date, datetime, time, timedelta
from functools import cache, cached_property
from zoneinfo import ZoneInfo

from streams.contract.messages import Half
from streams.errors import Refuse
from streams.simulate.county.figures import reading

LONDON = ZoneInfo("Europe/London")
HALVES: tuple[Half, Half] = ("AM", "PM")
_SATURDAY = 5


class SchoolYear:
    """The weekdays of the half-terms that begin in the autumn of *first*, bank holidays left out.

    Session number 2·day is the morning, 2·day + 1 the afternoon.
    """

    def __init__(self, first: int) -> None:
        known = reading.terms()
        if first not in known:
            raise Refuse(f"no term dates of {first}; there are those of {', '.join(map(str, sorted(known)))}")
        self.first = first
        self._terms = known[first]
        self.half_terms = [_weekdays(*ends, self._terms.bank_holidays) for ends in self._terms.half_terms]
        self.days = [day for half_term in self.half_terms for day in half_term]

    @cached_property
    def observed(self) -> list[int]:
        """The days of religious observance."""
        return [self.days.index(day) for day in self._terms.observed]

    @cached_property
    def starts(self) -> list[int]:
        """The first day of each half-term, and the number of all days."""
        found = [0]
        for half_term in self.half_terms:
            found.append(found[-1] + len(half_term))
        return found

    @cached_property
    def weekdays(self) -> list[int]:
        """The weekday of each day: Monday is 0."""
        return [day.weekday() for day in self.days]

    @property
    def sessions(self) -> int:
        """How many sessions a page has."""
        return 2 * len(self.days)

    def on_or_after(self, day: date) -> int:
        """Give the first school day not before *day*; the number of all days where there is none."""
        return next((number for number, each in enumerate(self.days) if each >= day), len(self.days))


@cache
def school_year(first: int) -> SchoolYear:
    """Return the school year that begins in the autumn of *first*.

    Raises:
        Refuse: its term dates are not known.
    """
    return SchoolYear(first)


def at(day: date, minutes: float) -> datetime:
    """Return a time in London on *day*, in minutes after midnight, to the second."""
    seconds = int(minutes * 60)
    return datetime.combine(day, time(seconds // 3600, seconds // 60 % 60, seconds % 60), LONDON)


def _weekdays(first: date, last: date, but: list[date]) -> list[date]:
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in every if day.weekday() < _SATURDAY and day not in but]
