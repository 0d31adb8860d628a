"""What a board keeps of a register's marks, column by column: so they are entered, and stored."""

from msgspec import Struct

from streams.contract.sheets import KEY, Sheet

Recorded = int | list[int]
"""When marks were recorded, in seconds since 1970: one number where it was one moment, as it nearly always was."""


class Entries(Struct, frozen=True, gc=False):
    """Marks of one session: the pupils' keys one behind the other, the codes, and when they were recorded."""

    pupils: bytes
    codes: bytes
    recorded: Recorded

    @property
    def times(self) -> list[int]:
        """Return when each was recorded."""
        recorded = self.recorded
        return [recorded] * len(self.codes) if isinstance(recorded, int) else recorded


def entries_of(marks: Sheet) -> Entries:
    """Return what a board keeps of *marks*."""
    packed, start, end = marks.packed, marks.start, marks.start + marks.size
    recorded = as_one(marks.times) if packed.own else marks.recorded
    return Entries(packed.pupils[KEY * start : KEY * end], packed.codes[start:end], recorded)


def as_one(times: list[int]) -> Recorded:
    """Return *times* as one number where all are the same, and there are some."""
    return times[0] if times and times.count(times[0]) == len(times) else times
