"""The fast walk: one pupil's sessions, tallied and tested as they come, with places to start again from.

What the walk from scratch (`specification.py`) finds, found from a checkpoint at or before the first session that
changed: everything is as of a session and looks only at sessions up to it, so what lies before a change stays as it
was.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from streams.attendance.book import BookId, RuleBook
from streams.attendance.kinds import Rule
from streams.attendance.lanes import BITS, LANE, Lanes
from streams.attendance.ledger import Ledger
from streams.attendance.sessions import academic_year
from streams.attendance.specification import Episode, counts
from streams.attendance.tally import Tally

_BLOCK_DAYS = 28  # a checkpoint is kept at the first day of each block of four weeks,
_BLOCKS_KEPT = 3  # of the last blocks, beside the first of the academic year and the last day's

Closed = tuple[int, int, int]
"""A closed episode: place of its rule in the book, first session on, first session off."""


class Engine:
    """A rule book made ready: its lanes, shared by all pupils. Deterministic in the book."""

    def __init__(self, book: RuleBook) -> None:
        self.book = book
        self.id: BookId = book.id
        self.name = str(book.id)
        self.rules: tuple[Rule, ...] = book.rules
        self.lanes = Lanes(book)
        self.measures = [rule.measures() for rule in book.rules]
        self.enter = [rule.enter for rule in book.rules]
        self.exit = [rule.exit for rule in book.rules]
        self.places = {rule.id: i for i, rule in enumerate(book.rules)}
        self.thresholds = [rule.thresholds() for rule in book.rules]
        self.shifts = [self.lanes.shifts(measures) for measures in self.measures]

    def counts(self, rule: int, tally: Tally) -> list[int]:
        """Return what rule number *rule* counts as of the tally's session."""
        word, shifts = tally.word, self.shifts[rule]
        if shifts is None:
            return [tally.count(measure) for measure in self.measures[rule]]
        return [word >> shift & LANE for shift in shifts]


def episodes(closed: Iterable[Closed], on: Mapping[int, int]) -> dict[int, list[Episode]]:
    """Return the episodes that were *closed*, in order, and those that are *on*, by place of their rule."""
    found: dict[int, list[Episode]] = {}
    for rule, start, end in closed:
        found.setdefault(rule, []).append(Episode(start, end))
    for rule, start in on.items():
        found.setdefault(rule, []).append(Episode(start, None))
    return found


class Checkpoint(NamedTuple):
    """The walk before the sessions of a day. `anchor` is its block where it is the first in it, else -1."""

    day: int
    year: int
    anchor: int
    tally: Tally
    on: dict[int, int]
    closed: tuple[Closed, ...]


class Walk:
    """One pupil's walk up to its last session. `on` is, by rule, the session since which it is on."""

    __slots__ = ("checkpoints", "closed", "engine", "on", "shared", "tally")

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.tally: Tally
        self.on: dict[int, int]
        self.closed: tuple[Closed, ...]
        self.checkpoints: tuple[Checkpoint, ...]
        self._start()

    def _start(self) -> None:
        self.tally = Tally(self.engine.lanes)
        self.shared = False
        """Whether the tally is also held by a checkpoint or another walk: to be copied before the next step."""
        self.on, self.closed, self.checkpoints = {}, (), ()

    def copy(self) -> "Walk":
        """Return a walk that goes its own way."""
        new = Walk.__new__(Walk)
        new.engine, new.tally, new.on, new.closed = self.engine, self.tally, self.on, self.closed
        new.checkpoints = self.checkpoints
        self.shared = new.shared = True
        return new

    @property
    def slot(self) -> int:
        """The last session; below 0 where there is none."""
        return self.tally.slot

    @property
    def made(self) -> tuple[Checkpoint, ...]:
        """The checkpoints, as far as they were made."""
        return self.checkpoints

    def counts(self, rule: int) -> list[int]:
        """Return what rule number *rule* counts as of the last session."""
        return self.engine.counts(rule, self.tally)

    def counts_as_of(self, rule: int, ledger: Ledger, slot: int) -> list[int]:
        """Return what rule number *rule* counts as of session *slot* of *ledger*, the walk's own."""
        if slot == self.slot:
            return self.counts(rule)
        return counts(self.engine.rules[rule], [session for session in ledger.sessions() if session[0] <= slot])

    def again(self, ledger: Ledger, slot: int) -> None:
        """Walk again what changed in *ledger* from session *slot* on."""
        for session, cell in ledger.sessions(self.rewind(slot)):
            self.advance(session, cell)

    def advance(self, slot: int, cell: int) -> None:
        """Take the next session: tally it, then test each rule once."""
        lanes = self.engine.lanes
        if slot >> 1 != self.tally.slot >> 1:
            self._checkpoint(slot)
        if self.shared:
            self.tally, self.shared = self.tally.copy(), False
        tally = self.tally
        tally.step(slot, cell)
        could_enter = (tally.word + lanes.bias) & lanes.tops
        if could_enter or self.on:
            self._test(slot, could_enter)

    def _test(self, slot: int, could_enter: int) -> None:
        engine, tally, was_on = self.engine, self.tally, self.on
        left = [rule for rule in was_on if engine.exit[rule](*engine.counts(rule, tally))]
        entered = []
        while could_enter:
            top = could_enter & -could_enter
            could_enter ^= top
            rule = (top.bit_length() - 1) // BITS
            if rule not in was_on and engine.enter[rule](*engine.counts(rule, tally)):
                entered.append(rule)
        if left or entered:
            self.closed += tuple((rule, was_on[rule], slot) for rule in left)
            self.on = {rule: since for rule, since in was_on.items() if rule not in left} | dict.fromkeys(entered, slot)

    def episodes(self) -> dict[int, list[Episode]]:
        """Return the episodes by place of their rule, in order of their start."""
        return episodes(self.closed, self.on)

    def rewind(self, slot: int) -> int:
        """Go back to a checkpoint at or before *slot*; return the first slot that must be walked again."""
        kept = [point for point in self.checkpoints if point.day << 1 <= slot]
        if not kept:
            self._start()
            return 0
        point = kept.pop()
        self.checkpoints = tuple(kept)
        self.tally, self.shared, self.on, self.closed = point.tally, True, point.on, point.closed
        return point.day << 1

    def _checkpoint(self, slot: int) -> None:
        """Keep the walk before this day.

        Let go of the checkpoint of the day before where no block or year began with it.
        """
        day, year, block = slot >> 1, academic_year(slot), (slot >> 1) // _BLOCK_DAYS
        kept = self.checkpoints
        last = kept[-1] if kept else None
        if last is not None and last.anchor < 0:
            kept = kept[:-1]
        before = kept[-1] if kept else None
        new = before is None or before.anchor != block or before.year != year
        if new and len(kept) > _BLOCKS_KEPT:
            kept = self._thinned(kept, year)
        point = Checkpoint(day, year, block if new else -1, self.tally, self.on, self.closed)
        self.shared = True
        self.checkpoints = (*kept, point)

    @staticmethod
    def _thinned(kept: tuple[Checkpoint, ...], year: int) -> tuple[Checkpoint, ...]:
        first = next((point for point in kept if point.year == year), None)
        recent = kept[-_BLOCKS_KEPT:]
        return recent if first is None or first in recent else (first, *recent)
