"""A rule book made ready for the fast path: its tables, and what `kernel.py` does to the records of a batch.

The compiled part is loaded when it is first worth it: that takes a second or two of CPU, and half a minute where it is
not compiled yet. Until it is there all goes the exact way.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from streams.attendance.columns import (
    FLIP,
    LONG,
    Block,
    Bound,
    Layout,
    Marks,
    Part,
    State,
    as_words,
    copied,
    state_of,
)
from streams.attendance.formulas import MOST_COUNTS
from streams.attendance.ledger import EMPTY
from streams.attendance.loading import FLIPS, blank, call_all, call_late, call_spans, room_for_found
from streams.attendance.shelf import (
    NEVER,
    Calendar,
    Late,
    Shelf,
    part_for,
    room_for,
    room_of_one,
    sessions_for,
)
from streams.attendance.spans import span_of
from streams.attendance.walk import Closed, Engine

if TYPE_CHECKING:
    from streams.attendance.tables import Tables

_MOST_FLIPS = 1024  # of a walk in a record


class Known(NamedTuple):
    """What is known of a walk before session `since`: the rules on, what was closed, and perhaps more.

    `day` is a record that has that session's day as its last one: so that nothing before it need be walked.
    """

    since: int
    on: dict[int, int]
    closed: tuple[Closed, ...]
    day: Block | None = None


NOTHING = Known(0, {}, ())


class Flip(NamedTuple):
    """A rule went on (`since` 0) or off (on since that slot) at `slot`, with mark number `mark`; `counts` are of then.

    More than the rule has, the rest 0.
    """

    mark: int
    rule: int
    since: int
    slot: int
    counts: list[int]


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


class Settled(NamedTuple):
    """What became of late marks, how many episodes were closed before each, and what flipped from then on."""

    late: Late
    closed: Block
    flips: Block


class Screen:
    """A rule book's counts and tests, made ready. Deterministic in the book; a partition's own: it walks in it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.layout = Layout(engine.lanes, len(engine.rules))
        self.spans = [span_of(measures[0]) for measures in engine.measures]
        """Of each rule how the first session of its evidence is found."""
        self._kernel: Any = None
        self._kernel_rows: Any
        self._kernel_late: Any
        self._kernel_spans: Any
        self._newborn = as_words(blank(self.layout))[0].copy()
        self._walked = blank(self.layout)  # room for the records of `walk`,
        self._state = state_of(self._walked)  # asked for once: that costs more than a walk
        self._last = self._walked, self._state
        self._flips, self._count = np.empty((_MOST_FLIPS, FLIP), "<i8"), np.zeros(1, "<i8")
        self._tables: Tables

    @property
    def ready(self) -> bool:
        """Whether the compiled part is loaded."""
        return self._kernel is not None

    def load(self) -> None:
        """Load the compiled part. Without numba there is none, and it is not `ready` afterwards."""
        try:
            from streams.attendance import kernel, kernel_late, kernel_rows, kernel_spans, tables  # noqa: PLC0415 - see above: seconds
        except ImportError:
            return
        self._tables = tables.tables_of(self.engine, self.layout)
        call_all(kernel, kernel_rows, self._tables, self.layout)
        call_late(kernel_late, self._tables, self.layout)
        call_spans(kernel_spans, self.layout)
        self._kernel_rows, self._kernel_late, self._kernel_spans = kernel_rows, kernel_late, kernel_spans
        self._kernel = kernel  # the last: it says that all is ready

    def append(self, block: Block, marks: Marks, released: Block, seen: Block) -> Taken:
        """Take the plain appends and amendments among *marks* (`kernel.append`) into the records of *block*."""
        found = room_for_found(len(marks.at), len(self.engine.rules))
        self._kernel_rows.mark_twins(marks, seen, found.result)
        self._kernel.append(self._tables, self._state_of(block), marks, released, found)
        flips, turns = found.number.tolist()
        return Taken(
            found.result.view("?"),
            [Flip(mark, rule, since, slot, its) for mark, rule, since, slot, *its in found.flips[:flips].tolist()],
            [
                Turn(at, key, EMPTY + page[:size].tobytes(), bool(dirty))
                for (at, key, size, dirty), page in zip(found.turns[:turns].tolist(), found.pages, strict=False)
            ],
        )

    def _state_of(self, block: Block) -> State:
        """Return the fields of *block*: of the one that was last asked for they are at hand, being dear."""
        if self._last[0] is not block:
            self._last = block, state_of(block)
        return self._last[1]

    def walk(self, bound: Bound, known: Known = NOTHING) -> tuple[Block, tuple[Closed, ...]] | None:
        """Walk the sessions of a pupil's pages, from what is *known*, in a record of its own.

        Return the record, and all that was closed; None where too much was, or there was nothing to walk.
        """
        self._begin(known.day)
        part = part_for(1, len(self.engine.rules))
        part.since[0], part.tested[0] = known.since if known.day is not None else 0, known.since
        part.on[0, list(known.on)], part.closed[0] = list(known.on.values()), len(known.closed)
        if self._walk(bound, part) <= 0:
            return None
        return copied(self._walked[0]), known.closed + closed_of(self._flips[: int(self._count[0])].tolist())

    def tally(self, bound: Bound, until: int) -> Block:
        """Return the record of a pupil's sessions up to one, in which no rule was tested: its counts are of then."""
        self._begin(None)
        part = part_for(1, len(self.engine.rules))
        part.tested[0], part.until[0] = NEVER, until
        self._walk(bound, part)
        return copied(self._walked[0])

    def _walk(self, bound: Bound, part: Part) -> int:
        self._count[0] = 0
        sessions = sessions_for(1, len(bound.codes))
        self._kernel_rows.spread(bound, sessions)
        self._kernel.walk(self._tables, self._state, sessions, part, self._flips, self._count)
        return int(part.came[0])

    def _begin(self, day: Block | None) -> None:
        """Lay out the record that a walk starts from: a newborn's, or one as it was before its last day."""
        self._state.words[0] = self._newborn
        if day is not None:
            self._walked[0]["now"], self._walked[0]["past"] = day["before"], day["past"]

    def late(self, block: Block, marks: Marks, which: Block, shelf: Shelf, calendar: Calendar) -> Settled:
        """Take late marks, *which* of *marks*, each of the next pupil of *shelf*, into the records of *block*."""
        late, sessions, part = room_for(shelf, len(self.engine.rules))
        state, room = self._state_of(block), np.empty(max(len(which), 2), block.dtype)
        as_words(room)[:], walked = self._newborn, state_of(room)
        most = _MOST_FLIPS + FLIPS * len(which)
        flips, count = np.empty((most, FLIP + MOST_COUNTS), "<i8"), np.zeros(1, "<i8")
        self._kernel_late.lay_out(shelf, calendar, state, marks, which, late, sessions, part)
        self._kernel.walk(self._tables, walked, sessions, part, flips, count)
        self._kernel_late.settle(self._tables, shelf, state, walked, marks, which, late, part, flips, count)
        return Settled(late, part.closed, flips[: int(count[0])])

    def first_sessions(self, block: Block, shelf: Shelf, calendar: Calendar, asked: Block) -> list[int]:
        """Return the first session of each span that is *asked* for (`kernel_spans.first_sessions`)."""
        firsts = np.empty(len(asked), "<i8")
        self._kernel_spans.first_sessions(shelf, calendar, self._state_of(block), asked, room_of_one(shelf), firsts)
        found: list[int] = firsts.tolist()
        return found

    def move(self, source: Block, at: Block, target: Block, to: Block) -> None:
        """Copy records from places *at* of *source* to places *to* of *target*."""
        self._kernel_rows.move(as_words(source, LONG), at, as_words(target, LONG), to)

    def find(self, asked: Block, words: Block, table: Block, factor: np.uint64, rows: Block) -> None:
        """Fill *rows* with where in *words* the keys *asked* stand (`index.py`)."""
        self._kernel_rows.find(asked, words, table, factor, rows)

    def enter(self, rows: Block, words: Block, table: Block, factor: np.uint64) -> None:
        """Enter *rows* of *words* in *table* (`index.py`)."""
        self._kernel_rows.enter(rows, words, table, factor)

    def last_rows(self, block: Block, at: Block, size: int) -> bytes:
        """Return the rows that this batch added to the open pages of places *at*: so many bytes."""
        rows = np.empty(size, "u1")
        self._kernel_rows.last_rows(block["page"], block["size"], block["rows"], at, rows)
        return rows.tobytes()


def flips_of(rows: Block, mark: int) -> list[Flip]:
    """Return what flipped, found as *rows*, as flips of a mark."""
    return [Flip(mark, rule, since, slot, counts) for _, rule, since, slot, *counts in rows.tolist()]


def closed_of(flips: list[list[int]]) -> tuple[Closed, ...]:
    """Return the episodes that were closed among what flipped."""
    return tuple((rule, since, slot) for _, rule, since, slot in flips if since)
