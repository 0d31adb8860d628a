"""A rule book in arrays: what the compiled walk (`kernel.py`) looks up."""

from typing import NamedTuple

import numpy as np

from streams.attendance.codes import ABSENT, CODES, NO_MARK, NO_SCHOOL_DAY, POSSIBLE
from streams.attendance.columns import WORD, Block, Layout, lane_of
from streams.attendance.formulas import formula
from streams.attendance.lanes import BITS
from streams.attendance.measures import Measure, OtherAbsent, OtherDays, WeekdayDays
from streams.attendance.walk import Engine

LANE_MEASURE, WEEKDAY_DAYS, OTHER_DAYS, OTHER_ABSENT = range(4)
"""How a count of a rule is found."""


class Tables(NamedTuple):
    """A rule book in arrays; `tables_of` makes them.

    By code: `keeps`, `adds` (lanes), `week` (windowed lanes), `makes_day`, `absent`, `possible`, `odd`, `no_mark`. Of
    the windowed lanes: which they are, how many weeks each looks at, and what a spell adds. Of the others: which lane
    counts which codes. Of the rules: the least of their fuel, their counts (how found, of what, over how many), and
    the clauses of their tests: rule r has those from `enter_first[r]` to `enter_first[r + 1]`, a clause its polynomials
    likewise. Of the records: at which word `now` and `before` begin, and how many words a tally is.
    """

    keeps: Block
    adds: Block
    week: Block
    makes_day: Block
    absent: Block
    possible: Block
    odd: Block
    no_mark: int
    windowed: Block
    window_weeks: Block
    spell: Block
    year_week: Block
    year: Block
    weekday_first: Block
    weekday_last: Block
    weekday_lane: Block
    both_codes: Block
    both_lane: Block
    weeks_codes: Block
    weeks_lane: Block
    days_codes: Block
    days_lane: Block
    least: Block
    count_first: Block
    count_kind: Block
    count_of: Block
    count_last: Block
    enter_first: Block
    exit_first: Block
    clause_first: Block
    polynomials: Block
    now: int
    before: int
    tally: int


def tables_of(engine: Engine, layout: Layout) -> Tables:
    """Return the tables of a rule book."""
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
        tally=layout.tally.itemsize // WORD,
    )


def _word_of(layout: Layout, name: str) -> int:
    assert layout.pupil.fields is not None  # noqa: S101 - a record has fields
    return layout.pupil.fields[name][1] // WORD


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
