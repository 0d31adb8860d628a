"""A file to registers.

1. read each row once: pseudonym in place of the UPN, what fits to the shelf, what does not to its rejects;
2. let the columns of dates decide what form they have, before anything goes out;
3. take the marks by session and school, check them as registers (`edge.intake`), and give what is good;
4. read the file again for the rows that were refused, if there are any.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from streams.attendance.sessions import session_of
from streams.edge import grouping
from streams.edge.files import rejects
from streams.edge.files.columns import Columns
from streams.edge.files.report import Report
from streams.edge.files.rows import MarkRow, Reject, RowReader
from streams.edge.files.shelf import Shelf
from streams.edge.files.table import Table
from streams.edge.intake import Door, check_draft
from streams.edge.verdicts import Checked, Event

Seen = Callable[[float], None]
"""Told now and then how far it has come, from 0 to 1."""

_SEEN_EVERY = 1_000  # rows


class Import:
    """One file's import; *shelf* holds it meanwhile. Call `read`, `registers` to its end, then `write_rejects`."""

    def __init__(self, table: Table, columns: Columns, reader: RowReader, shelf: Shelf) -> None:
        self.report = Report()
        self._table, self._columns, self._reader, self._shelf = table, columns, reader, shelf

    def read(self, seen: Seen) -> None:
        """Read all rows (1, 2).

        Raises:
            BadFile: the form of dates cannot be known, or the disk is full.
        """
        for count, row in enumerate(self._table.rows()):
            if count % _SEEN_EVERY == 0:
                seen(self._table.read())
            read = self._reader.read(row)
            if isinstance(read, MarkRow):
                self._shelf.put(read)
            elif read is not None:
                self._refuse([read])
        forms = [column.decide() for column in (self._reader.date, self._reader.recorded) if column.first]
        self.report.temporary = self._reader.temporary
        self.report.described += [self._table.described, f"header in line {self._columns.line}", *forms]

    def registers(self, door: Door) -> Iterator[Event]:
        """Give the registers that may go out (3)."""
        for marks in self._shelf.registers():
            checked = check_draft(_draft(marks), door)
            self._refuse(list(_refused(marks, checked)))
            if checked.event is not None:
                self.report.take(marks[0].slot, marks[0].urn, checked.taken)
                yield checked.event

    def write_rejects(self, path: Path) -> None:
        """Write the rows that were not taken to *path* (4); where there are none, no file.

        Raises:
            BadFile: it cannot be written.
        """
        if self.report.rejects:
            with rejects.create(path) as out:
                rejects.write(out, self._columns, self._table.rows(), self._shelf.rejects(), self._reader)

    def _refuse(self, refused: list[Reject]) -> None:
        self._shelf.refuse(refused)
        for reject in refused:
            self.report.refuse(reject)


def _draft(marks: list[MarkRow]) -> dict[str, object]:
    date, half = session_of(marks[0].slot)
    return grouping.draft_of("file", urn=marks[0].urn, date=date, half=half, marks=[_fields(mark) for mark in marks])


def _fields(mark: MarkRow) -> dict[str, object]:
    fields: dict[str, object] = {"pupil": mark.pupil, "code": mark.code, "recorded_at": mark.recorded_at}
    return fields if mark.minutes is None else fields | {"minutes_late": mark.minutes}


def _refused(marks: list[MarkRow], checked: Checked) -> Iterator[Reject]:
    if checked.event is None and not checked.refused and checked.refusal is not None:  # the register as a whole
        yield from (Reject(mark.line, *checked.refusal) for mark in marks)
    for refused in checked.refused:
        yield Reject(marks[refused.mark].line, refused.reason, refused.detail)
