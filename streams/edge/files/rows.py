"""A row of cells to a mark with its place, or the reason against it. The UPN ends here."""

import re
from functools import lru_cache
from typing import NamedTuple

from streams.attendance.sessions import slot as slot_of
from streams.edge.files.columns import OURS, Columns
from streams.edge.files.dates import DateColumn, Form
from streams.edge.files.table import Row
from streams.edge.pseudonym import Pseudonymise
from streams.edge.upn import read_upn

_URN = re.compile(r"[1-9]\d{5}", re.ASCII)
_MINUTES = re.compile(r"\d{1,4}", re.ASCII)


_PUPILS = 1 << 17


class _Pupil(NamedTuple):
    pupil: str
    is_temporary: bool


class MarkRow(NamedTuple):
    """One mark as it waits on the shelf; the rest of the check is made of the whole register.

    `slot` as in `attendance.sessions`; `line` is the row's in the file, from 1; `minutes` is a text where it is no
    number, which that check will refuse.
    """

    slot: int
    urn: int
    line: int
    pupil: str
    code: str
    minutes: int | str | None
    recorded_at: str


class Reject(NamedTuple):
    """A row that is not taken: its line, a reason of the edge or of files (`bad-date`, …), and what was wrong."""

    line: int
    reason: str
    detail: str


class RowReader:
    """Reads rows by *columns*. *told* is the form of dates, if said; *recorded_at* is for rows that have none."""

    def __init__(
        self, columns: Columns, pseudonymise: Pseudonymise, told: Form | None, recorded_at: str | None
    ) -> None:
        self.date, self.recorded = DateColumn("date", told), DateColumn("recorded_at", told, takes_iso=True)
        self.temporary = 0
        """How many marks had a temporary UPN."""
        self.pseudonymise = pseudonymise
        self._known = lru_cache(_PUPILS)(self._find)  # a child has a row for every session
        self._columns, self._recorded_at = columns, recorded_at

    def read(self, row: Row) -> MarkRow | Reject | None:
        """Give the mark of *row*, or why it is none; None for the header, what is above it, and empty rows."""
        if row.line <= self._columns.line or (row.cells is not None and not any(map(str.strip, row.cells))):
            return None
        if row.cells is None:
            return Reject(row.line, "not-a-row", "cells do not fit the header, or a quote is left open")
        return self._read(row.line, self._columns.named(row.cells))

    def as_rejected(self, row: Row) -> dict[str, str]:
        """Give the fields of *row* as a file of rejects has them: dates that were understood in ISO form."""
        if row.cells is None:
            return {}
        fields = self._columns.named(row.cells)
        day = self.date.read_date(fields["date"], row.line)
        recorded = self._recorded(row.line, fields)
        return fields | {
            "date": day.isoformat() if day else fields["date"],
            "recorded_at": recorded or fields.get("recorded_at", ""),
        }

    def _read(self, line: int, fields: dict[str, str]) -> MarkRow | Reject:
        pupil = self._pupil(line, fields)
        if isinstance(pupil, Reject):
            return pupil
        if not _URN.fullmatch(fields["urn"]):
            return Reject(line, "bad-urn", "urn is not a whole number from 100000 to 999999")
        day = self.date.read_date(fields["date"], line)
        if day is None:
            return Reject(line, "bad-date", "date is not a date in the column's form: YYYY-MM-DD, or DD/MM/YYYY")
        half = fields["session"].upper()
        if half not in ("AM", "PM"):
            return Reject(line, "bad-session", "session is not AM or PM")
        recorded = self._recorded(line, fields)
        if recorded is None:
            return Reject(line, "bad-recorded-at", "recorded_at is missing or no date and time; see --recorded-at")
        minutes = fields.get("minutes_late", "")
        return MarkRow(slot_of(day, half), int(fields["urn"]), line, pupil, fields["code"], _minutes(minutes), recorded)

    def _pupil(self, line: int, fields: dict[str, str]) -> str | Reject:
        text, pupil = fields.get("upn", ""), fields.get("pupil", "")
        if bool(text) == bool(pupil):
            return Reject(line, "not-a-mark", "the mark has not one of upn and pupil")
        if pupil:
            return pupil
        known = self._known(text)
        if known is None:
            return Reject(
                line, "bad-upn", "upn is not 13 characters with an authority's number and the right check letter"
            )
        self.temporary += known.is_temporary
        return known.pupil

    def _find(self, text: str) -> _Pupil | None:
        upn = read_upn(text)
        return _Pupil(self.pseudonymise(upn), upn.is_temporary) if upn else None

    def _recorded(self, line: int, fields: dict[str, str]) -> str | None:
        text = fields.get("recorded_at", "")
        return self.recorded.read_time(text, line) if text else self._recorded_at


def _minutes(text: str) -> int | str | None:
    if not text:
        return None
    return int(text) if _MINUTES.fullmatch(text) else text


def rejects_header(columns: Columns) -> list[str]:
    """Give the columns of a file of rejects."""
    return [*dict.fromkeys([*columns.places, "recorded_at", *OURS])]
