"""Sessions as integers: date and half ↔ slot; academic years; school weeks run Monday to Sunday.

A **day** is a proleptic ordinal (`date.toordinal`), a **slot** twice that, plus 1 in the afternoon: slots order as
sessions do.
"""

from datetime import date
from functools import lru_cache
from typing import Literal

FIRST_MONTH = 8  # an academic year begins on 1 August
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EPOCH_DAY = date(1970, 1, 1).toordinal()


def slot(day: date, half: str) -> int:
    """Return the slot of *day*, "AM" or "PM"."""
    return day.toordinal() * 2 + (half == "PM")


@lru_cache(maxsize=4096)
def session_of(slot_: int) -> tuple[str, Literal["AM", "PM"]]:
    """Return the date as `YYYY-MM-DD`, and the half, of a slot."""
    return date.fromordinal(slot_ >> 1).isoformat(), "PM" if slot_ & 1 else "AM"


def written(slot_: int) -> str:
    """Return a slot as `YYYY-MM-DD/AM`."""
    return "/".join(session_of(slot_))


@lru_cache(maxsize=4096)
def academic_year(slot_: int) -> int:
    """Return the calendar year in which the academic year of *slot_* began."""
    day = date.fromordinal(slot_ >> 1)
    return day.year if day.month >= FIRST_MONTH else day.year - 1


@lru_cache(maxsize=256)
def year_start(year: int) -> int:
    """Return the first slot of academic year *year*: 1 August AM."""
    return slot(date(year, FIRST_MONTH, 1), "AM")


@lru_cache(maxsize=4096)
def month_of(slot_: int) -> int:
    """Return the month of a slot, counted from year 0: twelve times the year, plus 0 to 11."""
    day = date.fromordinal(slot_ >> 1)
    return day.year * 12 + day.month - 1


@lru_cache(maxsize=4096)
def month_start(month: int) -> int:
    """Return the first slot of a month as `month_of` counts it."""
    return slot(date(month // 12, month % 12 + 1, 1), "AM")


def week_of(slot_: int) -> int:
    """Return the number of the Monday-to-Sunday week of a slot."""
    return ((slot_ >> 1) - 1) // 7


def weekday_of(day: int) -> int:
    """Return 0 for a Monday to 6 for a Sunday."""
    return (day - 1) % 7


def monday_of(day: int) -> int:
    """Return the Monday of the week of *day*."""
    return day - weekday_of(day)


@lru_cache(maxsize=4096)
def as_number(day: int) -> int:
    """Return a day as the integer YYYYMMDD, the form in which evidence names dates."""
    when = date.fromordinal(day)
    return when.year * 10000 + when.month * 100 + when.day
