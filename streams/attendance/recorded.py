"""A walk as its record has it (`columns.py`), made into that of objects only where somebody goes on with it by step.

Most who need a pupil's walk ask which rules are on, and what one of them counts: the record tells both as it is.
"""

from typing import Any

import numpy as np
from typing_extensions import override

from streams.attendance.codes import NO_MARK
from streams.attendance.columns import Block, Layout
from streams.attendance.lanes import BITS
from streams.attendance.ledger import NARROW, ROW, Ledger
from streams.attendance.pages import HEAD
from streams.attendance.screen import Screen
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
    def again(self, ledger: Ledger, slot: int) -> None:
        record = self.record
        if (
            record is not None
            and slot >> 1 == self.slot >> 1
            and (walked := walk_recorded(self._screen, ledger, record))
        ):
            self._take(walked[0], self.closed[: record["before"]["closed"]] + walked[1], self._made)
        elif record is not None and (walked := walk_recorded(self._screen, ledger)):
            self._take(*walked, ())
        else:
            super().again(ledger, slot)


def walk_recorded(screen: Screen, ledger: Ledger, day: Block | None = None) -> tuple[Block, tuple[Closed, ...]] | None:
    """Walk a ledger in a record of its own, or the last *day* of this record; return the record and what was closed.

    None where there is nothing to walk, a month has pages of two schools, or a wide one, or too much flips.
    """
    since = 0 if day is None else int(day["now"]["slot"]) & ~1
    first = month_of(since) if since else 0
    found = ledger.pages_from(first)
    pages = [(month, its[0]) for month, its in found.items() if len(its) == 1]
    if len(pages) < len(found) or any(page[1] != NARROW for _, page in pages):
        return None
    slots, codes = _sessions(pages, since)
    walked = screen.walk(slots, codes, _year_ends(slots), day) if len(slots) else None
    if walked is None:
        return None
    flips, record = walked
    return record, tuple((flip.rule, flip.since, flip.slot) for flip in flips if flip.since)


def _sessions(pages: list[tuple[int, bytes]], since: int) -> tuple[Block, Block]:
    """Return slot and code of each session from *since* on that has a child's mark, in order."""
    rows = np.frombuffer(b"".join([page[HEAD:] for _, page in pages]), "u1").reshape(-1, ROW)
    slots = rows[:, 0] + np.repeat([month_start(month) for month, _ in pages], [len(page) // ROW for _, page in pages])
    marked = (rows[:, 1] != NO_MARK) & (slots >= since)
    return slots[marked].astype("<i8"), rows[marked, 1].astype("<i8")


def _year_ends(slots: Block) -> Block:
    """Return the first slot after the academic year of each of some slots in order: there is one."""
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
