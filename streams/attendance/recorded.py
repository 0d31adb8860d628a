"""A walk as its record has it (`columns.py`), made into that of objects only where somebody goes on with it by step.

Most who need a pupil's walk ask which rules are on, and what one of them counts: the record tells both as it is.
"""

from functools import lru_cache
from itertools import accumulate
from typing import Any

import numpy as np
from typing_extensions import override

from streams.attendance.columns import Block, Bound, Layout
from streams.attendance.lanes import BITS
from streams.attendance.ledger import ROW, URN_BITS, Ledger
from streams.attendance.pages import HEAD
from streams.attendance.screen import NOTHING, Known, Screen
from streams.attendance.sessions import academic_year, month_of, month_start, year_start
from streams.attendance.tally import Tally
from streams.attendance.walk import Checkpoint, Closed, Walk

_MADE_LATE = frozenset({"tally", "shared", "checkpoints"})


class Recorded(Walk):
    """The walk of a *record*, which is this one's own, with what it *closed*; *made* are checkpoints of before.

    `record` is None from when the walk was made into objects.
    """

    __slots__ = ("_made", "_screen", "record")

    def __init__(self, screen: Screen, record: Block, closed: tuple[Closed, ...], made: tuple[Checkpoint, ...]) -> None:
        self.engine, self._screen = screen.engine, screen
        self.record: Block | None
        self._take(record, closed, made)

    def _take(self, record: Block, closed: tuple[Closed, ...], made: tuple[Checkpoint, ...]) -> None:
        self.record, self.closed, self._made = record, closed, made
        self.on = {rule: since for rule, since in enumerate(record["now"]["on"].tolist()) if since}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - asked for what is not there yet
        if name not in _MADE_LATE or self.record is None:
            raise AttributeError(name)
        self._make(self.record)
        return getattr(self, name)

    def _make(self, record: Block) -> None:
        self.record, layout, past = None, self._screen.layout, record["past"].tolist()
        now, before = _fields(record["now"]), _fields(record["before"])
        self.tally, self.shared, self.checkpoints = _tally(layout, now, past), False, self._made
        day, last = self.tally.slot >> 1, self._made[-1] if self._made else None
        if last is None or last.day != day:
            kept = self._made if last is None or last.anchor >= 0 else self._made[:-1]
            on = {rule: since for rule, since in enumerate(before["on"].tolist()) if since}
            closed = self.closed[: before["closed"]]
            self.checkpoints = (
                *kept,
                Checkpoint(day, academic_year(day << 1), -1, _tally(layout, before, past), on, closed),
            )

    @property
    @override
    def made(self) -> tuple[Checkpoint, ...]:
        return self.checkpoints if self.record is None else self._made

    @property
    @override
    def slot(self) -> int:
        return super().slot if self.record is None else int(self.record["now"]["slot"])

    @override
    def counts(self, rule: int) -> list[int]:
        if self.record is None:
            return super().counts(rule)
        shifts = self.engine.shifts[rule]
        if shifts is None:
            tally = _tally(self._screen.layout, _fields(self.record["now"]), self.record["past"].tolist())
            return self.engine.counts(rule, tally)
        word = self.record["now"]["word"]
        return [int(word[shift // BITS]) for shift in shifts]

    @override
    def copy(self) -> Walk:
        if self.record is None:
            return super().copy()
        return Recorded(self._screen, self.record, self.closed, self._made)

    @override
    def counts_as_of(self, rule: int, ledger: Ledger, slot: int) -> list[int]:
        its = None if self.record is None or slot == self.slot else bound(ledger)
        if its is None:
            return super().counts_as_of(rule, ledger, slot)
        return Recorded(self._screen, self._screen.tally(its, slot), (), ()).counts(rule)

    @override
    def again(self, ledger: Ledger, slot: int) -> None:
        record = self.record
        if record is None:
            super().again(ledger, slot)
        elif slot >> 1 == self.slot >> 1 and (walked := walk_recorded(self._screen, ledger, self._last_day(record))):
            self._take(*walked, self._made)
        elif walked := walk_recorded(self._screen, ledger, before(self, slot)) or walk_recorded(self._screen, ledger):
            self._take(*walked, ())
        else:
            super().again(ledger, slot)

    def _last_day(self, record: Block) -> Known:
        on = {rule: since for rule, since in enumerate(record["before"]["on"].tolist()) if since}
        return Known(self.slot & ~1, on, self.closed[: record["before"]["closed"]], record)


def before(walk: Walk, slot: int) -> Known:
    """Return what *walk* knows of before the day of session *slot*, and what changes from there on leave as it is."""
    first = slot & ~1
    closed = tuple(episode for episode in walk.closed if episode[2] < first)
    on = {rule: since for rule, since, end in walk.closed if since < first <= end}
    return Known(first, on | {rule: since for rule, since in walk.on.items() if since < first}, closed)


def walk_recorded(screen: Screen, ledger: Ledger, known: Known = NOTHING) -> tuple[Block, tuple[Closed, ...]] | None:
    """Walk a ledger in a record of its own, from what is *known*; return the record and all that was closed.

    None where there is nothing to walk, a month has pages of two schools, or a wide one, or too much flips.
    """
    its = bound(ledger, 0 if known.day is None else month_of(known.since))
    return None if its is None else screen.walk(its, known)


def bound(ledger: Ledger, first: int = 0) -> Bound | None:
    """Return the pages of month *first* and later ones bound together; None where one is wide, or not alone."""
    packed = ledger.packed(first)
    calendar, forms, codes = _calendar(packed.keys), b"".join(packed.forms), packed.codes()
    if calendar is None or len(forms) != HEAD * len(packed.keys) + ROW * len(codes):
        return None
    return Bound(np.frombuffer(forms, "u1"), np.frombuffer(codes, "u1"), _firsts(packed.rows), *calendar)


@lru_cache(maxsize=8192)
def _firsts(rows: bytes) -> Block:
    return np.array([0, *accumulate(rows)], "<i8")


@lru_cache(maxsize=8192)
def _calendar(keys: tuple[int, ...]) -> tuple[Block, Block, Block] | None:
    """Return `starts`, `order` and `year_ends` of pages by their keys; None where there are none, or two of a month."""
    months = [key >> URN_BITS for key in keys]
    if not months or len({*months}) < len(months):
        return None
    starts = [month_start(month) for month in months]
    ends = [year_start(year + 1) for year in range(academic_year(min(starts)), academic_year(max(starts)) + 1)]
    return np.array(starts, "<i8"), np.argsort(months).astype("<i8"), np.array(ends, "<i8")


def _fields(record: Block) -> dict[str, Any]:
    return dict(zip(record.dtype.names or (), record.item(), strict=True))


ALIKE = ("slot", "code", "year_end", "year_week", "week", "days", "absences", "in_spell")
"""What a record and a tally hold in the same form."""


def _tally(layout: Layout, fields: dict[str, Any], past: list[int]) -> Tally:
    tally = Tally(layout.lanes)
    for name in ALIKE:
        setattr(tally, name, fields[name])
    (tally.word,) = layout.words(fields["word"])
    weeks = fields["buckets"][len(fields["buckets"]) - 1 - fields["weeks"] :]
    *buckets, tally.bucket = layout.week_words(weeks)
    tally.buckets, tally.past = tuple(buckets), tuple(past[: fields["past"]])
    tally.weekdays, tally.with_weeks = tuple(fields["weekdays"].tolist()), tuple(fields["with_weeks"].tolist())
    tally.firsts = tuple(fields["firsts"].tolist())
    return tally
