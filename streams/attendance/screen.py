"""The walk's step for many pupils at once, and each rule's one test: which rows turn a rule on or off.

**Why it is exact.** It is the fast walk (`walk.py`, `tally.py`) in columns, not an estimate: the same counts, in the
same lanes, changed by the same additions in the same order, and the very tests of the rules, which are written for
numbers and columns alike. It leaves out only what a plain append cannot bring (a new academic year, a mark of several
schools at once, a mark of the past), and the caller sends none but plain appends here. Properties hold each record to
the tally and the episodes of the walk over hostile histories.

A **plain append** is a pupil's only mark in its register, for a session after every other of the pupil, in the page of
the ledger that the mark before is in (so of the same school and month), of a pupil whose walk is known for this rule
book and with nothing to be forgotten.
"""

from typing import NamedTuple

import numpy as np

from streams.attendance.codes import ABSENT, CODES, NO_MARK, NO_SCHOOL_DAY, POSSIBLE
from streams.attendance.columns import ROW, Block, Layout, lane_of, lanes_in
from streams.attendance.lanes import BITS, LANED
from streams.attendance.ledger import NARROW
from streams.attendance.measures import Measure, OtherAbsent, OtherDays, WeekdayDays
from streams.attendance.tally import REMEMBERED_DAYS
from streams.attendance.walk import Engine

_TOP = 1 << REMEMBERED_DAYS


class Appends(NamedTuple):
    """Marks of different pupils, each column as long as there are marks: what to append where.

    `at` are the pupils' places in a block; `key` and `position` say where in the ledger (`ledger.seat`), `seconds` how
    long after the page's base the mark was recorded.
    """

    at: Block
    slot: Block
    code: Block
    key: Block
    position: Block
    seconds: Block

    def only(self, which: Block) -> "Appends":
        """Return those that *which* chooses."""
        return Appends(*(column[which] for column in self))


class Flip(NamedTuple):
    """A rule went on (`since` 0) or off (on since that slot) at `slot`, for the pupil at place `at` of a block."""

    at: int
    rule: int
    since: int
    slot: int


