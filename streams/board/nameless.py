"""What stands on a board for pupils who were erased: their marks still count, and are nobody's.

Tallies, and what was announced by them, so stay as they are; a register of nobody else has still come.
"""

from collections.abc import Callable, Collection
from itertools import count

from msgspec.structs import replace

from streams.contract.batches import BatchMark, BatchRegister
from streams.contract.sheets import sheet

Refuses = Callable[[str, int], bool]
"""Whether a mark of a pupil, in a register received at a time (ms since 1970), is not to be kept."""

_LENGTH = 26  # characters, as of a pseudonym; which has neither 0 nor 1, 8 and 9


def nameless(number: int) -> str:
    """Return what stands in a pupil's place, one number for each of a school."""
    return f"{number:0{_LENGTH}d}"


def is_nameless(pupil: str) -> bool:
    """Whether it stands for somebody erased."""
    return pupil.startswith("0")


def stand_ins(pupils: Collection[str], roll: Collection[str]) -> dict[str, str]:
    """Return for each of *pupils* what is to stand in its place; *roll* has who is there already."""
    free = (name for name in map(nameless, count()) if name not in roll)
    return dict(zip(sorted(pupils), free, strict=False))


def without_names(register: BatchRegister, refuses: Refuses | None) -> BatchRegister:
    """Return *register* with somebody nameless for each mark that *refuses* is true of.

    They are numbered from 0 in every register, so that a correction of the one erased pupil of a school finds the mark.
    """
    if refuses is None or not any(refuses(pupil, register.received_ms) for pupil in register.marks.pupils):
        return register
    numbers = count()
    marks = [_unnamed(mark, numbers, refuses, register.received_ms) for mark in register.marks]
    return replace(register, marks=sheet(marks))


def _unnamed(mark: BatchMark, numbers: "count[int]", refuses: Refuses, received_ms: int) -> BatchMark:
    return replace(mark, pupil=nameless(next(numbers))) if refuses(mark.pupil, received_ms) else mark
