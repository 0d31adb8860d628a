"""A pupil between its record in the columns (`columns.py`) and the object that the exact walk works on (`pupil.py`).

`lift` makes the object of the record, `lower` the record of the object; each is the other undone.
"""

from typing import Any

import numpy as np

from streams.attendance.columns import MOST_WEEKS, Block, Layout
from streams.attendance.ledger import EMPTY, HEAD, NARROW, URN_BITS
from streams.attendance.pupil import Pupil
from streams.attendance.screen import Screen
from streams.attendance.sessions import academic_year, year_start
from streams.attendance.tally import Tally
from streams.attendance.walk import Checkpoint, Engine, Walk


def lift(screen: Screen, pupil: Pupil, record: Block) -> Pupil:
    """Return a working copy of *pupil*, as it was when it was lowered, brought up to its *record*."""
    copy = pupil.copy()
    (copy.ledger.pages[int(record["key"])],) = open_pages(record.reshape(1))
    copy.ledger.last = last = int(record["last"])
    copy.year = copy.year or academic_year(last)
    copy.walk = copy.walk or Walk(screen.engine)
    _move(copy.walk, screen.layout, record)
    return copy


def open_pages(records: Block) -> list[bytes]:
    """Return the page of each ledger that is open, as it is stored."""
    width, together = records["page"].shape[1], records["page"].tobytes()
    return [EMPTY + together[at * width : at * width + size] for at, size in enumerate(records["size"].tolist())]


def _move(walk: Walk, layout: Layout, record: Block) -> None:
    past = record["past"].tolist()
    now, before = _fields(record["now"]), _fields(record["before"])
    walk.tally, walk.shared, walk.on = _tally(layout, now, past), False, _on(now)
    day, last = walk.tally.slot >> 1, walk.checkpoints[-1] if walk.checkpoints else None
    if last is None or last.day != day:
        kept = walk.checkpoints if last is None or last.anchor >= 0 else walk.checkpoints[:-1]
        closed = walk.closed[: before["closed"]]
        point = Checkpoint(day, academic_year(day << 1), -1, _tally(layout, before, past), _on(before), closed)
        walk.checkpoints = (*kept, point)


def _fields(record: Block) -> dict[str, Any]:
    return dict(zip(record.dtype.names or (), record.item(), strict=True))


def _on(fields: dict[str, Any]) -> dict[int, int]:
    return {rule: since for rule, since in enumerate(fields["on"].tolist()) if since}


_ALIKE = ("slot", "code", "year_end", "year_week", "week", "days", "absences", "in_spell")
"""What a record and a tally hold in the same form."""


def _tally(layout: Layout, fields: dict[str, Any], past: list[int]) -> Tally:
    tally = Tally(layout.lanes)
    for name in _ALIKE:
        setattr(tally, name, fields[name])
    (tally.word,) = layout.words(fields["word"])
    weeks = fields["buckets"][len(fields["buckets"]) - 1 - fields["weeks"] :]
    *buckets, tally.bucket = layout.week_words(weeks)
    tally.buckets, tally.past = tuple(buckets), tuple(past[: fields["past"]])
    tally.weekdays, tally.with_weeks = tuple(fields["weekdays"].tolist()), tuple(fields["with_weeks"].tolist())
    tally.firsts = tuple(fields["firsts"].tolist())
    return tally


def lower(screen: Screen, pupil: Pupil, record: Block) -> None:
    """Write *pupil* into its *record*; one whose next mark the exact walk must take is left not ready."""
    record["ahead"], record["rows"], record["ready"] = False, 0, False
    if not screen.ready or not _is_known(screen.engine, pupil):
        return
    if pupil.walk is None:
        _lower_unwalked(screen, pupil, record)
    elif pupil.walk.engine is screen.engine and pupil.walk.checkpoints and len(pupil.walk.tally.past) < MOST_WEEKS:
        record["ready"] = True
        _lower_page(pupil, record)
        _lower_walk(screen.layout, pupil.walk, record)


def _lower_unwalked(screen: Screen, pupil: Pupil, record: Block) -> None:
    """Walk a pupil's pages on its record, where no session is of several schools: it stays without a walk of its own.

    Its record is ahead of it, so that whoever needs the walk gets it lifted.
    """
    sessions = pupil.ledger.plainly()
    if not sessions:
        return
    slots = np.array([slot for slot, _ in sessions], "<i8")
    codes = np.array([code for _, code in sessions], "<i8")
    ends = np.array([year_start(academic_year(slot) + 1) for slot, _ in sessions], "<i8")
    walked = screen.walk(slots, codes, ends)
    if walked is not None:
        flips, walk = walked
        for field in ("now", "before", "past"):
            record[field] = walk[field]
        pupil.walk = Walk(screen.engine)
        pupil.walk.closed = tuple((flip.rule, flip.since, flip.slot) for flip in flips if flip.since)
        _lower_page(pupil, record)
        record["ready"] = record["ahead"] = True


def _is_known(engine: Engine, pupil: Pupil) -> bool:
    """Whether what is announced is as of the walk, with nothing to be forgotten, and the open page is a narrow one."""
    return (
        pupil.book == engine.id
        and pupil.ledger.last >= 0
        and not pupil.history_announced()
        and pupil.ledger.pages[pupil.ledger.open_page()][1] == NARROW
    )


def _lower_page(pupil: Pupil, record: Block) -> None:
    key = pupil.ledger.open_page()
    page = pupil.ledger.pages[key]
    record["key"], record["last"], record["size"] = key, pupil.ledger.last, len(page) - HEAD
    record["alone"] = sum(other >> URN_BITS == key >> URN_BITS for other in pupil.ledger.pages) == 1
    record["page"][: len(page) - HEAD] = memoryview(page)[HEAD:]


def _lower_walk(layout: Layout, walk: Walk, record: Block) -> None:
    point, past = walk.checkpoints[-1], walk.tally.past
    record["past"][: len(past)] = past
    record["now"] = _record(layout, walk.tally, walk.on, len(walk.closed))
    record["before"] = _record(layout, point.tally, point.on, len(point.closed))


def _record(layout: Layout, tally: Tally, on: dict[int, int], closed: int) -> Block:
    record: Block = layout.blank.copy()
    for name in _ALIKE:
        record[name] = getattr(tally, name)
    record["word"] = layout.row(tally.word)
    record["buckets"][-1 - len(tally.buckets) :] = layout.week_rows([*tally.buckets, tally.bucket])
    record["weeks"], record["past"], record["closed"] = len(tally.buckets), len(tally.past), closed
    record["weekdays"], record["with_weeks"], record["firsts"] = tally.weekdays, tally.with_weeks, tally.firsts
    for rule, since in on.items():
        record["on"][rule] = since
    return record
