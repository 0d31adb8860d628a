"""The rule book `england-2024`: each rule as a pair of tests on a pupil as of a session.

A kind of rule is a function that makes a rule from its numbers, so that a test can make a book of its own:
`without(ENGLAND_2024, "lateness")`, `exchange(ENGLAND_2024, codes_in_weeks("lateness", ...))`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.oracle.asof import AsOf, absent, possible

Test = Callable[[AsOf], bool]


@dataclass(frozen=True, eq=False)
class Rule:
    name: str
    enter: Test
    exit: Test
    severity: str
    audience: tuple[str, ...]
    restricted: bool = False


def at_least(a: int, p: int, percent: int) -> bool:
    return p > 0 and 100 * a >= percent * p


def below(a: int, p: int, percent: int) -> bool:
    return 100 * a < percent * p or p == 0


def year_rate(name: str, who: tuple, *, least: int = 20, enter: int, leave: int) -> Rule:
    """Rate of the year to date, in per cent, once `least` sessions were possible."""

    def enters(t: AsOf) -> bool:
        p, a = possible(t.year_to_date), absent(t.year_to_date)
        return p >= least and at_least(a, p, enter)

    def exits(t: AsOf) -> bool:
        p, a = possible(t.year_to_date), absent(t.year_to_date)
        return p < least or below(a, p, leave)

    return Rule(name, enters, exits, *who)


def trending(name: str, who: tuple, *, least: int = 20, low: int = 5, high: int = 10, weeks: int = 4) -> Rule:
    def enters(t: AsOf) -> bool:
        p, a = possible(t.year_to_date), absent(t.year_to_date)
        window = t.last_weeks(weeks)
        return (
            p >= least and at_least(a, p, low) and below(a, p, high) and at_least(absent(window), possible(window), 10)
        )

    def exits(t: AsOf) -> bool:
        p, a = possible(t.year_to_date), absent(t.year_to_date)
        window = t.last_weeks(weeks)
        return at_least(a, p, high) or below(a, p, 4) or below(absent(window), possible(window), 7) or p < least

    return Rule(name, enters, exits, *who)


def early_term(name: str, who: tuple, *, weeks: int = 4, late_weeks: int = 6, sessions: int = 4) -> Rule:
    def enters(t: AsOf) -> bool:
        return len(t.weeks_in_year) <= weeks and absent(t.year_to_date) >= sessions

    def exits(t: AsOf) -> bool:
        return len(t.weeks_in_year) > late_weeks or absent(t.year_to_date) < sessions

    return Rule(name, enters, exits, *who)


def codes_in_weeks(name: str, who: tuple, *, codes: str, weeks: int, enter: int, leave: int) -> Rule:
    """How many of the last weeks' sessions have one of the codes."""
    wanted = frozenset(codes.split())

    def count(t: AsOf) -> int:
        return len([r for r in t.last_weeks(weeks) if r.code in wanted])

    return Rule(name, lambda t: count(t) >= enter, lambda t: count(t) < leave, *who)


def codes_in_year(name: str, who: tuple, *, codes: str, enter: int) -> Rule:
    wanted = frozenset(codes.split())

    def count(t: AsOf) -> int:
        return len([r for r in t.year_to_date if r.code in wanted])

    return Rule(name, lambda t: count(t) >= enter, lambda t: count(t) < enter, *who)


def run_of(name: str, who: tuple, *, codes: str, enter: int) -> Rule:
    wanted = frozenset(codes.split())
    return Rule(name, lambda t: t.run(wanted) >= enter, lambda t: t.run(wanted) < enter, *who)


def unexplained_today(name: str, who: tuple, *, code: str = "N") -> Rule:
    def enters(t: AsOf) -> bool:
        return t.now.half == "PM" and t.now.code == code and t.child_code((t.now.day, "AM")) == code

    return Rule(name, enters, lambda t: t.now.code != code, *who)


def reason_overdue(name: str, who: tuple, *, code: str = "N", days: int = 5) -> Rule:
    def some(t: AsOf) -> bool:
        return any(r.code == code and t.school_days_after(r.day) >= days for r in t.year_to_date)

    return Rule(name, some, lambda t: not some(t), *who)


def spells(name: str, who: tuple, *, weeks: int = 6, enter: int = 4, leave: int = 3) -> Rule:
    return Rule(
        name,
        lambda t: t.spells_in_last_weeks(weeks) >= enter,
        lambda t: t.spells_in_last_weeks(weeks) < leave,
        *who,
    )


