"""Dates and times as a column writes them: ISO or day first. The column decides which, and nothing is guessed.

Each text has one reading at most, and what the column holds is kept as evidence. When all of it is read, `decide` says
whether that reading was the right one: a column of both forms is what a spreadsheet leaves that has read days as
months, and a column of `03/04/2024` and its like, with no day above 12, may be of either country.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from streams.edge.files.table import BadFile

Form = Literal["iso", "uk"]

LONDON = ZoneInfo("Europe/London")
_ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?P<rest>.*)", re.ASCII)
_UK = re.compile(r"(?P<d>\d{1,2})(?P<sign>[/.-])(?P<m>\d{1,2})(?P=sign)(?P<y>\d{4})(?P<rest>.*)", re.ASCII)
_MIDNIGHT = re.compile(r"|[T ]+0?0:00(:00(\.0+)?)?", re.ASCII)
_MONTHS = 12


@dataclass
class DateColumn:
    """The dates of one column, called *name*; *told* is the form that the user gave, if any.

    Where days are told to be first, dates of the other form are not read, unless *takes_iso*.
    """

    name: str
    told: Form | None = None
    takes_iso: bool = False
    first: dict[str, int] = field(default_factory=dict)
    """For each kind of evidence the line that had it first: iso, uk, day-first, month-first, unclear."""

    def read_date(self, text: str, line: int) -> date | None:
        """Read a date, which may have a midnight behind it; None where it is none, or not of the form told."""
        found = self._read(text, line)
        return found.day if found and _MIDNIGHT.fullmatch(found.rest) else None

    def read_time(self, text: str, line: int) -> str | None:
        """Read a date and time to ISO 8601 with an offset; one without is London's. None where it is none."""
        found = self._read(text, line)
        return _instant(found.day, found.rest) if found and found.day else None

    def decide(self) -> str:
        """Say in words what form the column has.

        Raises:
            BadFile: that cannot be known; the message says what to do.
        """
        if self.told is None:
            self._must_be_one_form()
            self._must_be_day_first()
        if "uk" in self.first:
            return f"{self.name}: day first"
        return f"{self.name}: year first (ISO)"

    def _read(self, text: str, line: int) -> "_Reading | None":
        found = _reading(text)
        if found is None or not self._may_be(found.form):
            return None
        for kind in found.evidence:
            self.first.setdefault(kind, line)
        return found

    def _may_be(self, form: Form) -> bool:
        return self.told in (None, form) or (form == "iso" and self.takes_iso)

    def _must_be_one_form(self) -> None:
        if {"iso", "uk"} <= self.first.keys():
            raise BadFile(
                f"the column {self.name} has dates of two forms, year first (line {self.first['iso']}) and day first "
                f"(line {self.first['uk']}). A spreadsheet that took days for months leaves such a column: look at it, "
                "write all in one form, or say --dates iso or --dates uk: rows of the other form are then rejected"
            )

    def _must_be_day_first(self) -> None:
        if "uk" not in self.first or "day-first" in self.first:
            return
        if "month-first" in self.first:
            raise BadFile(
                f"the column {self.name} seems to have the month first (line {self.first['month-first']}); "
                "write its dates as YYYY-MM-DD"
            )
        if "unclear" in self.first:
            raise BadFile(
                f"the column {self.name} has no day above 12, so that day and month cannot be told apart (line "
                f"{self.first['unclear']}). If the day is first, say --dates uk; else write its dates as YYYY-MM-DD"
            )


class _Reading(NamedTuple):
    """What a text is as a date: its form, the day (None where there is none such), what follows, and what it shows."""

    form: Form
    day: date | None
    rest: str
    evidence: tuple[str, ...]


@lru_cache(maxsize=4096)
def _reading(text: str) -> _Reading | None:
    found = _ISO.fullmatch(text) or _UK.fullmatch(text)
    if found is None:
        return None
    form: Form = "iso" if found.re is _ISO else "uk"
    day = _real_date(*(int(found[part]) for part in "ymd"))
    kinds = _kinds(int(found["d"]), int(found["m"])) if form == "uk" else ()
    return _Reading(form, day, found["rest"], (*kinds, form) if day else kinds)


def _real_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _kinds(first: int, second: int) -> tuple[str, ...]:
    if first == second:
        return ()
    return ("day-first" if first > _MONTHS else "month-first" if second > _MONTHS else "unclear",)


@lru_cache(maxsize=65_536)
def _instant(day: date, rest: str) -> str | None:
    try:
        when = datetime.combine(day, time.fromisoformat(_two_digits(rest)))
    except ValueError:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=LONDON)).isoformat()


def _two_digits(clock: str) -> str:
    """Give a time of day without what stands before it, and with both digits of its hour."""
    bare = clock.strip().removeprefix("T").strip()
    return f"0{bare}" if bare[1:2] == ":" else bare
