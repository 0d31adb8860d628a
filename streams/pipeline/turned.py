"""Whose pages were written whole after which since record, by row of the roll.

Of thousands of pupils that is asked in a step when a record retires. To ask for each by name costs more than all else
that is done for their marks here, since nothing of it is at hand by then.
"""

import numpy as np

from streams.attendance.columns import Block


class Turned:
    """By row the number of the record with which rows came after the pupil's last turn; 0 where there was none.

    A row whose pupil is gone may be another's later, whose records then have no lower number than is here.
    """

    def __init__(self) -> None:
        self._after: Block = np.zeros(0, "<i8")

    def enter(self, of: Block, number: int) -> None:
        """Take note that it was the turn of the pupils at some rows; what comes of them now is in record *number*."""
        self._keep_up(of)
        self._after[of] = number

    def before(self, number: int, of: Block) -> list[int]:
        """Return which of the pupils at some rows had no turn since record *number*."""
        self._keep_up(of)
        found: list[int] = np.flatnonzero(self._after[of] <= number).tolist()
        return found

    def _keep_up(self, of: Block) -> None:
        most = int(of.max(initial=-1)) + 1
        if most > len(self._after):
            self._after = np.concatenate((self._after, np.zeros(2 * most - len(self._after), "<i8")))
