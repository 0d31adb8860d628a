"""What is compiled of the fast path beside the walk (`kernel.py`): it looks for twins, and copies."""

from streams.attendance.columns import Block, Marks, State
from streams.attendance.compiled import compiled
from streams.attendance.ledger import ROW

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
    """Copy records, in words, from places *at* of one block to places *to* of another."""
    for i in range(at.size):
        for word in range(source.shape[1]):
            target[to[i], word] = source[at[i], word]


@compiled
def last_rows(state: State, at: Block, target: Block) -> None:
    """Copy the rows of this batch in the open pages of places *at*, one after the other."""
    filled = 0
    for i in range(at.size):
        size = state.size[at[i]]
        for byte in range(size - ROW * state.rows[at[i]], size):
            target[filled] = state.page[at[i], byte]
            filled += 1
