"""Times as texts: ISO 8601 with an offset, read to whole seconds and to the date in London."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from streams.attendance.sessions import EPOCH_DAY

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND, _MICROSECOND = timedelta(seconds=1), timedelta(microseconds=1)
_LONDON = ZoneInfo("Europe/London")
_DAY = 86400  # seconds


class Instant(NamedTuple):
    """An instant since 1970, in whole seconds (fractions cut) and in microseconds.

    And its day in London, as an ordinal.
    """

    seconds: int
    microseconds: int
    london_day: int


# Python's own reader takes any character between date and time, and offsets with seconds.
_FORM = re.compile(r"[0-9W-]+[T ][0-9:.,]+(Z|[+-][0-9]{2}(:?[0-9]{2})?)")


@lru_cache(maxsize=65536)
def read_instant(text: str) -> Instant | None:
    """Return the instant of *text*, or None where it is no date and time in ISO 8601 with an offset or `Z`."""
    if not _FORM.fullmatch(text):
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    if when.utcoffset() is None:
        return None
    since = when - _EPOCH
    return Instant(since // _SECOND, since // _MICROSECOND, _london_day(when, since // _SECOND))


def _london_day(when: datetime, seconds: int) -> int:
    try:
        return when.astimezone(_LONDON).toordinal()
    except OverflowError:  # the first and last day that a date can say, where no clock changed
        return EPOCH_DAY + seconds // _DAY
