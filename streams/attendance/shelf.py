"""Pages of many pupils at rest, joined as they are packed, and room for what becomes of late marks in them.

What is compiled (`kernel_late.py`) reads the pages where they lie: no page is made into an object.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, chain
from typing import NamedTuple

import numpy as np

from streams.attendance.columns import Block, Part, Sessions
from streams.attendance.days import in_full
from streams.attendance.ledger import MOST_ROWS, ROW, URN_BITS
from streams.attendance.pages import Packed
from streams.attendance.sessions import academic_year, month_start, year_start

MOST_PAGES = 64  # of a pupil whose late marks are taken together: two academic years have 24 months
LEFT, UNBEATEN, SAME, WALK, UNMOVED, MOVED = range(6)
"""What became of a late mark: it is left; the version held beats it; the code is the same; the sessions are to be
walked; they were, and no episode moved, or one did."""
NEVER = 1 << 40  # after every slot


class Shelf(NamedTuple):
    """The packed pages (`pages.Packed`) of some pupils, one after the other, and the episodes that they closed.

    `first` says with which page each pupil's begin, and where the last end; `closed_first` likewise of `closed`, whose
    rows are (rule, since, end).
    """

    first: Block
    keys: Block
    rows: Block
    forms: Block
    codes: Block
    closed_first: Block
    closed: Block


class Calendar(NamedTuple):
    """Of each month from number `month` on its first slot, and the first slot after its academic year."""

    month: int
    starts: Block
    year_ends: Block


class Late(NamedTuple):
    """What became of late marks, to be filled, one of each mark.

    `kind` is one of the above; `page` are the rows of the page that the mark is in, `size` bytes. `book` is room for
    where the pages of one pupil are, by key: (key, form, code, rows), of the open one no form.
    """

    kind: Block
    page: Block
    size: Block
    book: Block


class Room(NamedTuple):
    """Room for the sessions of one pupil, and for where its pages are, by key: (key, form, code, rows)."""

    slots: Block
    codes: Block
    book: Block


def room_of_one(shelf: Shelf) -> Room:
    """Return room for the sessions of any pupil of *shelf*."""
    most = len(shelf.codes) + MOST_ROWS
    return Room(np.empty(most, "<i4"), np.empty(most, "u1"), np.empty((MOST_PAGES, 4), "<i8"))


def shelf_of(pages: Sequence[Packed], closed: Sequence[bytes]) -> Shelf:
    """Join the *pages* of some pupils, and the episodes that they *closed* (`rested`)."""
    episodes = np.frombuffer(b"".join(closed), "<i4").reshape(-1, 3)
    return Shelf(
        _firsts([len(its.keys) for its in pages]),
        np.array(list(chain.from_iterable([its.keys for its in pages])), "<i8"),
        np.frombuffer(b"".join([its.rows for its in pages]), "u1"),
        np.frombuffer(b"".join(chain.from_iterable([its.forms for its in pages])), "u1"),
        np.frombuffer(in_full(b"".join([its.short for its in pages])), "u1"),
        _firsts([len(its) // 12 for its in closed]),
        episodes,
    )


def _firsts(sizes: list[int]) -> Block:
    return np.array([*accumulate(sizes, initial=0)], "<i8")


def calendar_of(*keys: Block) -> Calendar:
    """Return the calendar of all the months that some pages' *keys* are in."""
    months = np.concatenate(keys) >> URN_BITS
    return _calendar(int(months.min()), int(months.max()))


@lru_cache(maxsize=256)
def _calendar(first: int, last: int) -> Calendar:
    starts = [month_start(month) for month in range(first, last + 1)]
    ends = [year_start(academic_year(start) + 1) for start in starts]
    return Calendar(first, np.array(starts, "<i8"), np.array(ends, "<i8"))


def room_for(shelf: Shelf, rules: int) -> tuple[Late, Sessions, Part]:
    """Return room for one late mark of each pupil of *shelf*."""
    marks = len(shelf.first) - 1
    sessions = len(shelf.codes) + marks * (MOST_ROWS + 1)
    late = Late(
        np.zeros(marks, "u1"),
        np.empty((marks, MOST_ROWS * ROW), "u1"),
        np.zeros(marks, "<i8"),
        np.empty((MOST_PAGES, 4), "<i8"),
    )
    return late, sessions_for(marks, sessions), part_for(marks, rules)


def sessions_for(pupils: int, sessions: int) -> Sessions:
    """Return room for the sessions of some pupils."""
    return Sessions(
        np.zeros(pupils + 1, "<i8"), np.empty(sessions, "<i4"), np.empty(sessions, "u1"), np.empty(sessions, "<i4")
    )


def part_for(pupils: int, rules: int) -> Part:
    """Return room to say which part of the sessions of some pupils is walked: all of it, and nothing is known."""
    since, tested, closed, came = np.zeros((4, pupils), "<i8")
    return Part(since, tested, np.full(pupils, NEVER), np.zeros((pupils, rules), "<i4"), closed, came)
