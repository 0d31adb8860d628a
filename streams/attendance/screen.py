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
    Found,
    Layout,
    Marks,
    Part,
    as_words,
    copied,
    newborn,
    state_of,
)
from streams.attendance.formulas import MOST_COUNTS
from streams.attendance.ledger import EMPTY, MOST_ROWS, ROW
from streams.attendance.walk import Closed, Engine

if TYPE_CHECKING:
    from streams.attendance.tables import Tables

_FLIPS = 64  # beside one a mark, before a batch's marks are left to the exact way
_MOST_FLIPS = 1024  # of a walk in a record
_NEVER = 1 << 40  # after every slot


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


class Screen:
    """A rule book's counts and tests, made ready. Deterministic in the book; a partition's own: it walks in it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.layout = Layout(engine.lanes, len(engine.rules))
        self._kernel: Any = None
        self._kernel_rows: Any
        self._newborn = as_words(_blank(self.layout))[0].copy()
        self._walked = _blank(self.layout)  # room for the records of `walk`,
        self._state = state_of(self._walked)  # asked for once: that costs more than a walk
        self._flips, self._count = np.empty((_MOST_FLIPS, FLIP), "<i8"), np.zeros(1, "<i8")
        self._no_rules = np.zeros(len(engine.rules), "<i4")
        self._tables: Tables

    @property
    def ready(self) -> bool:
        """Whether the compiled part is loaded."""
        return self._kernel is not None

    def load(self) -> None:
        """Load the compiled part. Without numba there is none, and it is not `ready` afterwards."""
        try:
            from streams.attendance import kernel, kernel_rows, tables  # noqa: PLC0415 - see above: seconds
        except ImportError:
            return
        self._tables = tables.tables_of(self.engine, self.layout)
        _call_all(kernel, kernel_rows, self._tables, self.layout)
        self._kernel_rows, self._kernel = kernel_rows, kernel  # the kernel last: it says that all is ready

    def append(self, block: Block, marks: Marks, released: Block, seen: Block) -> Taken:
        """Take the plain appends and amendments among *marks* (`kernel.append`) into the records of *block*."""
        found = _room(len(marks.at), len(self.engine.rules))
        self._kernel_rows.mark_twins(marks, seen, found.result)
        self._kernel.append(self._tables, state_of(block), marks, released, found)
        flips, turns = found.number.tolist()
        return Taken(
            found.result.view("?"),
            [Flip(mark, rule, since, slot, its) for mark, rule, since, slot, *its in found.flips[:flips].tolist()],
            [
                Turn(at, key, EMPTY + page[:size].tobytes(), bool(dirty))
                for (at, key, size, dirty), page in zip(found.turns[:turns].tolist(), found.pages, strict=False)
            ],
        )

    def walk(self, bound: Bound, known: Known = NOTHING) -> tuple[Block, tuple[Closed, ...]] | None:
        """Walk the sessions of a pupil's pages, from what is *known*, in a record of its own.

        Return the record, and all that was closed; None where too much was, or there was nothing to walk.
        """
        self._begin(None if known.day is None else known.day)
        since = known.since if known.day is not None else 0
        tested = self._walk(bound, Part(since, known.since, _NEVER, self._on(known.on), len(known.closed)))
        if tested <= 0:
            return None
        flips = self._flips[: int(self._count[0])].tolist()
        return copied(self._walked[0]), known.closed + tuple((r, on, off) for _, r, on, off in flips if on)

    def tally(self, bound: Bound, until: int) -> Block:
        """Return the record of a pupil's sessions up to one, in which no rule was tested: its counts are of then."""
        self._begin(None)
        self._walk(bound, Part(0, _NEVER, until, self._no_rules, 0))
        return copied(self._walked[0])

    def _walk(self, bound: Bound, part: Part) -> int:
        self._count[0] = 0
        return int(self._kernel.walk(self._tables, self._state, 0, bound, part, self._flips, self._count))

    def _on(self, on: dict[int, int]) -> Block:
        found = self._no_rules.copy()
        for rule, since in on.items():
            found[rule] = since
        return found

    def _begin(self, day: Block | None) -> None:
        """Lay out the record that a walk starts from: a newborn's, or one as it was before its last day."""
        self._state.words[0] = self._newborn
        if day is not None:
            self._walked[0]["now"], self._walked[0]["past"] = day["before"], day["past"]

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
        self._kernel_rows.last_rows(state_of(block), at, rows)
        return rows.tobytes()


def _blank(layout: Layout) -> Block:
    """Return two records of newborn: of one, numpy would see other strides, and numba another type."""
    return np.repeat(newborn(layout).reshape(1), 2)


def _room(marks: int, rules: int) -> Found:
    return Found(
        np.zeros(marks, "u1"),
        np.empty((marks + _FLIPS + rules, FLIP + MOST_COUNTS), "<i8"),
        np.empty((marks, 4), "<i8"),
        np.empty((marks, MOST_ROWS * ROW), "u1"),
        np.zeros(2, "<i8"),
    )


def _bound_of_none() -> Bound:
    return Bound(*[np.frombuffer(b"", "u1")] * 2, *[np.zeros(0, "<i8")] * 4)


def _call_all(kernel: Any, kernel_rows: Any, tables: "Tables", layout: Layout) -> None:  # noqa: ANN401 - modules
    """Call what is compiled, each with nothing to do, so that it is compiled or read from the cache by now."""
    block, none, pair = _blank(layout), np.zeros(0, "<i8"), np.zeros((2, 2), "<i8")
    marks, room = Marks(*[none] * 9), _room(0, len(tables.least))
    kernel_rows.mark_twins(marks, pair, room.result)
    kernel.append(tables, state_of(block), marks, np.zeros(2, "?"), room)
    bound, part = _bound_of_none(), Part(0, 0, 0, np.zeros(len(tables.least), "<i4"), 0)
    kernel.walk(tables, state_of(block), 0, bound, part, np.empty((1, FLIP), "<i8"), np.zeros(1, "<i8"))
    kernel_rows.move(as_words(block, LONG), none, as_words(block, LONG), none)
    kernel_rows.last_rows(state_of(block), none, np.zeros(0, "u1"))
    words, table, asked = np.zeros((0, 2), "<u2"), np.full(2, -1, "<i4"), np.frombuffer(b"", "<u2").reshape(-1, 2)
    kernel_rows.find(asked, words, table, np.uint64(1), none)
    kernel_rows.enter(none, words, table, np.uint64(1))
