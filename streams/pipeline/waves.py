"""The marks of several registers in columns, and the waves in which they can be taken: no pupil twice in one wave."""

from collections.abc import Iterator, Sequence

import numpy as np

from streams.attendance.columns import Block
from streams.attendance.ledger import seat
from streams.attendance.screen import Appends
from streams.contract.batches import BatchMark, BatchRegister


class Columns:
    """The marks of *registers* in order, each with the number of its register; `appends` has no places yet."""

    def __init__(self, registers: Sequence[BatchRegister]) -> None:
        self.registers = registers
        self.marks: list[BatchMark] = [mark for register in registers for mark in register.marks]
        self.register: Block = np.repeat(np.arange(len(registers)), [len(register.marks) for register in registers])
        seats = np.array([(*seat(r.slot, r.urn), r.slot) for r in registers], "<i8")[self.register]
        key, position, base, slot = seats.T
        code = np.array([mark.code for mark in self.marks], "<i8")
        recorded = np.array([mark.recorded for mark in self.marks], "<i8")
        self._appends = Appends(self.register, slot, code, key, position, recorded - base)

    def appends(self, at: Block) -> Appends:
        """Return the marks as appends to the records at places *at*, one a mark."""
        return self._appends._replace(at=at)

    def waves(self, which: Block, at: Block) -> Iterator[tuple[Block, Block]]:
        """Yield the first mark of every pupil, the second of every pupil, and so on, with whether each is alone.

        Args:
            which: the marks to yield.
            at: of every mark the place of its pupil.

        A mark is alone where its pupil has no other in its register.
        """
        order = which[np.argsort(at[which], kind="stable")]
        pupil, register = at[order], self.register[order]
        follows = pupil[1:] == pupil[:-1]
        again = np.concatenate(([False], follows & (register[1:] == register[:-1]), [False]))
        alone = ~(again[1:] | again[:-1])
        first = np.flatnonzero(np.concatenate(([True], ~follows)))
        wave = np.arange(len(order)) - np.repeat(first, np.diff(np.append(first, len(order))))
        ends = np.cumsum(np.bincount(wave))[:-1]
        by_wave = np.argsort(wave, kind="stable")
        yield from zip(np.split(order[by_wave], ends), np.split(alone[by_wave], ends), strict=True)
