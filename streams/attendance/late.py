"""A mark of a day before a pupil's last, after which every episode is as it was: taken without making the object.

**Why it is exact.** It is what `Pupil.take` does with such a mark, on the same ledger and by the same compiled walk
(`recorded.walk_recorded`): where no episode changed there is nothing to compare, and what is new is one page and the
counts. Where one did, nothing is taken here, and the pupil goes the exact way.
"""

from streams.attendance.columns import Block
from streams.attendance.ledger import Ledger
from streams.attendance.recorded import Recorded, before, walk_recorded
from streams.attendance.rested import Rested
from streams.attendance.screen import Screen
from streams.attendance.sessions import academic_year


def is_late(record: Block, slot: int) -> bool:
    """Whether *slot* lies before the last day of the pupil of a *record*, and is not too old for its ledger."""
    last = int(record["last"])
    return bool(record["ready"]) and slot >> 1 < last >> 1 and academic_year(slot) >= academic_year(last) - 1


def unmoved(screen: Screen, kept: Rested, record: Block, ledger: Ledger, slot: int) -> Block | None:
    """Return the record of *ledger*, which changed in session *slot*, where every episode is as it was; else None."""
    walk = Recorded(screen, record, kept.all_closed(), ())
    walked = None if kept.made else walk_recorded(screen, ledger, before(walk, slot))
    if walked is None:
        return None
    new, closed = walked
    return new if closed == walk.closed and new["now"]["on"].tolist() == record["now"]["on"].tolist() else None
