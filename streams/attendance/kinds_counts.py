"""The kinds of rule that count something and hold it against one number."""

from collections.abc import Iterator

from typing_extensions import override

from streams.attendance.codes import INDEX, POSSIBLE
from streams.attendance.measures import Codes, Measure, Run, SpellStarts, Weeks, Year, YearWeeksWith
from streams.attendance.rule import (
    SESSIONS_A_WEEK,
    Positive,
    Problem,
    Rule,
    SomeCodes,
    WeekCount,
    stricter_exit,
    unknown_codes,
)

SESSIONS_A_YEAR = 366 * 2
WEEKS_A_YEAR = 54  # that an academic year can touch


class _Counted(Rule, frozen=True, kw_only=True):
    enter_at: Positive
    exit_below: Positive

    names = ("counted",)

    @override
    def fuel(self) -> tuple[int, int]:
        return 0, self.enter_at

    @override
    def enter(self, counted: int) -> bool:
        return counted >= self.enter_at

    @override
    def exit(self, counted: int) -> bool:
        return counted < self.exit_below

    @override
    def problems(self) -> Iterator[Problem]:
        yield from stricter_exit(self, "exit_below", "enter_at")


class _CountedCodes(_Counted, frozen=True, kw_only=True):
    codes: SomeCodes

    @override
    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        yield from unknown_codes(self.codes)

    def code_set(self) -> Codes:
        return frozenset(INDEX[code] for code in self.codes)


class WeeksCount(_CountedCodes, frozen=True, kw_only=True, tag="weeks-count"):
    """How many sessions of the last school weeks have one of the codes."""

    weeks: WeekCount

    @override
    def measures(self) -> tuple[Measure, ...]:
        return (Weeks(self.weeks, self.code_set()),)

    @override
    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        if self.enter_at > self.weeks * SESSIONS_A_WEEK:
            yield "enter_at", f"{self.weeks} weeks have at most {self.weeks * SESSIONS_A_WEEK} sessions"


class YearCount(_CountedCodes, frozen=True, kw_only=True, tag="year-count"):
    """How many sessions of the year to date have one of the codes."""

    @override
    def measures(self) -> tuple[Measure, ...]:
        return (Year(self.code_set()),)

    @override
    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        if self.enter_at > SESSIONS_A_YEAR:
            yield "enter_at", f"a year has at most {SESSIONS_A_YEAR} sessions"


class RunLength(_CountedCodes, frozen=True, kw_only=True, tag="run"):
    """How many possible sessions in a row have one of the codes."""

    @override
    def measures(self) -> tuple[Measure, ...]:
        return (Run(self.code_set()),)

    @override
    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        for code in self.codes:
            if code in INDEX and INDEX[code] not in POSSIBLE:
                yield "codes", f"a run skips sessions that are not possible, so it never counts {code}"


class YearWeeksCount(_CountedCodes, frozen=True, kw_only=True, tag="year-weeks"):
    """In how many weeks of the year to date one of the codes was given."""

    @override
    def measures(self) -> tuple[Measure, ...]:
        return (YearWeeksWith(self.code_set()),)

    @override
    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        if self.enter_at > WEEKS_A_YEAR:
            yield "enter_at", f"a year touches at most {WEEKS_A_YEAR} weeks"


class Spells(_Counted, frozen=True, kw_only=True, tag="spells"):
    """How many spells of absence began in the last school weeks."""

    weeks: WeekCount

    @override
    def measures(self) -> tuple[Measure, ...]:
        return (SpellStarts(self.weeks),)
