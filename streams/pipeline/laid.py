"""What was loaded of pupils, laid by as it was read until one of them is asked for.

A pupil is made of **pieces**, in the order in which they were read: runs of pages, and rows of since records. To lay
one by is to note its number under the pupil's key, and which was the pupil's last one before: a fraction of what it
costs to make it into an object, and many are not asked for before the worker has long begun.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Protocol

from streams.attendance.ledger import EMPTY, Ledger, with_rows
from streams.attendance.pages import Pages
from streams.attendance.pupil import Pupil
from streams.pipeline.compiled_pages import Reader, Runs
from streams.pipeline.since import Rows

_NOTHING = -1
_FEW = 4  # a fourth


class Stored:
    """What was loaded of a pupil who has had no mark since."""

    __slots__ = ("pages", "summary")

    def __init__(self) -> None:
        self.pages = Pages()
        self.summary: bytes | None = None

    def pupil(self, key: str) -> Pupil:
        """Return the pupil that it makes."""
        pupil = Pupil(key, Ledger(Pages(self.pages.packed())))
        if self.summary is not None:
            pupil.read_summary(self.summary)
        return pupil


class Pieces(Protocol):
    """Pieces of pupils, by number."""

    def put(self, piece: int, stored: Stored) -> None:
        """Put one to what there is of its pupil."""


class RunPieces:
    """Runs of pages, and of what was announced."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    def put(self, piece: int, stored: Stored) -> None:
        """Put a run to what there is of its pupil."""
        announced = self._runs.announced[piece]
        if announced is not None:
            stored.summary = announced
        stored.pages.load_packed(self._runs.pages(piece))


class RowPieces:
    """The rows of a since record, of each pupil those of one page."""

    def __init__(self, rows: Rows) -> None:
        self._pages, self._ends, self._rows = array("q", rows.pages), array("l", accumulate(rows.sizes)), rows.rows

    def put(self, piece: int, stored: Stored) -> None:
        """Put rows to what there is of their pupil."""
        page, pages = self._pages[piece], stored.pages
        added = self._rows[self._ends[piece - 1] if piece else 0 : self._ends[piece]]
        pages.load(page, with_rows(pages.get(page, EMPTY), page, added))


class Laid:
    """What was loaded of pupils who have had no mark since: laid by, or where a record came by itself an object."""

    def __init__(self) -> None:
        self._objects: dict[str, Stored] = {}
        self._clear()

    def _clear(self) -> None:
        self._last: dict[str, int] = {}  # of others, each one's last piece
        self._before = array("i")  # of each piece
        self._firsts: list[int] = []  # with which piece begins
        self._parts: list[tuple[Pieces, int]] = []  # each of these, and with which of its own
        self._most = 0  # pupils there were with pieces
        self.reader = Reader()

    def __len__(self) -> int:
        return len(self._objects) + len(self._last)

    def __iter__(self) -> Iterator[str]:
        yield from self._objects
        yield from self._last

    def lay(self, pupils: Sequence[str], pieces: Pieces, first: int = 0) -> None:
        """Lay by a piece of each of *pupils*: those of *pieces* from number *first* on."""
        if not pupils:
            return
        objects, last, before = self._objects, self._last, self._before
        start = len(before)
        self._firsts.append(start)
        self._parts.append((pieces, first))
        for number, pupil in enumerate(pupils, start):
            if objects and pupil in objects:
                before.append(_NOTHING)
                pieces.put(first + number - start, objects[pupil])
            else:
                before.append(last.get(pupil, _NOTHING))
                last[pupil] = number
        self._most = max(self._most, len(last))

    def to_change(self, pupil: str) -> Stored:
        """Return what there is of a pupil, as an object from now on."""
        stored = self._objects.get(pupil)
        if stored is None:
            stored = self._objects[pupil] = self.pop(pupil) or Stored()
        return stored

    def get(self, pupil: str) -> Stored | None:
        """Return what there is of a pupil, not to be changed; None where there is nothing."""
        last = self._last.get(pupil)
        return self._objects.get(pupil) if last is None else self._made(last)

    def pop(self, pupil: str) -> Stored | None:
        """Return the same, and let it go."""
        last = self._last.pop(pupil, None)
        stored = self._objects.pop(pupil, None) if last is None else self._made(last)
        if self._before and len(self._last) * _FEW <= self._most:
            self._thin_out()
        return stored

    def _thin_out(self) -> None:
        """Where few are left, make one more of them an object: the last ones may never be asked for.

        What the pieces of all take goes when nobody is left.
        """
        if self._last:
            pupil, last = self._last.popitem()
            self._objects[pupil] = self._made(last)
        else:
            self._clear()

    def _made(self, last: int) -> Stored:
        """Return what the pieces of a pupil make, up to its *last* one."""
        stored = Stored()
        for number in reversed(list(self._back(last))):
            part = bisect_right(self._firsts, number) - 1
            pieces, first = self._parts[part]
            pieces.put(first + number - self._firsts[part], stored)
        return stored

    def _back(self, number: int) -> Iterator[int]:
        while number != _NOTHING:
            yield number
            number = self._before[number]
