"""A board as the school's calendar lets it be read: a session that is planned to be closed is no session."""

from datetime import date

from msgspec import Struct

from streams.attendance.sessions import weekday_of
from streams.board.board import Board
from streams.board.school import School
from streams.board.session_marks import NOTHING, Tally
from streams.board.standing import standing

_SATURDAY = 5


def in_calendar(school: School, slot: int) -> bool:
    """Whether the calendar says that there is school: a weekday of a term, of an open school, and no closure."""
    return (
        weekday_of(slot >> 1) < _SATURDAY
        and any(term.covers(slot) for term in school.terms)
        and not ended(school, slot >> 1)
        and not planned_closed(school, slot)
    )


def ended(school: School, day: int) -> bool:
    """Whether the reference data say that the school is not open any more, or not yet."""
    return standing(school, date.fromordinal(day)) == "closed"


def planned_closed(school: School, slot: int) -> bool:
    """Whether the reference data say that the school has no such session: a holiday, an INSET day, a closure."""
    return any(closure.covers(slot) for closure in school.closures)


def off(school: School, day: int) -> bool:
    """Whether the reference data say that *day* is no school day."""
    slots = (day * 2, day * 2 + 1)
    if school.terms:
        return not any(in_calendar(school, slot) for slot in slots)
    return ended(school, day) or all(planned_closed(school, slot) for slot in slots)


class View(Struct, frozen=True, eq=False):
    """One board with its school's calendar."""

    board: Board
    school: School

    def tally(self, slot: int) -> Tally:
        """Return what the marks of a session come to, nothing where it is planned to be closed."""
        session = self.board.sessions.get(slot)
        closed = session is None or (self.school.closures and planned_closed(self.school, slot))
        return NOTHING if session is None or closed else session.tally

    def tallies(self) -> list[tuple[int, Tally]]:
        """Return each session held, in order, with what `tally` says of it."""
        sessions = sorted(self.board.sessions.items())
        if not self.school.closures:
            return [(slot, session.tally) for slot, session in sessions]
        return [(slot, self.tally(slot)) for slot, _ in sessions]

    def closed(self, slot: int) -> bool:
        """Whether the calendar or the marks say that the whole school is closed."""
        return planned_closed(self.school, slot) or self.board.tally(slot).closed

    def other_came(self, slot: int) -> bool:
        """Whether the other session of that day came, and was school."""
        return self.tally(slot ^ 1).opens > 0

    def school_days(self) -> list[int]:
        """Return the days with a mark that makes a school day, in order."""
        return sorted({slot >> 1 for slot, tally in self.tallies() if tally.opens})
