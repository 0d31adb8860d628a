"""What a board keeps of a register's marks, column by column: so they are entered, and stored."""

from typing import NamedTuple

from streams.contract.batches import BatchMark


class Entries(NamedTuple):
    """Marks of one session: of each the pupil, the code, and when it was recorded, in seconds since 1970."""

    pupils: list[str]
    codes: bytes
    recorded: list[int]


def entries_of(marks: list[BatchMark]) -> Entries:
    """Return what a board keeps of *marks*."""
    codes = bytes([mark.code for mark in marks])
    return Entries([mark.pupil for mark in marks], codes, [mark.recorded for mark in marks])
