"""What a board keeps of a register's marks, column by column: so they are entered, and stored."""

from typing import NamedTuple

from streams.contract.sheets import Sheet


class Entries(NamedTuple):
    """Marks of one session: the pupils' keys one behind the other, the codes, and when each was recorded (s, 1970)."""

    pupils: bytes
    codes: bytes
    recorded: list[int]


def entries_of(marks: Sheet) -> Entries:
    """Return what a board keeps of *marks*."""
    return Entries(marks.letters, marks.codes, marks.times)
