"""What a board keeps of a register's marks, column by column: so they are entered, and stored."""

from msgspec import Struct

from streams.contract.sheets import Sheet

Places = int | list[int]
"""Of pupils on a roll: the first one's where they stand in a row there, as those of a class do."""
Recorded = int | list[int]
"""When marks were recorded, in seconds since 1970: one number where it was one moment, as it nearly always was."""


class Entries(Struct, frozen=True, gc=False):
    """Marks of one session: the pupils' places, the codes, and when they were recorded."""

    at: Places
    codes: bytes
    recorded: Recorded

    @property
    def places(self) -> "list[int] | range":
        """Return the place of each."""
        return range(self.at, self.at + len(self.codes)) if isinstance(self.at, int) else self.at

    @property
    def times(self) -> list[int]:
        """Return when each was recorded."""
        recorded = self.recorded
        return [recorded] * len(self.codes) if isinstance(recorded, int) else recorded


def entries_of(marks: Sheet, at: Places) -> Entries:
    """Return what a board keeps of *marks*, whose pupils are *at* these places."""
    packed, start, end = marks.packed, marks.start, marks.start + marks.size
    recorded = as_one(marks.times) if packed.own else marks.recorded
    return Entries(at, packed.codes[start:end], recorded)


def as_one(times: list[int]) -> Recorded:
    """Return *times* as one number where all are the same, and there are some."""
    return times[0] if times and times.count(times[0]) == len(times) else times


def as_row(places: list[int]) -> Places:
    """Return *places* as the first of them where they follow each other, and there are some."""
    return places[0] if places and places == [*range(places[0], places[0] + len(places))] else places
