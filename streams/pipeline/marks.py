"""The marks of several registers in columns, as they are split and as the fast path takes them."""

from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import accumulate

import numpy as np

from streams.attendance.columns import Block, Marks
from streams.attendance.ledger import seat
from streams.attendance.sessions import academic_year, year_start
from streams.contract.batches import BatchMark, BatchRegister
from streams.contract.sheets import KEY, PLACE, Packed, joined, keys_in, place_in, sheets_of


class Columns:
    """The marks of *registers* in order, each with the number of its register; `marks_at` gives them their pupils."""

    def __init__(self, registers: Sequence[BatchRegister]) -> None:
        self.registers = registers
        self.packed = joined([register.marks for register in registers])
        self.sizes = [register.marks.size for register in registers]
        self.register: Block = np.repeat(np.arange(len(registers)), self.sizes)

    def __len__(self) -> int:
        return len(self.packed.codes)

    @cached_property
    def pupils(self) -> list[str]:
        """Return whose marks they are."""
        return keys_in(self.packed.pupils)

    @cached_property
    def _firsts(self) -> list[int]:
        return list(accumulate(self.sizes, initial=0))

    def pupil(self, number: int) -> str:
        """Return whose mark one is."""
        return self.packed.pupils[KEY * number : KEY * (number + 1)].decode("ascii")

    def mark(self, number: int) -> BatchMark:
        """Return one mark."""
        register = int(self.register[number])
        return self.registers[register].marks[number - self._firsts[register]]

    def index(self, number: int) -> int:
        """Return the place of one in its register as sent."""
        return place_in(self.packed.places, number)

    def marks_at(self, rows: Block) -> Marks:
        """Return the marks as those of the pupils at *rows*, one a mark, -1 where it is not to be taken."""
        key, position, base, slot, year_end = self._seats()[:, self.register]
        code = np.frombuffer(self.packed.codes, "u1").astype("<i8")
        return Marks(rows, rows, self.register, slot, code, key, position, self._recorded() - base, year_end)

    def _seats(self) -> Block:
        """Return of each register its seat, its slot, and the first slot after its academic year: in columns."""
        slots = [register.slot for register in self.registers]
        numbers = {slot: number for number, slot in enumerate(dict.fromkeys(slots))}  # few: quicker than numpy's own
        of_slots = np.array([_of_slot(slot) for slot in numbers], "<i8").T
        columns: Block = of_slots[:, [numbers[slot] for slot in slots]]
        columns[0] |= np.array([register.urn for register in self.registers], "<i8")
        return columns

    def _recorded(self) -> Block:
        recorded: Block = np.array([register.marks.recorded for register in self.registers], "<i8")[self.register]
        for number, own in self.packed.own.items():
            recorded[number] = own.recorded
        return recorded

    def part(self, which: Block) -> list[BatchRegister]:
        """Return the registers with only *which* of the marks, in order; without those that have none of them."""
        sizes = np.bincount(self.register[which], minlength=len(self.registers))
        return self._cut(which, sizes, np.flatnonzero(sizes))

    def cut(self, which: Block) -> list[BatchRegister]:
        """Return all registers with only *which* of the marks, in order."""
        sizes = np.bincount(self.register[which], minlength=len(self.registers))
        return self._cut(which, sizes, np.arange(len(self.registers)))

    def sizes_and_marks(self, which: Block) -> tuple[list[int], Packed]:
        """Return how many of *which* marks are of each register, and those marks."""
        return np.bincount(self.register[which], minlength=len(self.registers)).tolist(), self._packed(which)

    def _cut(self, which: Block, sizes: Block, some: Block) -> list[BatchRegister]:
        """Return *some* registers, by number, with *which* of the marks; of each register so many as *sizes* says."""
        registers = [self.registers[number] for number in some.tolist()]
        recorded = [register.marks.recorded for register in registers]
        sheets = sheets_of(self._packed(which), sizes[some].tolist(), recorded)
        return [
            BatchRegister(r.register_id, r.urn, r.slot, r.recorded_at, r.received_ms, r.origin, marks)
            for r, marks in zip(registers, sheets, strict=True)
        ]

    def _packed(self, which: Block) -> Packed:
        pupils, codes, places, own = (getattr(self.packed, name) for name in Packed.__struct_fields__)
        owners = np.flatnonzero(np.isin(which, list(own))).tolist() if own else ()
        return Packed(
            np.frombuffer(pupils, f"S{KEY}")[which].tobytes(),
            np.frombuffer(codes, "u1")[which].tobytes(),
            np.frombuffer(places, f"V{PLACE}")[which].tobytes(),
            {number: own[int(which[number])] for number in owners},
        )


@lru_cache(maxsize=8192)
def _of_slot(slot: int) -> tuple[int, ...]:
    """Return what `Columns` says of a register of this slot, its page that of no school."""
    return *seat(slot, 0), slot, year_start(academic_year(slot) + 1)
