"""What is compiled of the fast path beside the walk (`kernel.py`): it looks for pupils and for twins, and copies."""

import numpy as np

from streams.attendance.codes import NO_MARK
from streams.attendance.columns import Block, Bound, Marks, Sessions
from streams.attendance.compiled import compiled
from streams.attendance.ledger import ROW
from streams.attendance.pages import HEAD

EXACTLY, SCREENED = 0, 1
"""What became of a mark: left for the exact way, or taken."""


@compiled
def mark_twins(marks: Marks, seen: Block, result: Block) -> None:
    """Of marks of one pupil in one register, leave all to the exact way.

    *seen* is scratch, of two numbers a row, -1 to begin with.
    """
    for i in range(marks.at.size):
        result[i] = SCREENED if marks.at[i] >= 0 else EXACTLY
        row = marks.row[i]
        if marks.at[i] < 0:
            continue
        if seen[row, 0] == marks.register[i] and seen[row, 1] >= 0:
            result[i] = EXACTLY
            result[seen[row, 1]] = EXACTLY
        seen[row, 0], seen[row, 1] = marks.register[i], i
    for i in range(marks.at.size):
        if marks.at[i] >= 0:
            seen[marks.row[i], 1] = -1


@compiled
def move(source: Block, at: Block, target: Block, to: Block) -> None:
    """Copy records, in words, from places *at* of one block to places *to* of another.

    With numbers that have no sign, which need not be looked at for one: half the time.
    """
    words = np.uint64(source.shape[1])
    for i in range(at.size):
        first, second = np.uint64(at[i]), np.uint64(to[i])
        for word in range(words):
            target[second, np.uint64(word)] = source[first, np.uint64(word)]


@compiled
def last_rows(pages: Block, sizes: Block, rows: Block, at: Block, target: Block) -> None:
    """Copy the rows of this batch in the open pages of places *at*, one after the other."""
    filled = 0
    for i in range(at.size):
        size = sizes[at[i]]
        for byte in range(size - ROW * rows[at[i]], size):
            target[filled] = pages[at[i], byte]
            filled += 1


@compiled
def _place_of(words: Block, i: int, factor: np.uint64, places: int) -> np.int64:
    """Return where to look first for the key of row *i* of *words*."""
    found = factor
    for word in range(words.shape[1]):
        found = (found ^ np.uint64(words[i, word])) * factor
    return np.int64((found >> np.uint64(32)) & np.uint64(places - 1))


@compiled
def _is_same(words: Block, i: int, others: Block, j: int) -> bool:
    for word in range(words.shape[1]):
        if words[i, word] != others[j, word]:
            return False
    return True


@compiled
def find(asked: Block, words: Block, table: Block, factor: np.uint64, rows: Block) -> None:
    """Look up in *table* in which of the rows of *words* each key *asked* stands, -1 where in none."""
    for i in range(rows.size):
        at = _place_of(asked, i, factor, table.size)
        while table[at] >= 0 and not _is_same(asked, i, words, table[at]):
            at = (at + 1) & (table.size - 1)
        rows[i] = table[at]


@compiled
def enter(rows: Block, words: Block, table: Block, factor: np.uint64) -> None:
    """Enter *rows* of *words* in *table*, which has room: nobody is in it already."""
    for i in range(rows.size):
        at = _place_of(words, rows[i], factor, table.size)
        while table[at] >= 0:
            at = (at + 1) & (table.size - 1)
        table[at] = rows[i]


@compiled
def spread(bound: Bound, sessions: Sessions) -> None:
    """Lay the sessions of a pupil's pages that have a mark out in order."""
    year = filled = 0
    for number in range(bound.order.size):
        page = bound.order[number]
        while bound.starts[page] >= bound.year_ends[year]:
            year += 1
        for row in range(bound.firsts[page], bound.firsts[page + 1]):
            if bound.codes[row] != NO_MARK:
                sessions.slot[filled] = bound.starts[page] + bound.forms[HEAD * (page + 1) + ROW * row]
                sessions.code[filled], sessions.year_end[filled] = bound.codes[row], bound.year_ends[year]
                filled += 1
    sessions.first[0], sessions.first[1] = 0, filled
