"""With which session what a measure looked at begins: `Measure.span`, without decoding what lies long before it."""

from streams.attendance.ledger import Ledger
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
    school_weeks,
)
from streams.attendance.sessions import academic_year, monday_of, year_start

_OF_THE_YEAR = (Year, YearWeeks, YearWeeksWith)
_OF_NOW = (BothHalves, DualGap, Now)
_HOLIDAYS = 2  # weeks beside the school weeks: of a holiday that is no longer, nothing more need be looked at


def first_session(measure: Measure, ledger: Ledger, last: int) -> int:
    """Return the first session of the span of *measure* as of session *last* of *ledger*."""
    if isinstance(measure, _OF_THE_YEAR):
        return ledger.first_session(year_start(academic_year(last)))
    history = _near(measure, ledger, last) or up_to(ledger, last)
    return measure.span(history)[0][0]


def up_to(ledger: Ledger, last: int, since: int = 0) -> History:
    """Return the sessions of *ledger* from *since* to *last*."""
    return [session for session in ledger.sessions(since) if session[0] <= last]


def _near(measure: Measure, ledger: Ledger, last: int) -> History | None:
    """Return the last sessions, where they are all that *measure* looks at; None where they may not be."""
    if isinstance(measure, _OF_NOW):
        return up_to(ledger, last, last & ~1)
    if isinstance(measure, Weeks | SpellStarts):
        monday = monday_of(last >> 1) - 7 * (measure.weeks + _HOLIDAYS)
        history = up_to(ledger, last, monday << 1)
        return history if len(school_weeks(history)) >= measure.weeks else None
    return None
