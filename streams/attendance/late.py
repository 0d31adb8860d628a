"""Late marks, not after a pupil's last session: a batch's are taken together, and no object is made of their pupils.

**Why it is exact.** It is what `Pupil.take` does with such a mark. The mark is put in its page as `Ledger.put` puts it,
where it beats the version held; and the pupil's sessions are walked again from its first one by the compiled walk, the
tests from the day of the mark on, with what `recorded.before` says is known of before. Where every episode is as it was
there is nothing to compare, and what is new is one page and the counts. Where one moved, what flips from that day on is
handed on, and compared with what is announced (`telling.py`). A walk is a function of the sessions: where the code is
the one held before, nothing is walked. Of the last day's marks those come here that are no plain amendments: most
because a rule flipped on that day. All else is left, as is every later mark of that pupil: two marks in a register, a
pupil who is no record, two schools in a month, a wide page.

Pupils do not know of each other, so marks are taken in rounds: of each pupil its first, then of each its second.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from streams.attendance.columns import Block, Marks
from streams.attendance.ledger import EMPTY, NARROW
from streams.attendance.rested import Rested
from streams.attendance.screen import Flip, Screen, Settled, flips_of
from streams.attendance.sessions import academic_year, year_start
from streams.attendance.shelf import LEFT, MOVED, SAME, calendar_of, shelf_of
from streams.attendance.walk import Closed

AT_ONCE = 512  # marks that are walked together: so many records are still near


class Took(NamedTuple):
    """A late mark that was taken: its number, and what changed of its pupil.

    That is the closed `page` that it is in, if it holds; and where an episode `moved`, all that are closed by now, and
    what flips from the day of the mark on.
    """

    mark: int
    holds: bool
    page: bytes | None
    moved: tuple[tuple[Closed, ...], list[Flip]] | None


def take_late(
    screen: Screen, block: Block, marks: Marks, left: Block, kept_of: Callable[[int], Rested | None]
) -> Iterator[Took]:
    """Take the late ones of the marks that are *left* into the records of *block*; yield those taken.

    *kept_of* says by place what is kept of a pupil at rest, with what changed by the marks yielded before.
    """
    if not len(left):
        return
    over = np.zeros(len(block), "?")
    for turn in _rounds(marks, block, left):
        for first in range(0, len(turn), AT_ONCE):
            some = turn[first : first + AT_ONCE]
            some = some[~over[marks.at[some]]]
            over[marks.at[some]] = True
            kept = {mark: its for mark in some.tolist() if (its := kept_of(int(marks.at[mark]))) and not its.made}
            for took in _take(screen, block, marks, np.array(list(kept), "<i8"), list(kept.values())):
                over[marks.at[took.mark]] = took.moved is not None
                yield took


def _rounds(marks: Marks, block: Block, left: Block) -> Iterator[Block]:
    """Yield the late ones of the marks that are *left*, by number: each pupil's first, each one's second, and so on.

    A pupil's end before its first mark that is not late.
    """
    left = left[np.argsort(marks.row[left], kind="stable")]
    row = marks.row[left]
    begins = np.flatnonzero(np.diff(row, prepend=-1))
    turn = np.arange(len(left)) - np.repeat(begins, np.diff(begins, append=len(left)))
    late = _are_late(marks, block, left) & _are_alone(row, marks.register[left])
    ends = np.minimum.reduceat(np.where(late, len(left), turn), begins)
    some = np.flatnonzero(turn < np.repeat(ends, np.diff(begins, append=len(left))))
    some = some[np.argsort(turn[some], kind="stable")]
    yield from np.split(left[some], np.flatnonzero(np.diff(turn[some])) + 1) if len(some) else ()


def _are_late(marks: Marks, block: Block, which: Block) -> Block:
    """Whether each is not after its pupil's last session, is not too old for its ledger, and fits a narrow page."""
    last, slot, at = block["last"][marks.at[which]], marks.slot[which], marks.at[which]
    ends, its = np.unique(marks.year_end[which], return_inverse=True)
    after = np.array([year_start(academic_year(end) + 1) for end in ends.tolist()], "<i8")[its]
    fits = marks.seconds[which] >> 8 * NARROW == 0
    late: Block = block["ready"][at] & (slot <= last) & (last < after) & fits
    return late


def _are_alone(row: Block, register: Block) -> Block:
    """Whether each is its pupil's only mark in its register. They are in order of pupils."""
    twin = (row[1:] == row[:-1]) & (register[1:] == register[:-1])
    alone: Block = ~(np.append(twin, False) | np.insert(twin, 0, False))
    return alone


def _take(screen: Screen, block: Block, marks: Marks, which: Block, kept: Sequence[Rested]) -> Iterator[Took]:
    """Take late marks of as many pupils, of whom this is *kept*."""
    if not kept:
        return
    shelf = shelf_of([one.pages for one in kept], [one.closed for one in kept])
    calendar = calendar_of(shelf.keys, marks.key[which], block["key"][marks.at[which]])
    settled = screen.late(block, marks, which, shelf, calendar)
    is_open = (block["key"][marks.at[which]] == marks.key[which]).tolist()
    moved = _moved(settled, which, kept)
    for k, (mark, kind) in enumerate(zip(which.tolist(), settled.late.kind.tolist(), strict=True)):
        if kind != LEFT:
            closed_page = kind >= SAME and not is_open[k]
            yield Took(mark, kind >= SAME, _page(settled, k) if closed_page else None, moved.get(k))


def _page(settled: Settled, k: int) -> bytes:
    return EMPTY + settled.late.page[k, : settled.late.size[k]].tobytes()


def _moved(
    settled: Settled, which: Block, kept: Sequence[Rested]
) -> dict[int, tuple[tuple[Closed, ...], list[Flip]]]:  # fmt: skip
    """Return all episodes that are closed by now of each of whom one moved, and what flips from its mark on."""
    found = {}
    for k in np.flatnonzero(settled.late.kind == MOVED).tolist():
        flips = flips_of(settled.flips[settled.flips[:, 0] == k], int(which[k]))
        closed = tuple((flip.rule, flip.since, flip.slot) for flip in flips if flip.since)
        found[k] = kept[k].all_closed()[: settled.closed[k]] + closed, flips
    return found
