"""A rule book made ready for the fast path: its tables, and what `kernel.py` does to the records of a batch."""

from typing import NamedTuple

import numpy as np

from streams.attendance.codes import ABSENT, CODES, NO_MARK, NO_SCHOOL_DAY, POSSIBLE
from streams.attendance.columns import Block, Layout, lane_of
from streams.attendance.formulas import MONOMIALS, formula
from streams.attendance.kernel import (
    LANE_MEASURE,
    OTHER_ABSENT,
    OTHER_DAYS,
    WEEKDAY_DAYS,
    Found,
    Marks,
    State,
    Tables,
    append,
    walk,
)
from streams.attendance.lanes import BITS
from streams.attendance.ledger import EMPTY
from streams.attendance.measures import Measure, OtherAbsent, OtherDays, WeekdayDays
from streams.attendance.walk import Engine

_WORD = 4  # bytes
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
    """A rule book's counts and tests in tables. Deterministic in the book; shared by all partitions."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.layout = Layout(engine.lanes, len(engine.rules))
        self.tables = _tables(engine, self.layout)

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
        append(self.tables, state_of(block), marks, released, seen, found)
        flips, turns = found.count.tolist()
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
        walked = walk(self.tables, state_of(block), at, slots, codes, year_ends, flips, count)
        return [Flip(*flip) for flip in flips[: int(count[0])].tolist()] if walked else None


def state_of(block: Block) -> State:
    """Return the fields of *block*, to be written through."""
    now = block["now"]
    special = {"words": as_words(block), "past_weeks": now["past"]}
    pupil = {name: block[name] for name in ("past", "page", "size", "rows", "key", "last", "ready", "ahead")}
    tally = {name: now[name] for name in now.dtype.names or () if name != "past"}
    return State(**special, **pupil, **tally, counts=np.zeros(len(MONOMIALS), "<i8"))


def as_words(block: Block) -> Block:
    """Return records as rows of words of four bytes, to be copied quickly: a view."""
    return block.view("<u4").reshape(len(block), block.itemsize // _WORD)


def _tables(engine: Engine, layout: Layout) -> Tables:
    lanes = engine.lanes
    counts = [_count(layout, measure) for measures in engine.measures for measure in measures]
    kind, of, last = (np.array(column, "<i8") for column in zip(*counts, strict=True))
    enter, leave, clauses, polynomials = _tests(engine)
    weekday = [(limit, lane_of(unit)) for day in lanes.weekday for limit, unit in day]
    both, weeks, days = (_by_code(pairs) for pairs in (lanes.both, lanes.weeks_with, lanes.days_after))
    return Tables(
        keeps=layout.rows(lanes.keeps),
        adds=layout.rows(lanes.adds),
        week=layout.week_rows(lanes.week),
        makes_day=~_table(NO_SCHOOL_DAY),
        absent=_table(ABSENT),
        possible=_table(POSSIBLE),
        odd=np.array(lanes.odd, "?"),
        no_mark=NO_MARK,
        windowed=layout.windowed.astype("<i8"),
        window_weeks=_window_weeks(layout),
        spell=layout.week_rows([lanes.spell])[0].copy(),
        year_week=layout.row(lanes.year_week).copy(),
        year=layout.row(lanes.year).copy(),
        weekday_first=_bounds([len(day) for day in lanes.weekday]),
        weekday_last=np.array([limit for limit, _ in weekday], "<i8"),
        weekday_lane=np.array([lane for _, lane in weekday], "<i8"),
        both_codes=both[0],
        both_lane=both[1],
        weeks_codes=weeks[0],
        weeks_lane=weeks[1],
        days_codes=days[0],
        days_lane=days[1],
        least=np.array([rule.fuel()[1] for rule in engine.rules], "<u2"),
        count_first=_bounds([len(measures) for measures in engine.measures]),
        count_kind=kind,
        count_of=of,
        count_last=last,
        enter_first=enter,
        exit_first=leave,
        clause_first=clauses,
        polynomials=polynomials,
        now=_word_of(layout, "now"),
        before=_word_of(layout, "before"),
        tally=layout.tally.itemsize // _WORD,
    )


def _word_of(layout: Layout, name: str) -> int:
    _, offset = layout.pupil.fields[name][:2]  # type: ignore[index] - it has fields
    return int(offset) // _WORD


def _table(codes: frozenset[int]) -> Block:
    return np.array([code in codes for code in range(len(CODES))])


def _bounds(sizes: list[int]) -> Block:
    """Return where each of some groups begins, and where the last ends."""
    return np.concatenate(([0], np.cumsum(np.array(sizes, "<i8")))).astype("<i8")


def _by_code(pairs: list[tuple[frozenset[int], int]]) -> tuple[Block, Block]:
    """Return of each lane which codes it counts, and which lane it is."""
    table = np.zeros((len(pairs), len(CODES)), "?")
    for place, (codes, _) in enumerate(pairs):
        table[place] = _table(codes)
    return table, np.array([lane_of(unit) for _, unit in pairs], "<i8")


def _window_weeks(layout: Layout) -> Block:
    """Return over how many weeks each windowed lane looks."""
    weeks = np.zeros(len(layout.lanes.lanes), "<i8")
    for number, mask in layout.lanes.windows:
        weeks[layout.row(mask) != 0] = number
    return weeks[layout.windowed]


def _count(layout: Layout, measure: Measure) -> tuple[int, int, int]:
    """Return how a measure is found: the kind, of which lane or weekday, over how many."""
    if measure in layout.lanes.shift:
        return LANE_MEASURE, layout.lanes.shift[measure] // BITS, 0
    kinds = {WeekdayDays: WEEKDAY_DAYS, OtherDays: OTHER_DAYS, OtherAbsent: OTHER_ABSENT}
    assert isinstance(measure, WeekdayDays | OtherDays | OtherAbsent)  # noqa: S101 - there are no others
    return kinds[type(measure)], measure.weekday, measure.last


def _tests(engine: Engine) -> tuple[Block, Block, Block, Block]:
    """Return of each rule the first clause of `enter` and of `exit`, of each clause the first polynomial, and those."""
    numbers = [len(measures) for measures in engine.measures]
    tests = [formula(*test) for side in (engine.enter, engine.exit) for test in zip(side, numbers, strict=True)]
    first = _bounds([len(test.clauses) for test in tests])
    clauses = [clause for test in tests for clause in test.clauses]
    rules = len(engine.rules)
    polynomials = np.array([row for clause in clauses for row in clause], "<i8")
    return first[: rules + 1], first[rules:], _bounds([len(clause) for clause in clauses]), polynomials

