"""The kinds of rule: what each measures, when it goes on, when it goes off. A rule of a book is a kind with numbers and codes.

All tests are on whole numbers. `enter` and `exit` take what `measures` count, in that order. `fuel` names the measure, and the
least of it, without which `enter` cannot hold: what lets the fast walk ask only the rules that could change.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta, Struct

from streams.attendance.codes import ABSENT, CATEGORIES, INDEX, POSSIBLE, Category, indexes
from streams.attendance.measures import (
    BothHalves,
    Codes,
    DaysAfterFirst,
    DualGap,
    Measure,
    Now,
    OtherAbsent,
    OtherDays,
    Run,
    SpellStarts,
    WeekdayAbsent,
    WeekdayDays,
    Weeks,
    Year,
    YearWeeks,
    YearWeeksWith,
)
from streams.attendance.sessions import WEEKDAYS

Percent = Annotated[int, Meta(ge=0, le=100)]
Count = Annotated[int, Meta(ge=0, le=10_000)]
Positive = Annotated[int, Meta(ge=1, le=10_000)]
WeekCount = Annotated[int, Meta(ge=1, le=100)]
Problem = tuple[str, str]  # (the key it is about, what is wrong)

Audience = Literal["school", "la-attendance", "la-cme", "la-inclusion", "la-send", "la-transport"]


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """What every rule has: who hears of it and how urgently; `source` says where it comes from."""

    id: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,63}$")]
    severity: Literal["low", "medium", "high", "urgent"]
    audience: Annotated[list[Audience], Meta(min_length=1)]
    restricted: bool = False
    source: str = ""

    names: ClassVar[tuple[str, ...]] = ()
    """What the measures are called in evidence, in order."""

    def measures(self) -> tuple[Measure, ...]:
        """Return what the rule counts."""
        raise NotImplementedError

    def fuel(self) -> tuple[int, int]:
        """Return the place of a measure, and the least of it with which `enter` can hold (at least 1)."""
        raise NotImplementedError

    def enter(self, *counted: Any, **_: Any) -> bool:  # noqa: ANN401 - each kind has counts of its own
        """Whether the rule goes on with these counts."""
        raise NotImplementedError

    def exit(self, *counted: Any, **_: Any) -> bool:  # noqa: ANN401 - likewise
        """Whether the rule goes off with these counts."""
        raise NotImplementedError

    def problems(self) -> Iterator[Problem]:
        """Yield what is impossible about the numbers and codes."""
        yield from ()

    def thresholds(self) -> dict[str, int]:
        """Return the numbers the counts are held against, by the name they have in the book."""
        return {
            name: value
            for name in self.__struct_fields__
            if type(value := getattr(self, name)) is int
        }


class YearRate(Rule, frozen=True, kw_only=True, tag="year-rate"):
    """Absence of the year to date, in percent of the possible sessions."""

    min_possible: Positive
    enter_percent: Annotated[int, Meta(ge=1, le=100)]
    exit_below_percent: Percent

    names = ("possible", "absent")

    def measures(self) -> tuple[Measure, ...]:
        return Year(POSSIBLE), Year(ABSENT)

    def fuel(self) -> tuple[int, int]:
        return 1, max(1, -(-self.enter_percent * self.min_possible // 100))

    def enter(self, possible: int, absent: int) -> bool:
        return possible >= self.min_possible and 100 * absent >= self.enter_percent * possible

    def exit(self, possible: int, absent: int) -> bool:
        return possible < self.min_possible or 100 * absent < self.exit_below_percent * possible

    def problems(self) -> Iterator[Problem]:
        yield from _stricter(self, "exit_below_percent", "enter_percent")


class Trending(Rule, frozen=True, kw_only=True, tag="trending"):
    """Not yet at a rate for the year, but above it in the last school weeks."""

    min_possible: Positive
    year_from_percent: Percent
    year_below_percent: Annotated[int, Meta(ge=1, le=100)]
    exit_year_below_percent: Percent
    weeks: WeekCount
    weeks_percent: Annotated[int, Meta(ge=1, le=100)]
    exit_weeks_below_percent: Percent

    names = ("possible", "absent", "recent_possible", "recent_absent")

    def measures(self) -> tuple[Measure, ...]:
        return Year(POSSIBLE), Year(ABSENT), Weeks(self.weeks, POSSIBLE), Weeks(self.weeks, ABSENT)

    def fuel(self) -> tuple[int, int]:
        return 3, 1

    def enter(self, possible: int, absent: int, recent_possible: int, recent_absent: int) -> bool:
        return (
            possible >= self.min_possible
            and self.year_from_percent * possible <= 100 * absent < self.year_below_percent * possible
            and recent_possible > 0
            and 100 * recent_absent >= self.weeks_percent * recent_possible
        )

    def exit(self, possible: int, absent: int, recent_possible: int, recent_absent: int) -> bool:
        return (
            possible < self.min_possible
            or 100 * absent >= self.year_below_percent * possible
            or 100 * absent < self.exit_year_below_percent * possible
            or recent_possible == 0
            or 100 * recent_absent < self.exit_weeks_below_percent * recent_possible
        )

    def problems(self) -> Iterator[Problem]:
        yield from _stricter(self, "exit_year_below_percent", "year_from_percent")
        yield from _stricter(self, "exit_weeks_below_percent", "weeks_percent")
        if self.year_from_percent >= self.year_below_percent:
            yield "year_from_percent", f"must be below year_below_percent ({self.year_below_percent})"


class EarlyYear(Rule, frozen=True, kw_only=True, tag="early-year"):
    """Absence in the first school weeks of the year."""

    weeks_at_most: WeekCount
    absent: Positive
    exit_after_weeks: WeekCount

    names = ("school_weeks", "absent")

    def measures(self) -> tuple[Measure, ...]:
        return YearWeeks(), Year(ABSENT)

    def fuel(self) -> tuple[int, int]:
        return 1, self.absent

    def enter(self, weeks: int, absent: int) -> bool:
        return weeks <= self.weeks_at_most and absent >= self.absent

    def exit(self, weeks: int, absent: int) -> bool:
        return weeks > self.exit_after_weeks or absent < self.absent

    def problems(self) -> Iterator[Problem]:
        if self.exit_after_weeks < self.weeks_at_most:
            yield "exit_after_weeks", f"must be at least weeks_at_most ({self.weeks_at_most}), or the rule goes off as it goes on"

    def thresholds(self) -> dict[str, int]:
        return {"weeks_at_most": self.weeks_at_most, "absent_at_least": self.absent, "exit_after_weeks": self.exit_after_weeks}


class _Counted(Rule, frozen=True, kw_only=True):
    enter_at: Positive
    exit_below: Positive

    names = ("counted",)

    def fuel(self) -> tuple[int, int]:
        return 0, self.enter_at

    def enter(self, counted: int) -> bool:
        return counted >= self.enter_at

    def exit(self, counted: int) -> bool:
        return counted < self.exit_below

    def problems(self) -> Iterator[Problem]:
        yield from _stricter(self, "exit_below", "enter_at")


class _CountedCodes(_Counted, frozen=True, kw_only=True):
    codes: Annotated[list[str], Meta(min_length=1)]

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        yield from unknown_codes(self.codes)

    def code_set(self) -> Codes:
        return frozenset(INDEX[code] for code in self.codes)


class WeeksCount(_CountedCodes, frozen=True, kw_only=True, tag="weeks-count"):
    """How many sessions of the last school weeks have one of the codes."""

    weeks: WeekCount

    def measures(self) -> tuple[Measure, ...]:
        return (Weeks(self.weeks, self.code_set()),)

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        if self.enter_at > self.weeks * 14:
            yield "enter_at", f"{self.weeks} weeks have at most {self.weeks * 14} sessions"


class YearCount(_CountedCodes, frozen=True, kw_only=True, tag="year-count"):
    """How many sessions of the year to date have one of the codes."""

    def measures(self) -> tuple[Measure, ...]:
        return (Year(self.code_set()),)

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        if self.enter_at > 366 * 2:
            yield "enter_at", "a year has at most 732 sessions"


class RunLength(_CountedCodes, frozen=True, kw_only=True, tag="run"):
    """How many possible sessions in a row have one of the codes."""

    def measures(self) -> tuple[Measure, ...]:
        return (Run(self.code_set()),)

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        for code in self.codes:
            if code in INDEX and INDEX[code] not in POSSIBLE:
                yield "codes", f"a run skips sessions that are not possible, so it never counts {code}"


class YearWeeksCount(_CountedCodes, frozen=True, kw_only=True, tag="year-weeks"):
    """In how many weeks of the year to date one of the codes was given."""

    def measures(self) -> tuple[Measure, ...]:
        return (YearWeeksWith(self.code_set()),)

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        if self.enter_at > 54:  # noqa: PLR2004 - weeks that a year can touch
            yield "enter_at", "a year touches at most 54 weeks"


class Spells(_Counted, frozen=True, kw_only=True, tag="spells"):
    """How many spells of absence began in the last school weeks."""

    weeks: WeekCount

    def measures(self) -> tuple[Measure, ...]:
        return (SpellStarts(self.weeks),)


class UnexplainedToday(Rule, frozen=True, kw_only=True, tag="unexplained-today"):
    """Morning and afternoon of one day without a reason."""

    codes: Annotated[list[str], Meta(min_length=1)]

    names = ("both_sessions", "this_session")

    def measures(self) -> tuple[Measure, ...]:
        codes = frozenset(INDEX[code] for code in self.codes)
        return BothHalves(codes), Now(codes)

    def fuel(self) -> tuple[int, int]:
        return 0, 1

    def enter(self, both: int, now: int) -> bool:  # noqa: ARG002 - the measures come together
        return both == 1

    def exit(self, both: int, now: int) -> bool:  # noqa: ARG002 - likewise
        return now == 0

    def problems(self) -> Iterator[Problem]:
        yield from unknown_codes(self.codes)


class ReasonOverdue(Rule, frozen=True, kw_only=True, tag="reason-overdue"):
    """A code that should have been resolved within some school days still stands."""

    codes: Annotated[list[str], Meta(min_length=1)]
    school_days: Positive

    names = ("school_days_since",)

    def measures(self) -> tuple[Measure, ...]:
        return (DaysAfterFirst(frozenset(INDEX[code] for code in self.codes)),)

    def fuel(self) -> tuple[int, int]:
        return 0, self.school_days

    def enter(self, days: int) -> bool:
        return days >= self.school_days

    def exit(self, days: int) -> bool:
        return days < self.school_days

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

    def measures(self) -> tuple[Measure, ...]:
        where = (WEEKDAYS.index(self.weekday), self.last)
        return WeekdayDays(*where), WeekdayAbsent(*where), OtherDays(*where), OtherAbsent(*where)

    def fuel(self) -> tuple[int, int]:
        return 1, self.enter_at

    def enter(self, days: int, absent: int, others: int, others_absent: int) -> bool:
        return days == self.last and absent >= self.enter_at and self.others_fewer_than_1_in * others_absent < others

    def exit(self, days: int, absent: int, others: int, others_absent: int) -> bool:  # noqa: ARG002 - the measures come together
        return days < self.last or absent < self.exit_below

    def problems(self) -> Iterator[Problem]:
        yield from _stricter(self, "exit_below", "enter_at")
        if self.enter_at > self.last:
            yield "enter_at", f"cannot be more than the days looked at ({self.last})"


class SuddenDrop(Rule, frozen=True, kw_only=True, tag="sudden-drop"):
    """The absence rate of the last school weeks exceeds that of the weeks before by some percentage points."""

    weeks: WeekCount
    weeks_before: WeekCount
    min_possible: Positive
    min_possible_before: Positive
    enter_points: Annotated[int, Meta(ge=1, le=100)]
    exit_below_points: Percent

    names = ("possible", "absent", "all_possible", "all_absent")

    def measures(self) -> tuple[Measure, ...]:
        both = self.weeks + self.weeks_before
        return Weeks(self.weeks, POSSIBLE), Weeks(self.weeks, ABSENT), Weeks(both, POSSIBLE), Weeks(both, ABSENT)

    def fuel(self) -> tuple[int, int]:
        return 1, max(1, -(-self.enter_points * self.min_possible // 100))

    def enter(self, possible: int, absent: int, all_possible: int, all_absent: int) -> bool:
        before, absent_before = all_possible - possible, all_absent - absent
        return self._enough(possible, before) and self._points(possible, absent, before, absent_before) >= 0

    def exit(self, possible: int, absent: int, all_possible: int, all_absent: int) -> bool:
        before, absent_before = all_possible - possible, all_absent - absent
        fallen = 100 * (absent * before - absent_before * possible) < self.exit_below_points * possible * before
        return fallen or not self._enough(possible, before)

    def _enough(self, possible: int, before: int) -> bool:
        return possible >= self.min_possible and before >= self.min_possible_before

    def _points(self, possible: int, absent: int, before: int, absent_before: int) -> int:
        return 100 * (absent * before - absent_before * possible) - self.enter_points * possible * before

    def problems(self) -> Iterator[Problem]:
        yield from _stricter(self, "exit_below_points", "enter_points")
        for key, weeks in (("min_possible", self.weeks), ("min_possible_before", self.weeks_before)):
            if getattr(self, key) > weeks * 14:
                yield key, f"{weeks} weeks have at most {weeks * 14} sessions"


class DualRegistrationGap(Rule, frozen=True, kw_only=True, tag="dual-registration-gap"):
    """Every school of the child expects it at another one."""

    names = ("gap",)

    def measures(self) -> tuple[Measure, ...]:
        return (DualGap(),)

    def fuel(self) -> tuple[int, int]:
        return 0, 1

    def enter(self, gap: int) -> bool:
        return gap == 1

    def exit(self, gap: int) -> bool:
        return gap == 0


AnyRule = (
    YearRate | Trending | EarlyYear | WeeksCount | YearCount | RunLength | YearWeeksCount | Spells | UnexplainedToday
    | ReasonOverdue | WeekdayPattern | SuddenDrop | DualRegistrationGap
)
KINDS: tuple[type[Rule], ...] = AnyRule.__args__

COUNTABLE = frozenset(i for i, category in enumerate(CATEGORIES) if category is not Category.NO_MARK)


def unknown_codes(codes: list[str]) -> Iterator[Problem]:
    """Yield a problem for each text that is no code a child's mark can have."""
    for code in codes:
        if INDEX.get(code) not in COUNTABLE:
            yield "codes", f"{code!r} is not an attendance code in force"


