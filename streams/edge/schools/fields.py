"""Cells about schools read: a URN, a date, a time of day, a text. What is wrong is raised as a reason and words."""

import datetime as dt
import re

from streams.edge.files.dates import DateColumn

LONGEST = 200  # characters of a name
EARLIEST, LATEST = dt.time(6), dt.time(18)  # a session begins between them
_URN = re.compile(r"[1-9]\d{5}", re.ASCII)
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.]00(?:\.0+)?)?", re.ASCII)
_DATES = DateColumn("", told="uk", takes_iso=True)  # its evidence is not asked for: the form is told


class Wrong(Exception):  # noqa: N818 - a state of a row
    """A row that is not taken: a short reason, and what was wrong."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


def read_urn(text: str) -> int:
    """Read a URN.

    Raises:
        Wrong: bad-urn.
    """
    if not _URN.fullmatch(text):
        raise Wrong("bad-urn", "URN is not a whole number of six digits")
    return int(text)


def read_text(text: str, column: str, *, needed: bool = True) -> str:
    """Read a text as it stands.

    Raises:
        Wrong: bad-text: it is empty though needed, too long, or has signs that no name has.
    """
    if (needed and not text) or len(text) > LONGEST or not text.isprintable():
        raise Wrong("bad-text", f"{column} is empty, has more than {LONGEST} characters, or signs that no text has")
    return text


def read_day(text: str, column: str) -> dt.date | None:
    """Read a date, day first or as YYYY-MM-DD; None where there is none.

    Raises:
        Wrong: bad-date.
    """
    if not text:
        return None
    day = _DATES.read_date(text, 0)
    if day is None:
        raise Wrong("bad-date", f"{column} is not a date as DD-MM-YYYY, DD/MM/YYYY or YYYY-MM-DD")
    return day


def read_time(text: str, column: str) -> dt.time | None:
    """Read a time of day of 24 hours, to the minute; None where there is none.

    Raises:
        Wrong: bad-time.
    """
    if not text:
        return None
    found = _TIME.fullmatch(text)
    hour, minute = (int(found[1]), int(found[2])) if found else (24, 0)
    if hour > 23 or minute > 59 or not EARLIEST <= dt.time(hour, minute) <= LATEST:  # noqa: PLR2004 - a clock's
        raise Wrong("bad-time", f"{column} is not a time of 24 hours from {EARLIEST:%H:%M} to {LATEST:%H:%M}, as 08:50")
    return dt.time(hour, minute)
