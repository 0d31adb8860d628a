"""The records that a batch has in hand: copies, so that nothing shows in the roll until they are put back."""

import numpy as np

from streams.attendance.columns import Block
from streams.attendance.pupil import Pupil
from streams.attendance.roll import Roll


class Hand:
    """Copies of some of a roll's records.

    `released` are, by row, those that went on as objects, and stay behind here.
    """

    def __init__(self, roll: Roll) -> None:
        self._roll = roll
        self._rows: Block = np.zeros(0, "<i8")
        self._at: Block = np.zeros(0, "<i4")  # by row
        self.block: Block = np.zeros(0, roll.records.dtype)
        self.released: Block = np.zeros(0, "?")
        self._keep_up()

    def _keep_up(self) -> None:
        """Make room for every row of the roll, which may have grown."""
        more = len(self._roll.keys) - len(self._at)
        self._at = np.concatenate((self._at, np.full(more, -1, "<i4")))
        self.released = np.concatenate((self.released, np.zeros(more, "?")))

    def hold(self, rows: Block) -> Block:
        """Take the records of *rows* in hand, where they are not yet; return their places in the block."""
        self._keep_up()
        new = np.unique(rows[self._at[rows] < 0])
        self._at[new] = np.arange(len(self._rows), len(self._rows) + len(new))
        self._rows = np.concatenate((self._rows, new))
        self.block = np.concatenate((self.block, self._roll.records[new]))
        return self._at[rows]

    def release(self, key: str) -> Pupil | None:
        """Return a working copy of a pupil as it is by now, to go on as an object; None where the roll has none."""
        row = self._roll.row(key)
        if row < 0:
            return None
        if row >= len(self._at):
            self._keep_up()
        self.released[row] = True
        at, record = int(self._at[row]), self._roll.records[row]
        if at < 0:
            return self._roll.lifted(row, record)
        pupil = self._roll.lifted(row, self.block[at])
        if self.block["last"][at] != record["last"]:
            pupil.ledger.dirty.add(int(record["key"]))
        return pupil

    def changed(self) -> tuple[Block, Block]:
        """Return the rows that took marks here and were not released, and their records."""
        which = (self.block["last"] != self._roll.records["last"][self._rows]) & ~self.released[self._rows]
        return self._rows[which], self.block[which]

    def put_back(self) -> None:
        """Make what changed the roll's."""
        rows, block = self.changed()
        self._roll.records[rows] = block
