"""What rules count, each defined by plain counting over the sessions up to *t*: the readable specification.

Every measure is a whole number as of *t*, the last session of a history. `tally.py` keeps the same numbers without
looking back.
"""

from collections.abc import Iterable

from msgspec import Struct
from typing_extensions import override

from streams.attendance.codes import ABSENT, POSSIBLE, CodeIndex
from streams.attendance.history import (
    History,
    absent_days,
    last_weeks,
    other_days,
    school_days,
    school_weeks,
    weekday_days,
    year_to_date,
)
from streams.attendance.months import CODE, DUAL_GAP
from streams.attendance.sessions import monday_of, week_of

Codes = frozenset[CodeIndex]


class Measure(Struct, frozen=True):
    """A whole number as of the last session of a history."""

    def of(self, history: History) -> int:
        """Count it."""
        raise NotImplementedError

    def span(self, history: History) -> History:
        """Return the sessions that were looked at, for evidence; the last one where it is no more."""
        return history[-1:]


class Year(Measure, frozen=True):
    """Sessions of the year to date with one of these codes."""

    codes: Codes

    @override
    def of(self, history: History) -> int:
        return _count(year_to_date(history), self.codes)

    @override
    def span(self, history: History) -> History:
        return year_to_date(history)


class Weeks(Measure, frozen=True):
    """Sessions of the last `weeks` school weeks with one of these codes."""

    weeks: int
    codes: Codes

    @override
    def of(self, history: History) -> int:
        return _count(last_weeks(history, self.weeks), self.codes)

    @override
    def span(self, history: History) -> History:
        return last_weeks(history, self.weeks)


class SpellStarts(Measure, frozen=True):
    """Spells of absence with their first session in the last `weeks` school weeks.

    A spell is a maximal run of absent sessions among the possible ones.
    """

    weeks: int

    @override
    def of(self, history: History) -> int:
        weeks = set(school_weeks(history)[-self.weeks :])
        possible = [(slot, cell & CODE in ABSENT) for slot, cell in history if cell & CODE in POSSIBLE]
        before = [False, *(absent for _, absent in possible)]
        return sum(
            absent and not was and week_of(slot) in weeks for (slot, absent), was in zip(possible, before, strict=False)
        )

    @override
    def span(self, history: History) -> History:
        return last_weeks(history, self.weeks)


class Run(Measure, frozen=True):
    """How many possible sessions in a row, back from *t*, have one of these codes; those not possible are skipped."""

    codes: Codes

    @override
    def of(self, history: History) -> int:
        run = 0
        for _, cell in reversed(history):
            if cell & CODE in POSSIBLE:
                if cell & CODE not in self.codes:
                    break
                run += 1
        return run

    @override
    def span(self, history: History) -> History:
        possible = [session for session in history if session[1] & CODE in POSSIBLE]
        return possible[len(possible) - self.of(history) :] or history[-1:]


class YearWeeks(Measure, frozen=True):
    """School weeks with a school day in the year to date."""

    @override
    def of(self, history: History) -> int:
        return len(school_weeks(year_to_date(history)))

    @override
    def span(self, history: History) -> History:
        return year_to_date(history)


class YearWeeksWith(Measure, frozen=True):
    """Weeks with a session of the year to date that has one of these codes."""

    codes: Codes

    @override
    def of(self, history: History) -> int:
        return len({week_of(slot) for slot, cell in year_to_date(history) if cell & CODE in self.codes})

    @override
    def span(self, history: History) -> History:
        return year_to_date(history)


class DaysAfterFirst(Measure, frozen=True):
    """School days after the date of the earliest such code of the year to date, up to *t*'s date.

    0 where there is none.
    """

    codes: Codes

    @override
    def of(self, history: History) -> int:
        dates = [slot >> 1 for slot, cell in year_to_date(history) if cell & CODE in self.codes]
        return sum(day > dates[0] for day in school_days(history)) if dates else 0

    @override
    def span(self, history: History) -> History:
        year = year_to_date(history)
        first = next((i for i, (_, cell) in enumerate(year) if cell & CODE in self.codes), -1)
        return year[first:]


class BothHalves(Measure, frozen=True):
    """1 where *t* is an afternoon and both sessions of its date have one of these codes, else 0."""

    codes: Codes

    @override
    def of(self, history: History) -> int:
        slot = history[-1][0]
        today = {s & 1: cell & CODE in self.codes for s, cell in history[-2:] if s >> 1 == slot >> 1}
        return int(bool(slot & 1) and today.get(0, False) and today[1])

    @override
    def span(self, history: History) -> History:
        return history[-2:] if self.of(history) else history[-1:]


class Now(Measure, frozen=True):
    """1 where the child's mark of *t* has one of these codes, else 0."""

    codes: Codes

    @override
    def of(self, history: History) -> int:
        return int(history[-1][1] & CODE in self.codes)


class DualGap(Measure, frozen=True):
    """1 where two or more schools hold a mark at *t* and all are D, else 0."""

    @override
    def of(self, history: History) -> int:
        return int(bool(history[-1][1] & DUAL_GAP))


class WeekdayDays(Measure, frozen=True):
    """The last `last` school days on a weekday (0 is Monday): how many there are."""

    weekday: int
    last: int

    @override
    def of(self, history: History) -> int:
        return len(weekday_days(history, self.weekday, self.last))

    @override
    def span(self, history: History) -> History:
        days = weekday_days(history, self.weekday, self.last)
        return [session for session in history if days and session[0] >> 1 >= monday_of(days[0])] or history[-1:]


class WeekdayAbsent(Measure, frozen=True):
    """The last `last` school days on a weekday: how many have an absent session."""

    weekday: int
    last: int

    @override
    def of(self, history: History) -> int:
        return len(set(weekday_days(history, self.weekday, self.last)) & absent_days(history))


class OtherDays(Measure, frozen=True):
    """School days on other weekdays, from the Monday of the first of those last ones to *t*'s date."""

    weekday: int
    last: int

    @override
    def of(self, history: History) -> int:
        return len(other_days(history, self.weekday, self.last))


class OtherAbsent(Measure, frozen=True):
    """Those of `OtherDays` that have an absent session."""

    weekday: int
    last: int

    @override
    def of(self, history: History) -> int:
        return len(set(other_days(history, self.weekday, self.last)) & absent_days(history))


def _count(sessions: Iterable[tuple[int, int]], codes: Codes) -> int:
    return sum(cell & CODE in codes for _, cell in sessions)