class Screen:
    """A rule book's counts and tests in columns. Deterministic in the book; shared by all partitions."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        lanes = engine.lanes
        self.layout = layout = Layout(lanes, len(engine.rules))
        self._keeps, self._adds = layout.rows(lanes.keeps), layout.rows(lanes.adds)
        self._week, self._spell = layout.week_rows(lanes.week), layout.week_rows([lanes.spell])
        self._year_week = layout.row(lanes.year_week)
        place = {int(lane): i for i, lane in enumerate(layout.windowed)}
        self._windows = [
            (weeks, np.array(lanes_in(mask)), np.array([place[lane] for lane in lanes_in(mask)]))
            for weeks, mask in lanes.windows
        ]
        self._weekday = [[(last, lane_of(unit)) for last, unit in day] for day in lanes.weekday]
        self._both = [(_table(codes), lane_of(unit)) for codes, unit in lanes.both]
        self._weeks_with = [(_table(codes), lane_of(unit)) for codes, unit in lanes.weeks_with]
        self._days_after = [(_table(codes), lane_of(unit)) for codes, unit in lanes.days_after]
        self._odd = np.array(lanes.odd)
        self._least = np.array([rule.fuel()[1] for rule in engine.rules], "<u2")

    def plain(self, block: Block, appends: Appends) -> Block:
        """Tell which of *appends* are plain, but for what only the register says: that the pupil has one mark in it."""
        at = appends.at
        plain: Block = (
            block["ready"][at]
            & (appends.code != NO_MARK)
            & (appends.key == block["key"][at])
            & (appends.slot > block["last"][at])
            & (appends.slot < block["now"]["year_end"][at])
            & (appends.seconds >= 0)
            & (appends.seconds >> 8 * NARROW == 0)
        )
        return plain

    def append(self, block: Block, appends: Appends) -> list[Flip]:
        """Take plain *appends*: enter them in the pages, tally them, and test each rule once; return what flipped."""
        _enter(block, appends)
        step = _Step(block, appends)
        self._begin(step)
        self._school_days(step)
        self._count(step)
        flips = self._test(step)
        block["now"][appends.at] = step.now
        return flips

    def _begin(self, step: "_Step") -> None:
        """Keep each record as it was before its day, and begin a new week where one begins."""
        now, block = step.now, step.block
        fresh = np.flatnonzero(now["slot"] >> 1 != step.day)
        block["before"][step.at[fresh]] = now[fresh]
        new = np.flatnonzero(now["week"] != step.week)
        full = new[now["days"][new] != 0]
        buckets, days, absences = now["buckets"], now["days"].astype("<u2"), now["absences"]
        buckets[full, :-1] = buckets[full, 1:]
        buckets[new, -1] = 0
        now["weeks"][full] = np.minimum(now["weeks"][full] + 1, buckets.shape[1] - 1)
        block["past"][step.at[full], now["past"][full]] = days[full] << 7 | absences[full]
        now["past"][full] += 1
        now["week"][new], now["days"][new], now["absences"][new] = step.week[new], 0, 0

    def _school_days(self, step: "_Step") -> None:
        """Where a date becomes a school day, and perhaps its week a school week."""
        now = step.now
        new = np.flatnonzero(_MAKES_DAY[step.code] & (now["days"] & step.bit == 0))
        if not new.size:
            return
        self._school_weeks(now, new[now["days"][new] == 0])
        first = new[step.week[new] != now["year_week"][new]]
        now["year_week"][first] = step.week[first]
        now["word"][first] += self._year_week
        now["days"][new] |= step.bit[new]
        for weekday in np.unique(step.weekday[new]):
            self._push(now, new[step.weekday[new] == weekday], weekday)
        for i, (_, lane) in enumerate(self._days_after):
            since = now["firsts"][new, i]
            now["word"][new, lane] += (since > 0) & (since < step.day[new])

    def _school_weeks(self, now: Block, new: Block) -> None:
        """The current week enters every window with what it holds so far, and the oldest week of each leaves."""
        now["word"][new[:, None], self.layout.windowed] += now["buckets"][new, -1]
        for weeks, lanes, places in self._windows:
            leaves = new[now["weeks"][new] >= weeks]
            now["word"][leaves[:, None], lanes] -= now["buckets"][leaves, -1 - weeks][:, places]

    def _push(self, now: Block, which: Block, weekday: int) -> None:
        """Add a day without absence to a weekday's history."""
        history = now["weekdays"][which, weekday].astype("<u8")
        for last, lane in self._weekday[weekday]:
            now["word"][which, lane] -= ((history >> last != 0) & (history >> last - 1 & 1 != 0)).astype("<u2")
        pushed = history << 1
        now["weekdays"][which, weekday] = np.where(pushed < _TOP << 1, pushed, pushed & _TOP - 1 | _TOP)

    def _count(self, step: "_Step") -> None:
        """Add what the codes bring."""
        now, code = step.now, step.code
        week = self._week[code]
        absent = np.flatnonzero(_ABSENT[code])
        if absent.size:
            week[absent[~now["in_spell"][absent]]] += self._spell
            self._absent(step, absent[now["absences"][absent] & step.bit[absent] == 0])
        now["in_spell"] = np.where(_POSSIBLE[code], _ABSENT[code], now["in_spell"])
        now["buckets"][:, -1] += week
        now["word"] = (now["word"] & self._keeps[code]) + self._adds[code]
        now["word"][:, self.layout.windowed] += week * (now["days"] != 0)[:, None]
        self._odd_codes(step, np.flatnonzero(self._odd[code]))
        now["slot"], now["code"] = step.slot, code

    def _absent(self, step: "_Step", new: Block) -> None:
        """Note the first absence of a day."""
        now = step.now
        now["absences"][new] |= step.bit[new]
        for weekday in np.unique(step.weekday[new]):
            which = new[step.weekday[new] == weekday]
            now["weekdays"][which, weekday] |= 1
            now["word"][which[:, None], [lane for _, lane in self._weekday[weekday]]] += 1

    def _odd_codes(self, step: "_Step", odd: Block) -> None:
        """Count what few codes bring: both halves of a day, a week with a code, a first day."""
        now, code, slot = step.now, step.code[odd], step.slot[odd]
        for table, lane in self._both:
            morning = (slot & 1 == 1) & (now["slot"][odd] == slot - 1) & table[now["code"][odd]]
            now["word"][odd, lane] += table[code] & morning
        for i, (table, lane) in enumerate(self._weeks_with):
            which = odd[table[code] & (now["with_weeks"][odd, i] != step.week[odd])]
            now["with_weeks"][which, i] = step.week[which]
            now["word"][which, lane] += 1
        for i, (table, _) in enumerate(self._days_after):
            which = odd[table[code] & (now["firsts"][odd, i] == 0)]
            now["firsts"][which, i] = step.day[which]

    def _test(self, step: "_Step") -> list[Flip]:
        """Ask `enter` of each rule that is off and has its fuel, and `exit` of each that is on."""
        on = step.now["on"] != 0
        asked = on | (step.now["word"][:, : len(self._least)] >= self._least)
        flips: list[Flip] = []
        for rule in np.flatnonzero(asked.any(axis=0)).tolist():
            which = np.flatnonzero(asked[:, rule])
            counts = [self._counted(step, which, measure) for measure in self.engine.measures[rule]]
            left, entered = self.engine.exit[rule](*counts), self.engine.enter[rule](*counts)
            flips += _flip(step, which[np.where(on[which, rule], left, entered)], rule)
        return flips

    def _counted(self, step: "_Step", which: Block, measure: Measure) -> Block:
        """Return what *measure* counts, as `Tally.count`, but for `OtherDays` and `OtherAbsent` of too few weekdays.

        Those are asked only together with `WeekdayDays`, which then says no.
        """
        if isinstance(measure, LANED):
            lane: Block = step.now["word"][which, self.layout.lanes.shift[measure] // BITS]
            return lane.astype("<i8")
        if isinstance(measure, WeekdayDays):
            length = np.frexp(step.now["weekdays"][which, measure.weekday].astype("<f8"))[1]
            days: Block = np.minimum(length - 1, measure.last)
            return days
        if isinstance(measure, OtherDays | OtherAbsent):
            return _others(step, which, measure)
        raise TypeError(f"no count is kept for {type(measure).__name__}")


class _Step:
    """One step of many pupils: their records in hand, and the dates of their sessions."""

    def __init__(self, block: Block, appends: Appends) -> None:
        self.block, self.at, self.slot, self.code = block, appends.at, appends.slot, appends.code
        self.now: Block = block["now"][appends.at]
        self.day = self.slot >> 1
        self.week, self.weekday = (self.day - 1) // 7, (self.day - 1) % 7
        self.bit: Block = (1 << self.weekday).astype("u1")


def _table(codes: frozenset[int]) -> Block:
    return np.array([code in codes for code in range(len(CODES))])


_MAKES_DAY = ~_table(NO_SCHOOL_DAY)
_ABSENT, _POSSIBLE = _table(ABSENT), _table(POSSIBLE)


def _enter(block: Block, appends: Appends) -> None:
    """Append a row to each open page (`ledger`: position, code, seconds)."""
    rows = np.empty((len(appends.at), ROW), "u1")
    rows[:, 0], rows[:, 1] = appends.position, appends.code
    rows[:, 2:] = appends.seconds.astype("<u4").view("u1").reshape(-1, NARROW)
    size = block["size"][appends.at].astype("<i8")
    block["page"][appends.at[:, None], size[:, None] + np.arange(ROW)] = rows
    block["size"][appends.at] += ROW
    block["last"][appends.at] = appends.slot
    block["ahead"][appends.at] = True


def _flip(step: _Step, which: Block, rule: int) -> list[Flip]:
    since = step.now["on"][which, rule]
    step.now["on"][which, rule] = np.where(since == 0, step.slot[which], 0)
    columns = step.at[which].tolist(), since.tolist(), step.slot[which].tolist()
    return [Flip(at, rule, was, slot) for at, was, slot in zip(*columns, strict=True)]


def _others(step: _Step, which: Block, measure: OtherDays | OtherAbsent) -> Block:
    """Count over the school weeks from the first of the last `last` such weekdays on."""
    now = step.now[which]
    weeks = step.block["past"][step.at[which]].astype("<u4")
    weeks[np.arange(weeks.shape[1]) >= now["past"][:, None]] = 0  # left from before a correction
    weeks = np.column_stack((weeks, now["days"].astype("<u4") << 7 | now["absences"]))[:, ::-1]
    with_day = weeks >> 7 + measure.weekday & 1
    later = np.cumsum(with_day, axis=1) - with_day
    days = weeks >> (7 if isinstance(measure, OtherDays) else 0) & (0x7F ^ 1 << measure.weekday)
    counted: Block = (np.bitwise_count(days) * (later < measure.last)).sum(axis=1, dtype="<i8")
    return counted
