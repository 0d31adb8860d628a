"""Whose pieces are which: of each pupil the last one, of each piece the one before it of the same pupil.

Pupils are looked up by the thousand in compiled code, since a partition has hundreds of thousands of pieces; one by one
in a dict, which is made when it is first wanted.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from streams.attendance.columns import Block
from streams.attendance.index import FACTOR
from streams.contract.sheets import KEY, keys_in

NOTHING = -1
"""In the place of a piece: there is none."""
HELD = -2
"""In the place of a pupil's last piece: it is an object by itself now, and its pieces are put to that."""
_WORD = "<u2"
_WORDS = KEY // 2
_LEAST = 1 << 10  # rows, and pieces, there is room for to begin with


class Rows(NamedTuple):
    """A row a pupil: the `words` of its key and its `last` piece; how many there are (`number[0]`).

    `table` is a hash table of them, a power of two, at most half full.
    """

    words: Block
    last: Block
    table: Block
    number: Block
    factor: np.uint64


_kernel: Any = None


def load() -> None:
    """Load the compiled code, without which nothing can be `add`-ed.

    Raises:
        ImportError: there is no numba.
    """
    global _kernel  # noqa: PLW0603 - one for all that load in this process
    from streams.pipeline import kernel_laid  # noqa: PLC0415 - see above

    rows = _room_for(1)
    kernel_laid.enter_again(rows)
    kernel_laid.lay(_words(b""), rows, np.zeros(0, "<i4"), 0)
    _kernel = kernel_laid


def _room_for(size: int) -> Rows:
    words, last = np.zeros((size, _WORDS), _WORD), np.full(size, NOTHING, "<i4")
    return Rows(words, last, np.full(2 * size, NOTHING, "<i4"), np.zeros(1, "<i8"), FACTOR)


def _words(letters: bytes) -> Block:
    return np.frombuffer(bytearray(letters), _WORD).reshape(-1, _WORDS)  # one that may be written, as numba wants it


class Chains:
    """The pieces of some pupils."""

    def __init__(self) -> None:
        self._rows = _room_for(_LEAST)
        self._before: Block = np.zeros(_LEAST, "<i4")  # of each piece
        self._by_key: dict[str, int] = {}  # of the first rows, in order
        self._there, self._first = 0, 0  # how many have pieces; no row before has any
        self.pieces = 0
        """How many were added."""

    def __len__(self) -> int:
        return self._there

    def __iter__(self) -> Iterator[str]:
        """Yield who has pieces."""
        for row in np.flatnonzero(self._rows.last[: self._number] >= 0).tolist():
            yield from self._keys(row, row + 1)

    @property
    def _number(self) -> int:
        return int(self._rows.number[0])

    def _keys(self, first: int, end: int) -> list[str]:
        return keys_in(self._rows.words[first:end].tobytes())

    def add(self, letters: bytes) -> tuple[list[int], int]:
        """Add a piece of each key in *letters*, one behind the other.

        Return which of them are of somebody held, by place, and from which row on pupils are new (`since`).
        """
        asked, known, start = _words(letters), self._number, self.pieces
        self._make_room(len(asked))
        self._there += _kernel.lay(asked, self._rows, self._before, start)
        self.pieces, self._first = start + len(asked), 0
        held: list[int] = np.flatnonzero(self._before[start : self.pieces] == HELD).tolist()
        return held, known

    def _make_room(self, more: int) -> None:
        if self.pieces + more > len(self._before):
            self._before = np.concatenate([self._before, np.zeros(self.pieces + more, "<i4")])
        number, size = self._number, len(self._rows.last)
        if number + more > size:
            while size < number + more:
                size *= 2
            wider = _room_for(size)
            wider.words[:number], wider.last[:number] = self._rows.words[:number], self._rows.last[:number]
            wider.number[0] = number
            _kernel.enter_again(wider)
            self._rows = wider

    def since(self, row: int) -> list[str]:
        """Return the keys of *row* and of those that came after."""
        return self._keys(row, self._number)

    def somebody(self) -> str:
        """Return one who has pieces, of those who are there."""
        while self._rows.last[self._first] < 0:
            self._first += 1
        return self._keys(self._first, self._first + 1)[0]

    def _row(self, key: str) -> int | None:
        known = len(self._by_key)
        if known < self._number:
            self._by_key.update(zip(self._keys(known, self._number), range(known, self._number), strict=True))
        return self._by_key.get(key)

    def last(self, key: str) -> int:
        """Return the last piece of a pupil; `NOTHING` where there is none."""
        row = self._row(key)
        return NOTHING if row is None else int(self._rows.last[row])

    def let_go(self, key: str, instead: int = NOTHING) -> int:
        """Return the same, and let all pieces of the pupil go; it is `HELD` *instead*."""
        row = self._row(key)
        if row is None:
            return NOTHING
        last, self._rows.last[row] = int(self._rows.last[row]), instead
        self._there -= last >= 0
        return last

    def back(self, last: int) -> Iterator[int]:
        """Yield a pupil's pieces from its *last* one back to its first."""
        while last >= 0:
            yield last
            last = int(self._before[last])
