"""A pupil's history, and the parts of it that rules look at: the year to date, the last school weeks, weekdays.

A **history** is the pupil's sessions that have a child's mark, in order, *t* last: pairs (slot, cell) as
`Ledger.sessions` gives them.
"""

from collections.abc import Sequence

from streams.attendance.codes import ABSENT
from streams.attendance.months import CODE, SCHOOL_DAY
from streams.attendance.sessions import academic_year, monday_of, week_of, weekday_of, year_start

History = Sequence[tuple[int, int]]


def year_to_date(history: History) -> History:
    """Return the sessions from 1 August of *t*'s academic year."""
    first = year_start(academic_year(history[-1][0]))
    return [session for session in history if session[0] >= first]


def school_days(history: History) -> list[int]:
    """Return the dates that a held mark makes school days, in order."""
    return sorted({slot >> 1 for slot, cell in history if cell & SCHOOL_DAY})


def school_weeks(history: History) -> list[int]:
    """Return the Monday-to-Sunday weeks with a school day, in order."""
    return sorted({week_of(day << 1) for day in school_days(history)})


def last_weeks(history: History, weeks: int) -> History:
    """Return all sessions in the last *weeks* school weeks (fewer, if there are fewer)."""
    wanted = set(school_weeks(history)[-weeks:])
    return [session for session in history if week_of(session[0]) in wanted]


def absent_days(history: History) -> set[int]:
    """Return the dates with an absent session."""
    return {slot >> 1 for slot, cell in history if cell & CODE in ABSENT}


def weekday_days(history: History, weekday: int, last: int) -> list[int]:
    """Return the last *last* school days that fall on *weekday*."""
    return [day for day in school_days(history) if weekday_of(day) == weekday][-last:]


def other_days(history: History, weekday: int, last: int) -> list[int]:
    """Return the school days on other weekdays from the Monday of the first of `weekday_days`.

    None where there is no such day.
    """
    days = weekday_days(history, weekday, last)
    if not days:
        return []
    return [day for day in school_days(history) if day >= monday_of(days[0]) and weekday_of(day) != weekday]
