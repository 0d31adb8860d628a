"""Copies of some of a roll's records, side by side, and the records of the newborn."""

import numpy as np

from streams.attendance.columns import Block
from streams.attendance.roll import Roll

_FIRST = 64  # records; doubled when full
_ROOM = 4_096  # records whose room is kept, whoever needs it next


class Held:
    """Copies of some of a roll's records, and the records of the newborn: pupils of whom there was no mark before.

    The room is kept, since to ask for it anew costs more than the copies; but not that of a backlog.
    """

    def __init__(self, roll: Roll) -> None:
        self.roll = roll
        self._block: Block = np.zeros(0, roll.records.dtype)
        self._rows: Block = np.zeros(0, "<i8")  # by place
        self._at: Block = np.zeros(0, "<i4")  # by row
        self._released: Block = np.zeros(0, "?")  # by row: goes on as an object
        self._number = 0  # of the block that is in use
        self._born: dict[str, int] = {}
        self._keys: dict[int, str] = {}  # of the newborn, by row

    def begin(self) -> None:
        """Begin a batch with nothing in hand. What the one before did not put back is forgotten."""
        self._at[self._rows[self._used()]] = -1
        self._released[:] = False
        for row in self._keys:
            self.roll.give_back(row)
        self._born, self._keys, self._number = {}, {}, 0

    def _used(self) -> "slice | Block":
        """Return the places that are in use."""
        return slice(self._number)

    def bear(self, key: str) -> int:
        """Return the row of a pupil of whom there is nothing yet."""
        row = self._born.get(key, -1)
        if row < 0:
            row = self._born[key] = self.roll.reserve()
            self._keys[row] = key
        return row

    def _keep_up(self) -> None:
        """Make room for every row of the roll, which may have grown."""
        more = len(self.roll.records) - len(self._at)
        if more > 0:
            self._at = np.concatenate((self._at, np.full(more, -1, "<i4")))
            self._released = np.concatenate((self._released, np.zeros(more, "?")))

    def _hold(self, rows: Block) -> Block:
        """Take the records of *rows* in hand, where they are not yet; return their places in the block."""
        self._keep_up()
        held = self._at[rows]
        new = self._once(rows[held < 0])
        if not len(new):
            return held
        first, end = self._number, self._number + len(new)
        if end > len(self._block):
            self._grow(end)
        places = np.arange(first, end)
        self._at[new], self._rows[first:end], self._number = places, new, end
        self.roll.screen.move(self.roll.records, new, self._block, places)
        return self._at[rows]

    def _once(self, rows: Block) -> Block:
        """Return each of some rows that are not in hand once: where one stands last. Quicker than to sort them."""
        places = np.arange(len(rows))
        self._at[rows] = places
        once: Block = rows[self._at[rows] == places]
        return once

    def _grow(self, most: int) -> None:
        most = max(most, 2 * len(self._block), _FIRST)
        block, rows = np.zeros(most, self._block.dtype), np.zeros(most, "<i8")
        block[: self._number], rows[: self._number] = self._block[: self._number], self._rows[: self._number]
        self._block, self._rows = block, rows

    def _row(self, key: str) -> int:
        """Return the row of a pupil who is in the roll, or was born here; -1 where there is none."""
        row = self.roll.row(key)
        return row if row >= 0 else self._born.get(key, -1)

    def _names(self, rows: list[int]) -> list[str]:
        keys = self.roll.keys
        return [self._name(row) for row in rows] if self._keys else [keys[row] for row in rows]

    def _name(self, row: int) -> str:
        return self._keys.get(row) or self.roll.keys[row]

    def _move_back(self, places: Block, rows: Block) -> None:
        """Copy records back to the roll."""
        self.roll.screen.move(self._block, places, self.roll.records, rows)

    def _let_go_of_room(self, used: int) -> None:
        """Let go of the room for records that a backlog took, once a batch has *used* a quarter of it or less."""
        if len(self._block) > max(_ROOM, 4 * used):
            self._block, self._rows = self._block[:0].copy(), self._rows[:0].copy()