def _stricter(rule: Rule, exit_key: str, enter_key: str) -> Iterator[Problem]:
    if getattr(rule, exit_key) > getattr(rule, enter_key):
        yield exit_key, f"is stricter than {enter_key} ({getattr(rule, enter_key)}): the rule would go off as it goes on"


EVIDENCE: dict[str, str] = {
    "possible": "possible sessions counted",
    "absent": "absent sessions among them",
    "recent_possible": "possible sessions of the last `weeks` school weeks",
    "recent_absent": "absent sessions of the last `weeks` school weeks",
    "all_possible": "possible sessions of the last `weeks` and the `weeks_before` before them, together",
    "all_absent": "absent sessions of the last `weeks` and the `weeks_before` before them, together",
    "school_weeks": "school weeks with a school day in the year to date",
    "counted": "what the rule counts: sessions with one of its codes, weeks with one, or spells that began",
    "both_sessions": "1 where both sessions of the day have the code",
    "this_session": "1 where this session has the code",
    "school_days_since": "school days after the date of the earliest session that has the code",
    "weekday_days": "school days on the weekday, of the last `last`",
    "weekday_absent": "those of them with an absent session",
    "other_days": "school days on other weekdays in the same weeks",
    "other_absent": "those of them with an absent session",
    "gap": "1 where two or more schools hold a mark and all are D",
    "since": "first session's date of what was counted, as YYYYMMDD",
    "until": "date of the session as of which it was counted, as YYYYMMDD",
    "min_possible": "least possible sessions for the rule to speak",
    "min_possible_before": "least possible sessions in the weeks before",
    "enter_percent": "the rule goes on from this percentage",
    "exit_below_percent": "the rule goes off below this percentage",
    "year_from_percent": "the rule goes on from this percentage of the year",
    "year_below_percent": "and only below this percentage of the year",
    "exit_year_below_percent": "the rule goes off below this percentage of the year",
    "weeks_percent": "the rule goes on from this percentage of the last `weeks`",
    "exit_weeks_below_percent": "the rule goes off below this percentage of the last `weeks`",
    "weeks": "how many school weeks are counted",
    "weeks_before": "how many school weeks before them are compared",
    "weeks_at_most": "the rule goes on in at most this many school weeks of the year",
    "absent_at_least": "the rule goes on from this many absent sessions",
    "exit_after_weeks": "the rule goes off after this many school weeks of the year",
    "enter_at": "the rule goes on from this count",
    "exit_below": "the rule goes off below this count",
    "school_days": "school days allowed for a reason",
    "last": "how many school days on the weekday are looked at",
    "others_fewer_than_1_in": "absence on other days must be rarer than 1 in this many",
    "enter_points": "the rule goes on from this difference in percentage points",
    "exit_below_points": "the rule goes off below this difference",
}
"""Every name that evidence may have, and what it means."""
