"""A hand that works on the roll's own records, for whom a batch is never given up: a replay.

There a copy of each record, out and in again, is a tenth of what a mark costs.
"""

import numpy as np
from typing_extensions import override

from streams.attendance.columns import Block
from streams.attendance.hand import Hand
from streams.attendance.roll import Roll


class Straight(Hand):
    """What a batch has in hand, where it lies: a pupil's place is its row. Each batch must be put back."""

    def __init__(self, roll: Roll) -> None:
        self._in_hand: list[Block] = []
        super().__init__(roll)

    @override
    def _keep_up(self) -> None:
        super()._keep_up()
        self._block = self.roll.records
        if len(self._rows) < len(self._block):
            self._rows = np.arange(len(self._block))

    @override
    def _hold(self, rows: Block) -> Block:
        self._keep_up()
        new = self._once(rows[self._at[rows] < 0])
        self._at[new] = new
        self._in_hand.append(new)
        return rows

    @override
    def _used(self) -> Block:
        return np.concatenate(self._in_hand) if self._in_hand else np.zeros(0, "<i8")

    @override
    def begin(self) -> None:
        super().begin()
        self._in_hand = []

    @override
    def _changed(self) -> tuple[Block, Block]:
        rows = self._used()
        changed = self._block["rows"][rows] > 0
        if self._late:
            changed |= np.isin(rows, list(self._late))
        rows = rows[changed & ~self._released[rows]]
        return rows, rows

    @override
    def _move_back(self, places: Block, rows: Block) -> None:
        """They are there."""

    @override
    def _let_go_of_room(self, used: int) -> None:
        """There is none beside the roll's."""
