"""A pupil at rest: what its record in the columns does not hold, packed. Most pupils are at rest nearly always.

The record (`columns.py`) has the walk and the open page; here are the pages, what was closed and what is announced, a
tenth of the size that they have as objects. `lifting` makes the pupil of both, and puts it to rest again.
"""

from collections.abc import Sequence
from itertools import chain
from struct import Struct, pack
from typing import NamedTuple

from streams.attendance.episodes import Announced
from streams.attendance.pages import NO_PAGES, Packed, Pages
from streams.attendance.pupil import Pupil
from streams.attendance.said import Retired, Row, in_full, of_rows, shortened
from streams.attendance.walk import Checkpoint, Closed

_CLOSED = Struct("3i")


class Rested(NamedTuple):
    """The pages, that of the open one perhaps an old one; `said` is what is announced and retired, short."""

    pages: Packed
    said: bytes
    closed: bytes
    made: tuple[Checkpoint, ...]

    def turned(self, pages: dict[int, bytes]) -> "Rested":
        """Return the same with other *pages*, which the record left behind."""
        return Rested(Pages(self.pages, pages).packed(), self.said, self.closed, self.made)

    def told(
        self, announced: tuple[Announced, ...], retired: dict[str, tuple[int, int]], closed: Sequence[Closed]
    ) -> "Rested":
        """Return the same with what is announced and retired by now, and episodes *closed* since."""
        return self._replace(said=shortened(announced, retired), closed=self.closed + _packed(closed))

    def told_rows(self, rows: Sequence[Row], retired: Retired, closed: Sequence[Closed]) -> "Rested":
        """As `told`, of what is announced as rows."""
        return Rested(self.pages, of_rows(rows, retired), self.closed + _packed(closed), self.made)

    def with_closed(self, closed: Sequence[Closed]) -> "Rested":
        """Return the same with other closed episodes."""
        return Rested(self.pages, self.said, _packed(closed), self.made)

    def announced(self) -> tuple[tuple[Announced, ...], Retired]:
        """Return what is announced and retired."""
        return in_full(self.said)

    def all_closed(self) -> tuple[Closed, ...]:
        """Return the closed episodes."""
        return tuple(_CLOSED.iter_unpack(self.closed))


NEWBORN = Rested(NO_PAGES, b"", b"", ())
"""A pupil of whom all there is is in the record."""


def rested(pupil: Pupil, open_page: int, closed: tuple[Closed, ...], made: tuple[Checkpoint, ...]) -> Rested:
    """Put *pupil* to rest, whose walk and open page are in its record."""
    pages = pupil.ledger.pages
    held = pages.packed_beside(open_page) if isinstance(pages, Pages) else NO_PAGES.with_more(pages)
    return Rested(held, shortened(pupil.announced, pupil.retired), _packed(closed), made)


def _packed(closed: Sequence[Closed]) -> bytes:
    return pack(f"{3 * len(closed)}i", *chain.from_iterable(closed))
