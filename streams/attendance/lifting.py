"""A pupil between its record in the columns (`columns.py`) and the object that the exact walk works on (`pupil.py`).

`lift` makes the object of the record, `lower` the record of the object; each is the other undone.
"""

from typing import Any

from streams.attendance.columns import MOST_WEEKS, Block, Layout
from streams.attendance.ledger import EMPTY, HEAD, NARROW
from streams.attendance.pupil import Pupil
from streams.attendance.sessions import academic_year
from streams.attendance.tally import Tally
from streams.attendance.walk import Checkpoint, Engine, Walk


def lift(layout: Layout, pupil: Pupil, record: Block) -> Pupil:
    """Return a working copy of *pupil*, as it was when it was lowered, brought up to its *record*."""
    copy = pupil.copy()
    (copy.ledger.pages[int(record["key"])],) = open_pages(record.reshape(1))
    copy.ledger.last = int(record["last"])
    assert copy.walk is not None  # noqa: S101 - it was lowered
    _move(copy.walk, layout, record)
    return copy


def open_pages(records: Block) -> list[bytes]:
    """Return the page of each ledger that is open, as it is stored."""
    width, together = records["page"].shape[1], records["page"].tobytes()
    return [EMPTY + together[at * width : at * width + size] for at, size in enumerate(records["size"].tolist())]


def _move(walk: Walk, layout: Layout, record: Block) -> None:
    past = record["past"].tolist()
    now, before = _fields(record["now"]), _fields(record["before"])
    walk.tally, walk.shared, walk.on = _tally(layout, now, past), False, _on(now)
    day, last = walk.tally.slot >> 1, walk.checkpoints[-1]
    if last.day != day:
        kept = walk.checkpoints if last.anchor >= 0 else walk.checkpoints[:-1]
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


def lower(layout: Layout, engine: Engine, pupil: Pupil, record: Block) -> None:
    """Write *pupil* into its *record*; one whose next mark the exact walk must take is left not ready."""
    record["ahead"], record["ready"] = False, _can_go_on(engine, pupil)
    if record["ready"]:
        _lower_page(pupil, record)
        _lower_walk(layout, pupil, record)


def _can_go_on(engine: Engine, pupil: Pupil) -> bool:
    walk = pupil.walk
    return (
        walk is not None
        and walk.engine is engine
        and pupil.book == engine.id
        and bool(walk.checkpoints)
        and len(walk.tally.past) < MOST_WEEKS
        and not pupil.history_announced()
        and pupil.ledger.pages[pupil.ledger.open_page()][1] == NARROW
    )


def _lower_page(pupil: Pupil, record: Block) -> None:
    key = pupil.ledger.open_page()
    page = pupil.ledger.pages[key]
    record["key"], record["last"], record["size"] = key, pupil.ledger.last, len(page) - HEAD
    record["page"][: len(page) - HEAD] = memoryview(page)[HEAD:]


def _lower_walk(layout: Layout, pupil: Pupil, record: Block) -> None:
    walk = pupil.walk
    assert walk is not None  # noqa: S101 - the caller has looked
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
