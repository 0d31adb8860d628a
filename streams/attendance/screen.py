"""A rule book made ready for the fast path: its tables, and what `kernel.py` does to the records of a batch.

The compiled part is loaded when it is first worth it: that takes seconds of CPU, more than hundreds of marks the exact
way.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from streams.attendance.columns import Block, Found, Layout, Marks, as_words, state_of
from streams.attendance.ledger import EMPTY
from streams.attendance.walk import Engine

if TYPE_CHECKING:
    from streams.attendance.tables import Tables

_FLIPS = 64  # beside one a mark, before a batch's marks are left to the exact way


class Flip(NamedTuple):
    """A rule went on (`since` 0) or off (on since that slot) at `slot`, with mark number `mark`."""

    mark: int
    rule: int
    since: int
    slot: int


class Turn(NamedTuple):
    """The pupil at place `at` of a block began a new page; the one before, as stored: `dirty` where written to."""

    at: int
    key: int
    page: bytes
    dirty: bool


class Taken(NamedTuple):
    """Which marks were taken, which rules they flipped, and which pages they closed."""

    screened: Block
    flips: list[Flip]
    turns: list[Turn]


class Screen:
    """A rule book's counts and tests, made ready. Deterministic in the book; shared by all partitions."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.layout = Layout(engine.lanes, len(engine.rules))
        self._kernel: Any = None
        self._tables: Tables

    @property
    def ready(self) -> bool:
        """Whether the compiled part is loaded."""
        return self._kernel is not None

    def load(self) -> bool:
        """Load the compiled part, where it is not yet; return whether it is there: without numba there is none."""
        if self._kernel is None:
            try:
                from streams.attendance import kernel, tables  # noqa: PLC0415 - see above: seconds
            except ImportError:
                return False
            self._kernel, self._tables = kernel, tables.tables_of(self.engine, self.layout)
        return True

    def append(self, block: Block, marks: Marks, released: Block, seen: Block) -> Taken:
        """Take the plain appends among *marks* (`kernel.append`) into the records of *block*."""
        number = len(marks.at)
        found = Found(
            np.zeros(number, "u1"),
            np.empty((number + _FLIPS + len(self.engine.rules), 4), "<i8"),
            np.empty((number, 4), "<i8"),
            np.empty((number, block["page"].shape[1]), "u1"),
            np.zeros(2, "<i8"),
        )
        self._kernel.append(self._tables, state_of(block), marks, released, seen, found)
        flips, turns = found.number.tolist()
        return Taken(
            found.result.view("?"),
            [Flip(*flip) for flip in found.flips[:flips].tolist()],
            [
                Turn(at, key, EMPTY + page[:size].tobytes(), bool(dirty))
                for (at, key, size, dirty), page in zip(found.turns[:turns].tolist(), found.pages, strict=False)
            ],
        )

    def walk(self, block: Block, at: int, slots: Block, codes: Block, year_ends: Block) -> list[Flip] | None:
        """Walk all sessions of the pupil at place *at*, a blank record; return what flipped, or None: too much did."""
        flips = np.empty((len(slots) + _FLIPS + len(self.engine.rules), 4), "<i8")
        count = np.zeros(1, "<i8")
        walked = self._kernel.walk(self._tables, state_of(block), at, slots, codes, year_ends, flips, count)
        return [Flip(*flip) for flip in flips[: int(count[0])].tolist()] if walked else None

    def move(self, source: Block, at: Block, target: Block, to: Block) -> None:
        """Copy records from places *at* of *source* to places *to* of *target*."""
        self._kernel.move(as_words(source), at, as_words(target), to)

    def last_rows(self, block: Block, at: Block, size: int) -> bytes:
        """Return the rows that this batch added to the open pages of places *at*: so many bytes."""
        rows = np.empty(size, "u1")
        self._kernel.last_rows(state_of(block), at, rows)
        return rows.tobytes()
