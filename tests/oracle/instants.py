"""Dates, instants and academic years."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000  # microseconds
DAY = 24 * 60 * 60 * SECOND

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
OFFSET = r"(Z|[+-][0-9]{2}(:?[0-9]{2})?)"
FRACTION = r"([.,][0-9]+)?"
EXTENDED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}" + FRACTION + ")?" + OFFSET)
BASIC = re.compile(r"[0-9]{8}T[0-9]{4}([0-9]{2}" + FRACTION + ")?" + OFFSET)


def read_date(value: object) -> date | None:
    """A real date `YYYY-MM-DD` of the years 2000 to 2100, or None."""
    if not isinstance(value, str) or not DATE.fullmatch(value):
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def read_instant(value: object) -> datetime | None:
    """ISO 8601 with an offset or `Z`, or None."""
    if not isinstance(value, str) or not (EXTENDED.fullmatch(value) or BASIC.fullmatch(value)):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def microseconds(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(microseconds=1)


def whole_seconds(instant: datetime) -> int:
    """Seconds since 1970, the fraction cut."""
    return microseconds(instant.replace(microsecond=0)) // SECOND


def london_date(instant: datetime) -> date:
    """The date in London; at the ends of the calendar, the last one there is."""
    try:
        return instant.astimezone(LONDON).date()
    except OverflowError:
        return date.min if instant.year == 1 else date.max


def academic_year(day: date) -> int:
    """The year in which the academic year of that day began (1 August to 31 July)."""
    return day.year if day.month >= 8 else day.year - 1


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
