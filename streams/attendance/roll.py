"""A partition's pupils: each a record in the columns for the screen, and at rest what the record does not hold.

Whoever needs the object of the exact walk has it made of both. A pupil whose record could not be made (`lower`), or was
made of a walk by step, is kept as the object; its record is ahead of it while plain appends come.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from streams.attendance.columns import LONG, Block, as_words, newborn
from streams.attendance.index import Index
from streams.attendance.lifting import lift, lower, opened, rouse
from streams.attendance.pupil import Pupil
from streams.attendance.rested import NEWBORN, Rested, rested
from streams.attendance.screen import Screen, Turn

_FIRST = 64  # records; doubled when full


class Roll:
    """Pupils by key, and by row of the columns. `keys` are the keys by row."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.keys: list[str] = []
        self._free: list[int] = []  # rows of pupils who were let go
        self.records: Block = np.zeros(_FIRST, screen.layout.pupil)
        self._newborn = newborn(screen.layout)
        self._rows: dict[str, int] = {}
        self._index = Index(screen, self.keys)
        self._kept: list[Pupil | Rested | None] = []  # by row

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def rows(self, letters: bytes) -> Block:
        """Return the row of each key in *letters*, one behind the other, -1 where there is no such pupil.

        The screen must be ready.
        """
        return self._index.rows(letters)

    def row(self, key: str) -> int:
        """Return the row of one key, -1 where there is no such pupil."""
        return self._rows.get(key, -1)

    def get(self, key: str) -> Pupil | None:
        """Return a pupil, or None where there is none; not to be changed."""
        row = self._rows.get(key)
        if row is None:
            return None
        kept, record = self._kept[row], self.records[row]
        return self.lifted(row, key, record) if record["ahead"] or not isinstance(kept, Pupil) else kept

    def rested(self, row: int) -> Rested | None:
        """Return what is kept of a pupil at rest beside its record; None of one who is not."""
        kept = self._kept[row] if row >= 0 else None
        return kept if isinstance(kept, Rested) else None

    def at_rest(self, row: int) -> Rested:
        """Return what is kept of a pupil beside its record, which has its walk: put to rest where it is not yet."""
        kept = self._kept[row]
        if isinstance(kept, Pupil):
            assert kept.walk is not None  # noqa: S101 - or its record would not have it
            return rested(kept, int(self.records["key"][row]), kept.walk.closed, kept.walk.made)
        return NEWBORN if kept is None else kept

    def rest(self, row: int, kept: Rested) -> None:
        """Keep something else of a pupil beside its record."""
        self._kept[row] = kept

    def lifted(self, row: int, key: str, record: Block) -> Pupil:
        """Return a working copy of the pupil of *row* as *record*, a later form of its record, has it."""
        kept = self._kept[row]
        if kept is None:
            copy = lift(self.screen, Pupil.newborn(key, self.screen.engine), record)
            copy.summary_changed = True
            return copy
        if isinstance(kept, Rested):
            return rouse(self.screen, key, kept, record)
        return lift(self.screen, kept, record) if record["ahead"] else kept.copy()

    def pages(self, rows: Block, least: Sequence[int], but: Block) -> list[dict[int, bytes]]:
        """Return the pages of the pupils of some rows, at least those whose key is that of *least* or greater.

        Where *but* has the key of a page, neither that one nor the one that is open here is wanted.
        """
        each = zip(rows.tolist(), least, but.tolist(), strict=True)
        found = [_pages(self._kept[row], key, other) for row, key, other in each]
        (ahead,) = (self.records["ahead"][rows] & (but < 0)).nonzero()
        for place, (key, page) in zip(ahead.tolist(), opened(self.records, rows[ahead]), strict=True):
            found[place][key] = page
        return found

    def put(self, pupils: Iterable[Pupil]) -> None:
        """Take working copies as the state."""
        for pupil in pupils:
            row = self._rows.get(pupil.key)
            if row is None:
                row = self._rows[pupil.key] = self.reserve()
                self.keys[row] = pupil.key
                self._index.add(row)
            self._kept[row] = lower(self.screen, pupil, self.records[row])

    def reserve(self) -> int:
        """Return a row for a pupil who is not here yet, its record that of a newborn."""
        if not self._free:
            self._free.append(len(self.keys))
            self.keys.append("")
            self._kept.append(None)
        row = self._free.pop()
        if row >= len(self.records):
            self._grow(2 * row)
        self.records[row] = self._newborn
        return row

    def _grow(self, size: int) -> None:
        """Make room. What is not used of it is not written to, and so takes no memory yet."""
        records = np.zeros(size, self.records.dtype)
        as_words(records, LONG)[: len(self.records)] = as_words(self.records, LONG)
        self.records = records

    def born(self, key: str, row: int) -> None:
        """Take a pupil in, at a row that was reserved."""
        self._rows[key], self.keys[row] = row, key
        self._index.add(row)
        self._kept[row] = NEWBORN

    def give_back(self, row: int) -> None:
        """Let a row go that was reserved."""
        self.records[row] = 0
        self._free.append(row)

    def turn(self, row: int, turns: Iterable[Turn]) -> None:
        """Take the pages that a pupil's record left behind."""
        kept, pages = self._kept[row], {turn.key: turn.page for turn in turns}
        if isinstance(kept, Rested):
            self._kept[row] = kept.turned(pages)
        elif kept is not None:
            kept.ledger.pages.update(pages)

    def let_go(self, keys: Iterable[str]) -> None:
        """Forget pupils; nothing of them is kept."""
        gone = [self._rows.pop(key) for key in keys if key in self._rows]
        if gone:
            self._index.begin_anew()
        for row in gone:
            self.keys[row] = ""
            self.records[row] = 0
            self._kept[row] = None
            self._free.append(row)


def _pages(kept: Pupil | Rested | None, least: int, but: int) -> dict[int, bytes]:
    if kept is None:
        return {}
    return kept.pages.pages(least, but) if isinstance(kept, Rested) else {**kept.ledger.pages}
