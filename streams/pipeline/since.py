"""Marks since the pages were last written: one changelog record for the plain appends of a whole batch.

To write a pupil's page for each mark is the dearest part of a mark, on a real broker too. So the rows that plain
appends add to pages go out together, as a **since record**: key `since/NUMBER`, value the rows with their pupils. The
pages follow later: in one of eight sessions it is a pupil's turn (`attendance.rota`), and the page is written in place
of the rows. When more rows are outstanding than `a_pupil` for each pupil (and `least` in all), the oldest since record
is retired, which writes the pages of all whose rows are in it and in no page, and takes it away: mostly nobody's. A
pupil that goes the exact way has its pages written at once, as ever.

Loaded in the order in which they were written, since records give the very pages: a row is latest-wins, like a mark.
"""

from collections import Counter
from typing import NamedTuple

import numpy as np

from streams.attendance.columns import Block
from streams.attendance.hand import Written
from streams.attendance.ledger import ROW, URN_BITS
from streams.contract.sheets import keys_in
from streams.pipeline.since_form import MOST_ROWS, Read, Rows, encode_rows, since_key
from streams.pipeline.turned import Turned

A_PUPIL, LEAST = 8, 1_000
_NEVER = 1 << 20  # after every month
_NOWHERE: Block = np.zeros(0, "<i8")


class _Outstanding(NamedTuple):
    """A since record that is not retired: its pupils, the first month of its rows, and how many rows it has.

    Those of one that was read are their letters still, and stand nowhere in the roll yet (`of`): most records retire
    without anybody being looked for in them.
    """

    keys: list[str] | bytes
    month: int
    rows: int
    of: Block

    @property
    def pupils(self) -> list[str]:
        """Return whose rows it has."""
        return keys_in(self.keys) if isinstance(self.keys, bytes) else self.keys


def _outstanding(rows: Rows, of: Block = _NOWHERE) -> _Outstanding:
    return _Outstanding(rows.pupils, min(rows.pages) >> URN_BITS, len(rows.rows) // ROW, of)


class Due(NamedTuple):
    """What is due of one pupil: its pages of `month` and later."""

    pupil: str
    month: int


class Next(NamedTuple):
    """What a batch adds and retires: nothing of it counts before `Since.commit`."""

    added: dict[int, _Outstanding]
    retired: list[int]
    due: list[Due]
    writes: list[tuple[bytes, bytes | None]]
    written: set[str]
    of_whole: Block
    gone: set[str]


class Since:
    """The since records of one partition that are not retired. Rows are outstanding until their pages are written."""

    def __init__(self, a_pupil: int = A_PUPIL, least: int = LEAST) -> None:
        self._a_pupil, self._least = a_pupil, least
        self._records: dict[int, _Outstanding] = {}  # oldest first
        self._months = Counter[int]()  # how many records begin with each
        self._written: dict[str, int] = {}  # of each pupil whose pages were due, with which record rows came after
        self._turned = Turned()
        self._rows = 0
        self._next = 0

    def load(self, number: int, rows: Read) -> None:
        """Take a since record that was read."""
        self.drop(number)
        first = int(rows.pages.min()) >> URN_BITS
        self._add(number, _Outstanding(rows.letters, first, len(rows.rows) // ROW, _NOWHERE))

    def drop(self, number: int) -> None:
        """Take a since record away that was read before, if it was."""
        self._next = max(self._next, number + 1)
        if number in self._records:
            self._remove(number)

    def _remove(self, number: int) -> None:
        record = self._records.pop(number)
        self._rows -= record.rows
        self._months[record.month] -= 1

    def _add(self, number: int, record: _Outstanding) -> None:
        self._records[number] = record
        self._rows += record.rows
        self._months[record.month] += 1
        self._next = max(self._next, number + 1)

    def next(self, written: Written, pupils: int, gone: set[str]) -> Next:
        """Plan what a batch writes of what was *written*, and what retires; there are *pupils*, some of them *gone*."""
        rows = Rows(written.pupils, written.pages, written.sizes, written.rows)
        parts = dict(enumerate(rows.parts(), self._next))
        of = [written.of[at : at + MOST_ROWS] for at in range(0, len(written.of), MOST_ROWS)]
        added = {number: _outstanding(part, its) for (number, part), its in zip(parts.items(), of, strict=True)}
        retired = self._to_retire(max(self._least, self._a_pupil * pupils), gone)
        writes: list[tuple[bytes, bytes | None]] = [
            (since_key(number), encode_rows(part)) for number, part in parts.items()
        ]
        writes += [(since_key(number), None) for number in retired]
        whole = {pupil for pupil, *_ in written.whole}
        due = self._due(retired, whole)
        all_written = whole.union([each.pupil for each in due])
        return Next(added, retired, due, writes, all_written, written.of_whole, gone)

    def first(self) -> int:
        """Return the first month of which rows are outstanding: pages of it and later ones may lack some."""
        return min([month for month, records in self._months.items() if records], default=_NEVER)

    def _to_retire(self, most: int, gone: set[str]) -> list[int]:
        left, retired = self._rows, []
        for number, record in self._records.items():
            if left > most or (gone and not gone.isdisjoint(record.pupils)):
                retired.append(number)
                left -= record.rows
            elif not gone:
                break
        return retired

    def _due(self, retired: list[int], whole: set[str]) -> list[Due]:
        """Return whose pages must be written, so that nothing is lost with the *retired*, beside those of *whole*."""
        months, retiring, first = dict[str, int](), set(retired), _NEVER
        for number, record in self._records.items() if retired else ():
            if number not in retiring:
                first = min(first, record.month)  # of rows that stay, and may be of the same pupils
                continue
            month = min(first, record.month)
            for pupil in self._lacking(number, record):
                if pupil not in whole:
                    months.setdefault(pupil, month)
            if number == retired[-1]:
                break
        return [Due(pupil, month) for pupil, month in months.items()]

    def _lacking(self, number: int, record: _Outstanding) -> list[str]:
        """Return the pupils of a record whose pages were not written after it: mostly nobody."""
        pupils = record.pupils
        if len(record.of):
            pupils = [pupils[at] for at in self._turned.before(number, record.of)]
        return [pupil for pupil in pupils if self._written.get(pupil, 0) <= number]

    def commit(self, planned: Next) -> None:
        """Make what was planned so: its records are durable."""
        self._written |= dict.fromkeys(planned.written, self._next)
        self._turned.enter(planned.of_whole, self._next)
        for pupil in planned.gone:
            self._written.pop(pupil, None)  # no record with one is left
        for number in planned.retired:
            self._remove(number)
        for number, record in planned.added.items():
            self._add(number, record)
