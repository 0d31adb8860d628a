"""Where the pupils of a roll stand, asked for many at once: their keys in columns, found by a hash table of rows.

A dict of texts answers the same for one; for the thousands of marks of a batch it costs a text of each, and six times
the time.
"""

from collections.abc import Collection, Sequence

import numpy as np

from streams.attendance.columns import Block
from streams.attendance.screen import Screen

KEY = 26  # letters of a pseudonym
_WORD = "<u2"
_WORDS = KEY // 2
_LEAST = 128  # places of the table, which is a power of two and never more than half full
FACTOR = np.uint64(hash("a process has its own") & 2**64 - 1 | 1)
"""What keys are hashed with: each process has its own, so no sender can choose keys that lie in one place."""


class Index:
    """An index of some keys: of row *n*, `keys[n]`, "" where nobody stands there."""

    def __init__(self, screen: Screen, keys: Sequence[str]) -> None:
        self._screen, self._keys = screen, keys
        self._words: Block = np.zeros((0, _WORDS), _WORD)  # by row
        self._table: Block = np.full(_LEAST, -1, "<i4")
        self._entered = 0
        self._new: list[int] | None = None  # rows to enter before anything is looked for; None: all

    def add(self, row: int) -> None:
        """Take note that somebody stands at *row* now, where nobody stood before."""
        if self._new is not None:
            self._new.append(row)

    def begin_anew(self) -> None:
        """Take note that somebody has gone: the table is made again when it is next needed."""
        self._new = None

    def rows(self, letters: bytes) -> Block:
        """Return the row of each of the keys that stand one behind the other in *letters*, -1 where there is none."""
        self._keep_up()
        asked = np.frombuffer(letters, _WORD).reshape(-1, _WORDS)
        rows = np.empty(len(asked), "<i8")
        self._screen.find(asked, self._words, self._table, FACTOR, rows)
        return rows

    def _keep_up(self) -> None:
        if self._new is None or 2 * (self._entered + len(self._new)) > len(self._table):
            self._enter_all()
        elif self._new:
            self._enter(self._new)
        self._new = []

    def _enter_all(self) -> None:
        rows = [row for row, key in enumerate(self._keys) if key]
        size = _LEAST
        while size < 4 * len(rows):
            size *= 2
        self._table, self._entered = np.full(size, -1, "<i4"), 0
        self._enter(rows)

    def _enter(self, rows: Collection[int]) -> None:
        if len(self._keys) > len(self._words):
            words = np.zeros((2 * len(self._keys), _WORDS), _WORD)
            words[: len(self._words)] = self._words
            self._words = words
        where = np.fromiter(rows, "<i8", len(rows))
        letters = "".join([self._keys[row] for row in rows]).encode("ascii")
        self._words[where] = np.frombuffer(letters, _WORD).reshape(-1, _WORDS)
        self._screen.enter(where, self._words, self._table, FACTOR)
        self._entered += len(where)
