"""A walk as its record has it (`columns.py`), made into that of objects only where somebody goes on with it by step.

Most who need a pupil's walk ask which rules are on, and what one of them counts: the record tells both as it is.
"""

from typing import Any

import numpy as np
from typing_extensions import override

from streams.attendance.codes import NO_MARK
from streams.attendance.columns import Block, Layout
from streams.attendance.lanes import BITS
from streams.attendance.ledger import HEAD, NARROW, ROW, URN_BITS, Ledger
from streams.attendance.screen import Screen
from streams.attendance.sessions import academic_year, month_start, year_start
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
    def again(self, ledger: Ledger, slot: int) -> None:
        walked = None if self.record is None else walk_recorded(self._screen, ledger)
        if walked is None:
            super().again(ledger, slot)
        else:
            self._take(*walked, ())


def walk_recorded(screen: Screen, ledger: Ledger) -> tuple[Block, tuple[Closed, ...]] | None:
    """Walk a ledger in a record of its own; return it and what was closed.

    None where there is nothing to walk, a month has pages of two schools, or a wide one, or too much flips.
    """
    months = [key >> URN_BITS for key in ledger.pages]
    if len(months) > len(set(months)) or any(page[1] != NARROW for page in ledger.pages.values()):
        return None
    slots, codes, ends = _sessions(ledger)
    walked = screen.walk(slots, codes, ends) if len(slots) else None
    if walked is None:
        return None
    flips, record = walked
    return record, tuple((flip.rule, flip.since, flip.slot) for flip in flips if flip.since)


def _sessions(ledger: Ledger) -> tuple[Block, Block, Block]:
    """Return slot, code and the end of the academic year of each session that has a child's mark, in order."""
    pages = sorted((key >> URN_BITS, page) for key, page in ledger.pages.items())
    rows = np.frombuffer(b"".join([page[HEAD:] for _, page in pages]), "u1").reshape(-1, ROW)
    slots = rows[:, 0] + np.repeat([month_start(month) for month, _ in pages], [len(page) // ROW for _, page in pages])
    codes, marked = rows[:, 1].astype("<i8"), rows[:, 1] != NO_MARK
    slots, codes = slots[marked].astype("<i8"), codes[marked]
    return slots, codes, _year_ends(slots)


def _year_ends(slots: Block) -> Block:
    if not len(slots):
        return slots
    first, last = (academic_year(slot) for slot in slots[[0, -1]].tolist())
    ends = np.array([year_start(year + 1) for year in range(first, last + 1)], "<i8")
    return ends[np.searchsorted(ends, slots, side="right")]


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
