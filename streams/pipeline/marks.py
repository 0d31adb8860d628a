"""The marks of several registers in columns, as the fast path takes them."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from streams.attendance.columns import Block, Marks
from streams.attendance.ledger import seat
from streams.attendance.sessions import academic_year, year_start
from streams.contract.batches import BatchMark, BatchRegister


class Columns:
    """The marks of *registers* in order, each with the number of its register; `marks_at` gives them their pupils."""

    def __init__(self, registers: Sequence[BatchRegister]) -> None:
        self.registers = registers
        self.marks: list[BatchMark] = [mark for register in registers for mark in register.marks]
        self.register: Block = np.repeat(np.arange(len(registers)), [len(register.marks) for register in registers])

    def marks_at(self, rows: Block) -> Marks:
        """Return the marks as those of the pupils at *rows*, one a mark, -1 where it is not to be taken."""
        seats = np.array([_where(register.slot, register.urn) for register in self.registers], "<i8")
        key, position, base, slot, year_end = np.ascontiguousarray(seats[self.register].T)  # compiled for such columns
        code = np.array([mark.code for mark in self.marks], "<i8")
        recorded = np.array([mark.recorded for mark in self.marks], "<i8")
        return Marks(rows, rows, self.register, slot, code, key, position, recorded - base, year_end)


@lru_cache(maxsize=8192)
def _where(slot: int, urn: int) -> tuple[int, ...]:
    """Return the seat of a session, its slot, and the first slot after its academic year."""
    return *seat(slot, urn), slot, year_start(academic_year(slot) + 1)
