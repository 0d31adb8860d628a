"""The kinds of rule about days: a day without a reason, a reason overdue, a weekday, a day between two schools."""

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta
from typing_extensions import override

from streams.attendance.codes import INDEX
from streams.attendance.measures import (
    BothHalves,
    DaysAfterFirst,
    DualGap,
    Measure,
    Now,
    OtherAbsent,
    OtherDays,
    WeekdayAbsent,
    WeekdayDays,
)
from streams.attendance.rule import Positive, Problem, Rule, SomeCodes, stricter_exit, unknown_codes
from streams.attendance.sessions import WEEKDAYS


class UnexplainedToday(Rule, frozen=True, kw_only=True, tag="unexplained-today"):
    """Morning and afternoon of one day without a reason."""

    codes: SomeCodes

    names = ("both_sessions", "this_session")

    @override
    def measures(self) -> tuple[Measure, ...]:
        codes = frozenset(INDEX[code] for code in self.codes)
        return BothHalves(codes), Now(codes)

    @override
    def fuel(self) -> tuple[int, int]:
        return 0, 1

    @override
    def enter(self, both: int, now: int) -> bool:
        return both == 1

    @override
    def exit(self, both: int, now: int) -> bool:
        return now == 0

    @override
    def problems(self) -> Iterator[Problem]:
        yield from unknown_codes(self.codes)


class ReasonOverdue(Rule, frozen=True, kw_only=True, tag="reason-overdue"):
    """A code that should have been resolved within some school days still stands."""

    codes: SomeCodes
    school_days: Positive

    names = ("school_days_since",)

    @override
    def measures(self) -> tuple[Measure, ...]:
        return (DaysAfterFirst(frozenset(INDEX[code] for code in self.codes)),)

    @override
    def fuel(self) -> tuple[int, int]:
        return 0, self.school_days

    @override
    def enter(self, days: int) -> bool:
        return days >= self.school_days

    @override
    def exit(self, days: int) -> bool:
        return days < self.school_days

    @override
    def problems(self) -> Iterator[Problem]:
        yield from unknown_codes(self.codes)


class WeekdayPattern(Rule, frozen=True, kw_only=True, tag="weekday"):
    """Absence on one weekday, and hardly any on the others."""

    weekday: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    last: Annotated[int, Meta(ge=1, le=30)]
    enter_at: Positive
    exit_below: Positive
    others_fewer_than_1_in: Positive

    names = ("weekday_days", "weekday_absent", "other_days", "other_absent")

    @override
    def measures(self) -> tuple[Measure, ...]:
        where = (WEEKDAYS.index(self.weekday), self.last)
        return WeekdayDays(*where), WeekdayAbsent(*where), OtherDays(*where), OtherAbsent(*where)

    @override
    def fuel(self) -> tuple[int, int]:
        return 1, self.enter_at

    @override
    def enter(self, days: int, absent: int, others: int, others_absent: int) -> bool:
        return (days == self.last) & (absent >= self.enter_at) & (self.others_fewer_than_1_in * others_absent < others)

    @override
    def exit(self, days: int, absent: int, others: int, others_absent: int) -> bool:
        return (days < self.last) | (absent < self.exit_below)

    @override
    def problems(self) -> Iterator[Problem]:
        yield from stricter_exit(self, "exit_below", "enter_at")
        if self.enter_at > self.last:
            yield "enter_at", f"cannot be more than the days looked at ({self.last})"


class DualRegistrationGap(Rule, frozen=True, kw_only=True, tag="dual-registration-gap"):
    """Every school of the child expects it at another one."""

    names = ("gap",)

    @override
    def measures(self) -> tuple[Measure, ...]:
        return (DualGap(),)

    @override
    def fuel(self) -> tuple[int, int]:
        return 0, 1

    @override
    def enter(self, gap: int) -> bool:
        return gap == 1

    @override
    def exit(self, gap: int) -> bool:
        return gap == 0