def weekday_pattern(name: str, who: tuple, *, weekday: int, days: int = 6, enter: int = 4, leave: int = 3) -> Rule:
    def enters(t: AsOf) -> bool:
        six = t.last_on_weekday(weekday, days)
        if len(six) < days:
            return False
        others = t.others_since(six)
        return len([day for day in six if day in t.days_with_absence]) >= enter and len(
            [day for day in others if day in t.days_with_absence]
        ) * 5 < len(others)

    def exits(t: AsOf) -> bool:
        six = t.last_on_weekday(weekday, days)
        return len(six) < days or len([day for day in six if day in t.days_with_absence]) < leave

    return Rule(name, enters, exits, *who)


def sudden_drop(
    name: str, who: tuple, *, recent: int = 2, before: int = 8, least: int = 10, least_before: int = 40,
    enter: int = 20, leave: int = 10,
) -> Rule:  # fmt: skip
    def numbers(t: AsOf) -> tuple[int, int, int, int]:
        now, then = t.last_weeks(recent), t.weeks_before(recent, before)
        return absent(now), possible(now), absent(then), possible(then)

    def enters(t: AsOf) -> bool:
        a2, p2, a8, p8 = numbers(t)
        return p2 >= least and p8 >= least_before and 100 * (a2 * p8 - a8 * p2) >= enter * p2 * p8

    def exits(t: AsOf) -> bool:
        a2, p2, a8, p8 = numbers(t)
        return 100 * (a2 * p8 - a8 * p2) < leave * p2 * p8 or p2 < least or p8 < least_before

    return Rule(name, enters, exits, *who)


def weeks_with_code(name: str, who: tuple, *, code: str, enter: int) -> Rule:
    """In how many school weeks of the year to date the code stands, dated in the year to date."""

    def count(t: AsOf) -> int:
        dates = [r.day for r in t.year_to_date if r.code == code]
        return len([week for week in t.weeks_in_year if any(0 <= (day - week).days < 7 for day in dates)])

    return Rule(name, lambda t: count(t) >= enter, lambda t: count(t) < enter, *who)


def dual_registration_gap(name: str, who: tuple) -> Rule:
    def gap(t: AsOf) -> bool:
        return len(t.now.codes) >= 2 and all(code == "D" for code in t.now.codes)

    return Rule(name, gap, lambda t: not gap(t), *who)


SCHOOL, LA, CME, INCLUSION = ("school",), ("la-attendance",), ("la-cme",), ("la-inclusion",)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")

ENGLAND_2024 = (
    year_rate("persistent-absence", ("high", SCHOOL + LA), enter=10, leave=9),
    year_rate("severe-absence", ("urgent", LA), enter=50, leave=45),
    trending("trending-to-persistent", ("medium", SCHOOL)),
    early_term("early-term", ("medium", SCHOOL)),
    codes_in_weeks("unauthorised-10-in-10", ("high", LA, True), codes="G O U", weeks=10, enter=10, leave=10),
    codes_in_weeks(
        "unauthorised-10-in-10-provisional", ("medium", SCHOOL), codes="G N O U", weeks=10, enter=10, leave=10
    ),
    run_of("continuous-unauthorised-10-days", ("high", LA), codes="G N O U", enter=20),
    run_of("missing-15-days", ("high", CME), codes="G N O", enter=30),
    run_of("missing-20-days", ("urgent", CME), codes="G N O", enter=40),
    codes_in_year("illness-10-days", ("medium", SCHOOL, True), codes="I", enter=20),
    codes_in_year("illness-15-days", ("high", INCLUSION, True), codes="I", enter=30),
    unexplained_today("unexplained-today", ("urgent", SCHOOL)),
    reason_overdue("reason-overdue", ("low", SCHOOL)),
    spells("spells", ("medium", SCHOOL)),
    *(weekday_pattern(f"weekday-pattern-{name}", ("low", SCHOOL), weekday=i) for i, name in enumerate(WEEKDAYS)),
    codes_in_weeks("lateness", ("low", SCHOOL), codes="L U", weeks=4, enter=6, leave=4),
    sudden_drop("sudden-drop", ("high", SCHOOL)),
    weeks_with_code("part-time-review", ("medium", ("la-send",)), code="C2", enter=7),
    run_of("suspended-without-provision", ("high", INCLUSION), codes="E", enter=11),
    codes_in_weeks("transport-failure", ("high", ("la-transport",)), codes="Q", weeks=4, enter=2, leave=1),
    dual_registration_gap("dual-registration-gap", ("high", LA)),
)


def without(rules: tuple[Rule, ...], name: str) -> tuple[Rule, ...]:
    """The book without the rule of that name."""
    return tuple(rule for rule in rules if rule.name != name)


def exchange(rules: tuple[Rule, ...], other: Rule) -> tuple[Rule, ...]:
    """The book with `other` in the place of the rule of the same name."""
    return tuple(other if rule.name == other.name else rule for rule in rules)
