"""The kinds of rule about rates: how much of what was possible was missed."""

from collections.abc import Iterator

from typing_extensions import override

from streams.attendance.codes import ABSENT, POSSIBLE
from streams.attendance.measures import Measure, Weeks, Year, YearWeeks
from streams.attendance.rule import (
    SESSIONS_A_WEEK,
    Percent,
    Positive,
    PositivePercent,
    Problem,
    Rule,
    WeekCount,
    stricter_exit,
)


class YearRate(Rule, frozen=True, kw_only=True, tag="year-rate"):
    """Absence of the year to date, in percent of the possible sessions."""

    min_possible: Positive
    enter_percent: PositivePercent
    exit_below_percent: Percent

    names = ("possible", "absent")

    @override
    def measures(self) -> tuple[Measure, ...]:
        return Year(POSSIBLE), Year(ABSENT)

    @override
    def fuel(self) -> tuple[int, int]:
        return 1, max(1, -(-self.enter_percent * self.min_possible // 100))

    @override
    def enter(self, possible: int, absent: int) -> bool:
        return (possible >= self.min_possible) & (100 * absent >= self.enter_percent * possible)

    @override
    def exit(self, possible: int, absent: int) -> bool:
        return (possible < self.min_possible) | (100 * absent < self.exit_below_percent * possible)

    @override
    def problems(self) -> Iterator[Problem]:
        yield from stricter_exit(self, "exit_below_percent", "enter_percent")


class Trending(Rule, frozen=True, kw_only=True, tag="trending"):
    """Not yet at a rate for the year, but above it in the last school weeks."""

    min_possible: Positive
    year_from_percent: Percent
    year_below_percent: PositivePercent
    exit_year_below_percent: Percent
    weeks: WeekCount
    weeks_percent: PositivePercent
    exit_weeks_below_percent: Percent

    names = ("possible", "absent", "recent_possible", "recent_absent")

    @override
    def measures(self) -> tuple[Measure, ...]:
        return Year(POSSIBLE), Year(ABSENT), Weeks(self.weeks, POSSIBLE), Weeks(self.weeks, ABSENT)

    @override
    def fuel(self) -> tuple[int, int]:
        return 3, 1

    @override
    def enter(self, possible: int, absent: int, recent_possible: int, recent_absent: int) -> bool:
        return (
            (possible >= self.min_possible)
            & (100 * absent >= self.year_from_percent * possible)
            & (100 * absent < self.year_below_percent * possible)
            & (recent_possible > 0)
            & (100 * recent_absent >= self.weeks_percent * recent_possible)
        )

    @override
    def exit(self, possible: int, absent: int, recent_possible: int, recent_absent: int) -> bool:
        return (
            (possible < self.min_possible)
            | (100 * absent >= self.year_below_percent * possible)
            | (100 * absent < self.exit_year_below_percent * possible)
            | (recent_possible == 0)
            | (100 * recent_absent < self.exit_weeks_below_percent * recent_possible)
        )

    @override
    def problems(self) -> Iterator[Problem]:
        yield from stricter_exit(self, "exit_year_below_percent", "year_from_percent")
        yield from stricter_exit(self, "exit_weeks_below_percent", "weeks_percent")
        if self.year_from_percent >= self.year_below_percent:
            yield "year_from_percent", f"must be below year_below_percent ({self.year_below_percent})"


class EarlyYear(Rule, frozen=True, kw_only=True, tag="early-year"):
    """Absence in the first school weeks of the year."""

    weeks_at_most: WeekCount
    absent: Positive
    exit_after_weeks: WeekCount

    names = ("school_weeks", "absent")

    @override
    def measures(self) -> tuple[Measure, ...]:
        return YearWeeks(), Year(ABSENT)

    @override
    def fuel(self) -> tuple[int, int]:
        return 1, self.absent

    @override
    def enter(self, weeks: int, absent: int) -> bool:
        return (weeks <= self.weeks_at_most) & (absent >= self.absent)

    @override
    def exit(self, weeks: int, absent: int) -> bool:
        return (weeks > self.exit_after_weeks) | (absent < self.absent)

    @override
    def problems(self) -> Iterator[Problem]:
        if self.exit_after_weeks < self.weeks_at_most:
            yield (
                "exit_after_weeks",
                f"must be at least weeks_at_most ({self.weeks_at_most}), or the rule goes off as it goes on",
            )

    @override
    def thresholds(self) -> dict[str, int]:
        return {
            "weeks_at_most": self.weeks_at_most,
            "absent_at_least": self.absent,
            "exit_after_weeks": self.exit_after_weeks,
        }


class SuddenDrop(Rule, frozen=True, kw_only=True, tag="sudden-drop"):
    """The absence rate of the last school weeks exceeds that of the weeks before by some percentage points."""

    weeks: WeekCount
    weeks_before: WeekCount
    min_possible: Positive
    min_possible_before: Positive
    enter_points: PositivePercent
    exit_below_points: Percent

    names = ("possible", "absent", "all_possible", "all_absent")

    @override
    def measures(self) -> tuple[Measure, ...]:
        both = self.weeks + self.weeks_before
        return Weeks(self.weeks, POSSIBLE), Weeks(self.weeks, ABSENT), Weeks(both, POSSIBLE), Weeks(both, ABSENT)

    @override
    def fuel(self) -> tuple[int, int]:
        return 1, max(1, -(-self.enter_points * self.min_possible // 100))

    @override
    def enter(self, possible: int, absent: int, all_possible: int, all_absent: int) -> bool:
        before, absent_before = all_possible - possible, all_absent - absent
        return self._enough(possible, before) & (self._points(possible, absent, before, absent_before) >= 0)

    @override
    def exit(self, possible: int, absent: int, all_possible: int, all_absent: int) -> bool:
        before, absent_before = all_possible - possible, all_absent - absent
        fallen = 100 * (absent * before - absent_before * possible) < self.exit_below_points * possible * before
        return fallen | (possible < self.min_possible) | (before < self.min_possible_before)

    def _enough(self, possible: int, before: int) -> bool:
        return (possible >= self.min_possible) & (before >= self.min_possible_before)

    def _points(self, possible: int, absent: int, before: int, absent_before: int) -> int:
        return 100 * (absent * before - absent_before * possible) - self.enter_points * possible * before

    @override
    def problems(self) -> Iterator[Problem]:
        yield from stricter_exit(self, "exit_below_points", "enter_points")
        for key, weeks in (("min_possible", self.weeks), ("min_possible_before", self.weeks_before)):
            if getattr(self, key) > weeks * SESSIONS_A_WEEK:
                yield key, f"{weeks} weeks have at most {weeks * SESSIONS_A_WEEK} sessions"
