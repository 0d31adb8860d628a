"""The three files read: what they say, and every row that is not taken, with its line and why."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeVar

from streams.board.school import School
from streams.edge.schools.calendar import CALENDAR, Days, read_days
from streams.edge.schools.columns import Entry, Found, open_entry
from streams.edge.schools.fields import Wrong
from streams.edge.schools.gias import GIAS, Authority, read_gias
from streams.edge.schools.times import TIMES, Times, read_times

T = TypeVar("T")


class Refused(NamedTuple):
    """A row that is not taken: the file's name, the row's line, a short reason, and what was wrong."""

    file: str
    line: int
    reason: str
    detail: str


class Said(NamedTuple):
    """Where a row stands."""

    file: str
    line: int

    def refuse(self, reason: str, detail: str) -> Refused:
        """Give the row as one that is not taken."""
        return Refused(self.file, self.line, reason, detail)


@dataclass
class Reading:
    """What the files say, row by row in order; `left_out` counts schools of other authorities."""

    schools: dict[int, School] = field(default_factory=dict)
    times: list[tuple[Said, Times]] = field(default_factory=list)
    calendar: list[tuple[Said, Days]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    described: list[str] = field(default_factory=list)
    left_out: int = 0

    def read_schools(self, path: Path, wanted: Authority) -> None:
        """Read DfE's register.

        Raises:
            BadFile: it cannot be read, or lacks a column.
        """
        for said, row in self._rows(path, GIAS):
            if not wanted.has(row):
                self.left_out += 1
                continue
            school = self._value(said, row, read_gias)
            if school is not None and self.schools.setdefault(school.urn, school) is not school:
                self.refused.append(said.refuse("twice", "a row above is of the same school, and was taken"))

    def read_times(self, path: Path) -> None:
        """Read session times; likewise."""
        for said, row in self._rows(path, TIMES):
            if (times := self._value(said, row, read_times)) is not None:
                self.times.append((said, times))

    def read_calendar(self, path: Path) -> None:
        """Read closures and terms; likewise."""
        for said, row in self._rows(path, CALENDAR):
            if (days := self._value(said, row, read_days)) is not None:
                self.calendar.append((said, days))

    def _rows(self, path: Path, entry: Entry) -> Iterator[tuple[Said, dict[str, str]]]:
        found: Found = open_entry(path, entry)
        self.described.append(f"{path.name}: {entry.called}, {found.table.described}")
        for line, row in found.rows():
            said = Said(path.name, line)
            if row is None:
                self.refused.append(said.refuse("not-a-row", "cells do not fit the header, or a quote is left open"))
            else:
                yield said, row

    def _value(self, said: Said, row: dict[str, str], read: Callable[[dict[str, str]], T]) -> T | None:
        try:
            return read(row)
        except Wrong as wrong:
            self.refused.append(said.refuse(wrong.reason, wrong.detail))
            return None
