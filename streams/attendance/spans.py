"""With which session what a measure looked at begins: `Measure.span`, without decoding what lies long before it.

What the measure counted is known already, and tells much of it: both halves of a day begin with its morning, a run with
the possible session that many back. Windows are looked for from their end, month by month, in weeks that the pupils of
a class share (`_weeks_in`).
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby, islice
from operator import itemgetter
from typing import NamedTuple

from streams.attendance.codes import POSSIBLE
from streams.attendance.ledger import Ledger
from streams.attendance.measures import (
    BothHalves,
    Codes,
    DaysAfterFirst,
    DualGap,
    Measure,
    Now,
    Run,
    SpellStarts,
    WeekdayDays,
    Weeks,
    Year,
    YearWeeks,
    YearWeeksWith,
)
from streams.attendance.months import CODE, SCHOOL_DAY
from streams.attendance.sessions import academic_year, month_of, week_of, year_start

_OF_THE_YEAR = (Year, YearWeeks, YearWeeksWith)
_NO_SCHOOL = bytes([cell for cell in range(256) if not cell & SCHOOL_DAY])


LAST, HALVES_BACK, YEAR_FIRST, WEEKS_BACK, POSSIBLE_BACK, CODE_FIRST, WEEKDAYS_BACK, BY_STEP = range(8)
"""How to find it: it is the last one, or the morning before; the first of the year; that of some weeks; the possible
session some back; the first of the year with some codes; that of the week of a weekday some back; or by what
`Measure.span` says."""


class Span(NamedTuple):
    """Which `way` the first session of a measure's span is found, and of what.

    That is weeks, codes a bit each, or seven times the weekdays plus which weekday.

    None where that is how many are counted.
    """

    way: int
    of: int | None = None


def span_of(measure: Measure) -> Span:
    """Return how the first session of the span of *measure* is found."""
    if isinstance(measure, Weeks | SpellStarts):
        return Span(WEEKS_BACK, measure.weeks)
    if isinstance(measure, DaysAfterFirst):
        return Span(CODE_FIRST, sum(1 << code for code in measure.codes))
    if isinstance(measure, WeekdayDays):
        return Span(WEEKDAYS_BACK, 7 * measure.last + measure.weekday)
    if isinstance(measure, BothHalves | Now | DualGap):
        return Span(HALVES_BACK if isinstance(measure, BothHalves) else LAST)
    if isinstance(measure, _OF_THE_YEAR):
        return Span(YEAR_FIRST)
    return Span(POSSIBLE_BACK if isinstance(measure, Run) else BY_STEP)


def easily(span: Span, last: int, counted: int) -> int | None:
    """Return the first session where *last* and what is *counted* say it; -1 where only `first_session` can."""
    if span.way == LAST:
        return last
    if span.way == HALVES_BACK:
        return last - counted
    return -1 if span.way == BY_STEP else None


def first_session(measure: Measure, ledger: Ledger, last: int, counted: int) -> int:
    """Return the first session of the span of *measure* as of session *last* of *ledger*, where it counts *counted*."""
    if isinstance(measure, _OF_THE_YEAR):
        return _first_of_year(ledger, last)
    if isinstance(measure, Weeks | SpellStarts):
        return _first_of_weeks(measure.weeks, ledger, last)
    if isinstance(measure, BothHalves | Now | DualGap):
        return last - counted if isinstance(measure, BothHalves) else last
    if isinstance(measure, Run):
        return _possible_back(counted, ledger, last) if counted else last
    if isinstance(measure, DaysAfterFirst):
        return _first_with(measure.codes, ledger, last)
    return measure.span([session for session in ledger.sessions() if session[0] <= last])[0][0]


def _first_of_year(ledger: Ledger, last: int) -> int:
    """Return the first session of the academic year of session *last*, which begins with a month."""
    months = ledger.months(month_of(year_start(academic_year(last))))
    return next(month.start + month.positions[0] for month in months if month.positions)


def _first_of_weeks(weeks: int, ledger: Ledger, last: int) -> int:
    """Return the first session of the last *weeks* school weeks as of *last*, or of all where there are fewer."""
    by_week = (list(parts) for _, parts in groupby(_parts_of_weeks(ledger, last), itemgetter(0)))
    firsts = (parts[-1][1] for parts in by_week if any(of_school for _, _, of_school in parts))
    *_, first = islice(firsts, weeks)
    return first


def _parts_of_weeks(ledger: Ledger, last: int) -> Iterator[tuple[int, int, bool]]:
    """Yield week, first session, whether it has a school day, the latest first: of a week in two months each part."""
    for start, positions, cells in ledger.months_back(last):
        for week, at, end in _weeks_in(start, positions):
            yield week, start + positions[at], bool(cells[at:end].translate(None, _NO_SCHOOL))


@lru_cache(maxsize=8192)
def _weeks_in(start: int, positions: bytes) -> tuple[tuple[int, int, int], ...]:
    """Return the weeks that sessions of a month lie in, the latest first, each with the places of its sessions."""
    places: dict[int, list[int]] = {}
    for place, position in enumerate(positions):
        places.setdefault(week_of(start + position), []).append(place)
    return tuple((week, its[0], its[-1] + 1) for week, its in reversed(places.items()))


def _possible_back(number: int, ledger: Ledger, last: int) -> int:
    """Return the *number*th possible session back from session *last*; there must be so many."""
    for start, positions, cells in ledger.months_back(last):
        possible = [position for position, cell in zip(positions, cells, strict=True) if cell & CODE in POSSIBLE]
        if len(possible) >= number:
            return start + possible[-number]
        number -= len(possible)
    raise ValueError("a run is longer than the ledger")


def _first_with(codes: Codes, ledger: Ledger, last: int) -> int:
    """Return the first session of the year to session *last* that has one of *codes*; *last* where none has."""
    for start, positions, cells in ledger.months(month_of(year_start(academic_year(last)))):
        for position, cell in zip(positions, cells, strict=True):
            if cell & CODE in codes:
                return min(start + position, last)
    return last
