"""A pupil between its record in the columns (`columns.py`) and the object that the exact walk works on (`pupil.py`).

`lift` makes the object of the record, `lower` the record of the object; each is the other undone.
"""

from streams.attendance.columns import MOST_WEEKS, Block, Layout, copied
from streams.attendance.ledger import EMPTY, NARROW, URN_BITS, Ledger
from streams.attendance.pages import HEAD, Pages
from streams.attendance.pupil import Pupil
from streams.attendance.recorded import ALIKE, Recorded, walk_recorded
from streams.attendance.rested import Rested, rested
from streams.attendance.screen import Screen
from streams.attendance.sessions import academic_year
from streams.attendance.tally import Tally
from streams.attendance.walk import Engine, Walk


def lift(screen: Screen, pupil: Pupil, record: Block) -> Pupil:
    """Return a working copy of *pupil*, as it was when it was lowered, brought up to its *record*."""
    copy, own = pupil.copy(), copied(record)
    (copy.ledger.pages[int(record["key"])],) = open_pages(own.reshape(1))
    copy.ledger.last = last = int(record["last"])
    copy.year = copy.year or academic_year(last)
    closed, made = (copy.walk.closed, copy.walk.made) if copy.walk else ((), ())
    copy.walk = Recorded(screen, own, closed, made)
    return copy


def rouse(screen: Screen, key: str, kept: Rested, record: Block) -> Pupil:
    """Return a pupil that was at rest, as its *record* has it by now."""
    own = copied(record)
    pages = Pages(kept.pages, dict(zip([int(record["key"])], open_pages(own.reshape(1)), strict=True)))
    pupil = Pupil(key, Ledger(pages, int(record["last"])))
    pupil.book = screen.engine.id  # or it would not have been put to rest
    pupil.announced, pupil.retired = kept.announced()
    pupil.walk = Recorded(screen, own, kept.all_closed(), kept.made)
    return pupil


def open_pages(records: Block) -> list[bytes]:
    """Return the page of each ledger that is open, as it is stored."""
    return _pages_in(records["page"], records["size"])


def opened(records: Block, which: Block) -> list[tuple[int, bytes]]:
    """Return of each of some of the *records* the key of its open page, and that page as it is stored."""
    pages = _pages_in(records["page"][which], records["size"][which])
    return list(zip(records["key"][which].tolist(), pages, strict=True))


def _pages_in(rows: Block, sizes: Block) -> list[bytes]:
    width, together = rows.shape[1], rows.tobytes()
    return [EMPTY + together[at * width : at * width + size] for at, size in enumerate(sizes.tolist())]


def lower(screen: Screen, pupil: Pupil, record: Block) -> Pupil | Rested:
    """Write *pupil* into its *record*, and return what to keep beside it.

    One whose next mark the exact walk must take is left not ready.
    """
    record["ahead"], record["rows"], record["ready"] = False, 0, False
    if not screen.ready or not _is_known(screen.engine, pupil):
        return pupil
    key = pupil.ledger.open_page()
    page = pupil.ledger.pages[key]
    if page[1] != NARROW:
        return pupil
    walk = pupil.walk
    if walk is None:
        walked = walk_recorded(screen, pupil.ledger)
        walk = None if walked is None else Recorded(screen, *walked, ())
    if isinstance(walk, Recorded) and walk.record is not None:
        lower_recorded(walk.record, record)
        _lower_page(pupil, key, page, record)
        return rested(pupil, key, walk.closed, walk.made)
    if walk is not None and walk.engine is screen.engine and walk.checkpoints and len(walk.tally.past) < MOST_WEEKS:
        record["ready"] = True
        _lower_page(pupil, key, page, record)
        _lower_walk(screen.layout, walk, record)
    return pupil


def lower_recorded(walk: Block, record: Block) -> None:
    """Write a walk that lies in a record. The pupil's record is ahead of it: whoever needs the walk gets it lifted."""
    for field in ("now", "before", "past"):
        record[field] = walk[field]
    record["ready"] = record["ahead"] = True


def _is_known(engine: Engine, pupil: Pupil) -> bool:
    """Whether what is announced is as of the walk, with nothing to be forgotten."""
    return pupil.book == engine.id and pupil.ledger.last >= 0 and not pupil.history_announced()


def _lower_page(pupil: Pupil, key: int, page: bytes, record: Block) -> None:
    record["key"], record["last"] = key, pupil.ledger.last
    month = key >> URN_BITS
    record["alone"] = len([other for other in pupil.ledger.pages if other >> URN_BITS == month]) == 1
    write_page(page, record)


def write_page(page: bytes, record: Block) -> None:
    """Write the open page, which is narrow, into its *record*."""
    record["size"] = len(page) - HEAD
    record["page"][: len(page) - HEAD] = memoryview(page)[HEAD:]


def _lower_walk(layout: Layout, walk: Walk, record: Block) -> None:
    point, past = walk.checkpoints[-1], walk.tally.past
    record["past"][: len(past)] = past
    record["now"] = _record(layout, walk.tally, walk.on, len(walk.closed))
    record["before"] = _record(layout, point.tally, point.on, len(point.closed))


def _record(layout: Layout, tally: Tally, on: dict[int, int], closed: int) -> Block:
    record: Block = layout.blank.copy()
    for name in ALIKE:
        record[name] = getattr(tally, name)
    record["word"] = layout.row(tally.word)
    record["buckets"][-1 - len(tally.buckets) :] = layout.week_rows([*tally.buckets, tally.bucket])
    record["weeks"], record["past"], record["closed"] = len(tally.buckets), len(tally.past), closed
    record["weekdays"], record["with_weeks"], record["firsts"] = tally.weekdays, tally.with_weeks, tally.firsts
    for rule, since in on.items():
        record["on"][rule] = since
    return record
