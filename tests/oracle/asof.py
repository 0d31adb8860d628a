"""Everything that rules.md defines "as of a session", from the marks of the sessions up to it and nothing else."""

from datetime import date, timedelta
from functools import cache, cached_property
from typing import NamedTuple

from tests.oracle.codes import ABSENT, NO_SCHOOL, POSSIBLE, best
from tests.oracle.instants import academic_year, monday

Slot = tuple[date, str]  # ordered by date, AM before PM


class Row(NamedTuple):
    """A session that has a child's mark: `codes` are those held by the schools, without `-`, in any order."""

    day: date
    half: str
    codes: tuple[str, ...]
    code: str  # the child's mark
    week: date  # its Monday

    @property
    def slot(self) -> Slot:
        return (self.day, self.half)


@cache
def row(slot: Slot, codes: tuple[str, ...]) -> Row:
    return Row(*slot, codes, best(codes), monday(slot[0]))


def possible(rows: list[Row]) -> int:
    return len([r for r in rows if r.code in POSSIBLE])


def absent(rows: list[Row]) -> int:
    return len([r for r in rows if r.code in ABSENT])


class AsOf:
    """A pupil as of the session of the last row."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.now = rows[-1]

    @cached_property
    def at_school(self) -> list[Row]:
        """The sessions that make their date a school day."""
        return [r for r in self.rows if any(code not in NO_SCHOOL for code in r.codes)]

    @cached_property
    def school_days(self) -> list[date]:
        return sorted({r.day for r in self.at_school})

    @cached_property
    def school_weeks(self) -> list[date]:
        """Their Mondays."""
        return sorted({r.week for r in self.at_school})

    @cached_property
    def first_of_year(self) -> date:
        return date(academic_year(self.now.day), 8, 1)

    @cached_property
    def year_to_date(self) -> list[Row]:
        return [r for r in self.rows if r.day >= self.first_of_year]

    def last_weeks(self, number: int) -> list[Row]:
        """All sessions in the most recent school weeks; fewer weeks, if there are fewer."""
        return self.in_weeks(self.school_weeks[-number:])

    def weeks_before(self, recent: int, number: int) -> list[Row]:
        """All sessions in the `number` school weeks before the `recent` ones."""
        return self.in_weeks(self.school_weeks[:-recent][-number:])

    def in_weeks(self, mondays: list[date]) -> list[Row]:
        wanted = set(mondays)
        return [r for r in self.rows if r.week in wanted]

    @cached_property
    def weeks_in_year(self) -> list[date]:
        """Mondays of the school weeks that have a school day in the year to date."""
        return sorted({r.week for r in self.at_school if r.day >= self.first_of_year})

    def run(self, codes: frozenset[str]) -> int:
        """How many possible sessions, going back, are in the set before the first that is not."""
        length = 0
        for r in reversed(self.rows):
            if r.code not in POSSIBLE:
                continue
            if r.code not in codes:
                break
            length += 1
        return length

    @cached_property
    def spells(self) -> list[Row]:
        """The first session of each maximal run of absent sessions among the possible ones."""
        ran = [r for r in self.rows if r.code in POSSIBLE]
        return [r for i, r in enumerate(ran) if r.code in ABSENT and (i == 0 or ran[i - 1].code not in ABSENT)]

    def spells_in_last_weeks(self, number: int) -> int:
        wanted = self.school_weeks[-number:]
        return len([r for r in self.spells if r.week in wanted])

    @cached_property
    def days_with_absence(self) -> set[date]:
        return {r.day for r in self.rows if r.code in ABSENT}

    def last_on_weekday(self, weekday: int, number: int) -> list[date]:
        """The last school days that fall on that weekday (Monday is 0)."""
        return [day for day in self.school_days if day.weekday() == weekday][-number:]

    def others_since(self, days: list[date]) -> list[date]:
        """The other school days from the Monday of the first of `days`."""
        first = monday(days[0])
        return [day for day in self.school_days if day >= first and day not in days]

    def school_days_after(self, day: date) -> int:
        return len([d for d in self.school_days if d > day])

    def child_code(self, slot: Slot) -> str | None:
        for r in self.rows:
            if r.slot == slot:
                return r.code
        return None


def last_session_of_july(year: int) -> Slot:
    """31 July PM before the academic year that begins in `year`."""
    return (date(year, 8, 1) - timedelta(days=1), "PM")
