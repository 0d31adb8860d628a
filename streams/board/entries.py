"""What a board keeps of a register's marks, column by column: so they are entered, and stored."""

from typing import NamedTuple

from streams.contract.sheets import Sheet


class Entries(NamedTuple):
    """Marks of one session: of each the pupil, the code, and when it was recorded, in seconds since 1970."""

    pupils: list[str]
    codes: bytes
    recorded: list[int]


def entries_of(marks: Sheet) -> Entries:
    """Return what a board keeps of *marks*."""
    return Entries(marks.pupils, marks.codes, marks.times)
