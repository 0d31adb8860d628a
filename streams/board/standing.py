"""Whether a school is one that should send registers, as of a day."""

from datetime import date
from typing import Literal

from streams.board.school import School

Standing = Literal["open", "closed", "unknown"]

_NOT_OPEN = frozenset({"closed", "proposed to open"})  # GIAS's words, without case


def standing(school: School | None, day: date) -> Standing:
    """Tell how *school* stands on *day* by DfE's register; unknown where it is not in it."""
    if school is None:
        return "unknown"
    begun = school.opened is None or school.opened <= day
    ended = school.closed is not None and school.closed < day
    return "open" if begun and not ended and school.status.casefold() not in _NOT_OPEN else "closed"
