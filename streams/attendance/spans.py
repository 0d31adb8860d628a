"""With which session what a measure looked at begins: `Measure.span`, without decoding what lies long before it."""

from streams.attendance.ledger import SCHOOL_DAY, Ledger
from streams.attendance.measures import (
    BothHalves,
    DualGap,
    History,
    Measure,
    Now,
    SpellStarts,
    Weeks,
    Year,
    YearWeeks,
    YearWeeksWith,
)
from streams.attendance.sessions import academic_year, monday_of, year_start

_OF_THE_YEAR = (Year, YearWeeks, YearWeeksWith)
_OF_NOW = (BothHalves, DualGap, Now)
_LATER = 1 << 62  # than any session
_HOLIDAYS = 2  # weeks beside the school weeks: of a holiday that is no longer, nothing more need be looked at


def first_session(measure: Measure, ledger: Ledger, last: int) -> int:
    """Return the first session of the span of *measure* as of session *last* of *ledger*."""
    if isinstance(measure, _OF_THE_YEAR):
        return ledger.first_session(year_start(academic_year(last)))
    if isinstance(measure, Weeks | SpellStarts):
        return _first_of_weeks(measure.weeks, ledger, last)
    history = up_to(ledger, last, last & ~1 if isinstance(measure, _OF_NOW) else 0)
    return measure.span(history)[0][0]


def up_to(ledger: Ledger, last: int, since: int = 0) -> History:
    """Return the sessions of *ledger* from *since* to *last*."""
    return [session for session in ledger.sessions(since) if session[0] <= last]


def _first_of_weeks(weeks: int, ledger: Ledger, last: int) -> int:
    """Return the first session of the last *weeks* school weeks as of session *last*, or of all where there are fewer.

    They are looked for in what is near first.
    """
    near = up_to(ledger, last, monday_of(last >> 1) - 7 * (weeks + _HOLIDAYS) << 1)
    found = _first_of_each(near, weeks)
    return (found if len(found) == weeks else _first_of_each(up_to(ledger, last), weeks))[-1]


def _first_of_each(history: History, weeks: int) -> list[int]:
    """Return the first session of each of the last *weeks* school weeks of *history*, the latest first."""
    found: list[int] = []
    monday, first, of_school = _LATER, _LATER, 0
    for slot, cell in reversed(history):
        if slot < monday:
            if of_school:
                found.append(first)
                if len(found) == weeks:
                    return found
            monday, of_school = monday_of(slot >> 1) << 1, 0
        first, of_school = slot, of_school | cell & SCHOOL_DAY
    return [*found, first] if of_school else found
