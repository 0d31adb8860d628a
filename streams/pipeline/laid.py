"""What was loaded of pupils, laid by as it was read until one of them is asked for.

A pupil is made of **pieces**, in the order in which they were read: runs of pages, and rows of since records. To lay
one by is to note its number beside the pupil's key, and which was the pupil's last one before (`chains.py`): a fraction
of what it costs to make it into an object, and many are not asked for before the worker has long begun.
"""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Protocol

from streams.attendance.ledger import EMPTY, Ledger, with_rows
from streams.attendance.pages import Pages
from streams.attendance.pupil import Pupil
from streams.contract.sheets import KEY
from streams.pipeline.chains import HELD, Chains
from streams.pipeline.compiled_pages import Reader, Runs
from streams.pipeline.since_form import Read

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

    def __init__(self, rows: Read) -> None:
        self._rows = rows

    def put(self, piece: int, stored: Stored) -> None:
        """Put rows to what there is of their pupil."""
        put_rows(stored, *self._rows.of(piece))


def put_rows(stored: Stored, page: int, rows: bytes) -> None:
    """Put *rows* of a page to what there is of their pupil."""
    stored.pages.load(page, with_rows(stored.pages.get(page, EMPTY), page, rows))


class Laid:
    """What was loaded of pupils who have had no mark since: laid by, or where a record came by itself an object."""

    def __init__(self) -> None:
        self._objects: dict[str, Stored] = {}
        self._clear()

    def _clear(self) -> None:
        self._chains = Chains()  # of the others
        self._firsts: list[int] = []  # with which piece begins
        self._parts: list[tuple[Pieces, int]] = []  # each of these, and with which of its own
        self._most = 0  # pupils there were with pieces
        self.reader = Reader()

    def __len__(self) -> int:
        return len(self._objects) + len(self._chains)

    def __iter__(self) -> Iterator[str]:
        yield from self._objects
        yield from self._chains

    def lay(self, letters: bytes, pieces: Pieces, first: int = 0) -> None:
        """Lay by a piece of each pupil whose key is in *letters*: those of *pieces* from number *first* on.

        The compiled code must be loaded.
        """
        if not letters:
            return
        self._firsts.append(self._chains.pieces)
        self._parts.append((pieces, first))
        held, new = self._chains.add(letters)
        for place in held:
            pieces.put(first + place, self._objects[letters[KEY * place : KEY * (place + 1)].decode("ascii")])
        for pupil in self._chains.since(new) if self._objects else ():
            if pupil in self._objects:
                self._put_all(self._chains.let_go(pupil, HELD), self._objects[pupil])
        self._most = max(self._most, len(self._chains))

    def to_change(self, pupil: str) -> Stored:
        """Return what there is of a pupil, as an object from now on."""
        stored = self._objects.get(pupil)
        if stored is None:
            stored = self._objects[pupil] = self.pop(pupil) or Stored()
            self._chains.let_go(pupil, HELD)
        return stored

    def get(self, pupil: str) -> Stored | None:
        """Return what there is of a pupil, not to be changed; None where there is nothing."""
        return self._objects.get(pupil) or self._made(self._chains.last(pupil))

    def pop(self, pupil: str) -> Stored | None:
        """Return the same, and let it go."""
        stored, last = self._objects.pop(pupil, None), self._chains.let_go(pupil)
        stored = stored or self._made(last)
        if self._parts and len(self._chains) * _FEW <= self._most:
            self._thin_out()
        return stored

    def _thin_out(self) -> None:
        """Where few are left, make one more of them an object: the last ones may never be asked for.

        What the pieces of all take goes when nobody is left.
        """
        if self._chains:
            pupil = self._chains.somebody()
            self._objects[pupil] = self._put_all(self._chains.let_go(pupil, HELD), Stored())
        if not self._chains:
            self._clear()

    def _made(self, last: int) -> Stored | None:
        """Return what the pieces of a pupil make, up to its *last* one; None where it has none."""
        return self._put_all(last, Stored()) if last >= 0 else None

    def _put_all(self, last: int, stored: Stored) -> Stored:
        for number in reversed(list(self._chains.back(last))):
            part = bisect_right(self._firsts, number) - 1
            pieces, first = self._parts[part]
            pieces.put(first + number - self._firsts[part], stored)
        return stored
