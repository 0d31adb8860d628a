"""A partition's pupils: each an object for the exact walk, and a record in the columns for the screen.

The record is ahead of the object while plain appends come; whoever needs the object gets it brought up to the record.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat

import numpy as np

from streams.attendance.columns import Block
from streams.attendance.lifting import lift, lower
from streams.attendance.pupil import Pupil
from streams.attendance.screen import Screen

_FIRST = 64  # records; doubled when full


class Roll:
    """Pupils by key, and by row of the columns. `keys` are the keys by row."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.keys: list[str] = []
        self._free: list[int] = []  # rows of pupils who were let go
        self.records: Block = np.zeros(_FIRST, screen.layout.pupil)
        self._rows: dict[str, int] = {}
        self._pupils: dict[int, Pupil] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def rows(self, keys: Sequence[str]) -> Block:
        """Return the row of each key, -1 where there is no such pupil."""
        return np.fromiter(map(self._rows.get, keys, repeat(-1)), "<i8", len(keys))

    def row(self, key: str) -> int:
        """Return the row of one key, -1 where there is no such pupil."""
        return self._rows.get(key, -1)

    def get(self, key: str) -> Pupil | None:
        """Return a pupil, or None where there is none; not to be changed."""
        row = self._rows.get(key)
        if row is None:
            return None
        if self.records["ahead"][row]:
            self._pupils[row] = self.lifted(row, self.records[row])
            self.records["ahead"][row] = False
        return self._pupils[row]

    def lifted(self, row: int, record: Block) -> Pupil:
        """Return a working copy of the pupil of *row* as *record*, a later form of its record, has it."""
        return lift(self.screen.layout, self._pupils[row], record) if record["ahead"] else self._pupils[row].copy()

    def put(self, pupils: Iterable[Pupil]) -> None:
        """Take working copies as the state."""
        for pupil in pupils:
            row = self._rows.get(pupil.key)
            if row is None:
                row = self._add(pupil)
            self._pupils[row] = pupil
            lower(self.screen.layout, self.screen.engine, pupil, self.records[row])

    def _add(self, pupil: Pupil) -> int:
        if not self._free:
            self._free.append(len(self.keys))
            self.keys.append("")
        row = self._rows[pupil.key] = self._free.pop()
        self.keys[row] = pupil.key
        if row == len(self.records):
            self.records = np.concatenate((self.records, np.zeros(row, self.records.dtype)))
        return row

    def let_go(self, keys: Iterable[str]) -> None:
        """Forget pupils; nothing of them is kept."""
        for row in [self._rows.pop(key) for key in keys if key in self._rows]:
            self.keys[row] = ""
            self.records[row] = 0
            del self._pupils[row]
            self._free.append(row)
