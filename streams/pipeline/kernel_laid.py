"""What is compiled of laying by pieces of pupils: each one's last piece, and of each piece the one before it."""

import numpy as np

from streams.attendance.columns import Block
from streams.attendance.compiled import compiled, inlined
from streams.pipeline.chains import HELD, NOTHING, Rows


@inlined
def _place_of(words: Block, i: int, factor: np.uint64, places: int) -> np.int64:
    """Return where to look first for the key of row *i* of *words*."""
    found = factor
    for word in range(words.shape[1]):
        found = (found ^ np.uint64(words[i, word])) * factor
    return np.int64((found >> np.uint64(32)) & np.uint64(places - 1))


@inlined
def _is_same(words: Block, i: int, others: Block, j: int) -> bool:
    for word in range(words.shape[1]):
        if words[i, word] != others[j, word]:
            return False
    return True


@inlined
def _row(asked: Block, i: int, rows: Rows) -> np.int64:
    """Return the row of a key, which is given the next one where it has none: there is room for it."""
    at = _place_of(asked, i, rows.factor, rows.table.size)
    while rows.table[at] >= 0 and not _is_same(asked, i, rows.words, rows.table[at]):
        at = (at + 1) & (rows.table.size - 1)
    if rows.table[at] < 0:
        row = rows.table[at] = rows.number[0]
        rows.number[0] = row + 1
        rows.last[row] = NOTHING
        for word in range(asked.shape[1]):
            rows.words[row, word] = asked[i, word]
    return np.int64(rows.table[at])


@compiled
def enter_again(rows: Rows) -> None:
    """Enter all rows in a table that is new."""
    for row in range(rows.number[0]):
        at = _place_of(rows.words, row, rows.factor, rows.table.size)
        while rows.table[at] >= 0:
            at = (at + 1) & (rows.table.size - 1)
        rows.table[at] = row


@compiled
def lay(asked: Block, rows: Rows, before: Block, start: int) -> int:
    """Make a piece the last one of each key *asked*; return how many of them had none.

    Their numbers are those from *start* on. Of each, *before* has the one that was the last; `HELD` stays.
    """
    new = 0
    for i in range(asked.shape[0]):
        row = _row(asked, i, rows)
        last = before[start + i] = rows.last[row]
        if last != HELD:
            new += last == NOTHING
            rows.last[row] = start + i
    return new
