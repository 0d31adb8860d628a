"""The book that Firstbell comes with equals the table of the rules, row by row."""

import msgspec
import pytest

from streams.attendance.kinds import (
    DualRegistrationGap,
    EarlyYear,
    ReasonOverdue,
    Rule,
    RunLength,
    Spells,
    SuddenDrop,
    Trending,
    UnexplainedToday,
    WeekdayPattern,
    WeeksCount,
    YearCount,
    YearRate,
    YearWeeksCount,
)
from tests.unit.attendance.examples import ENGLAND

SCHOOL, LA, CME, INCLUSION = ["school"], ["la-attendance"], ["la-cme"], ["la-inclusion"]

TABLE: list[Rule] = [
    YearRate(
        id="persistent-absence", severity="high", audience=SCHOOL + LA,
        min_possible=20, enter_percent=10, exit_below_percent=9,
    ),
    YearRate(
        id="severe-absence", severity="urgent", audience=LA, min_possible=20, enter_percent=50, exit_below_percent=45
    ),
    Trending(
        id="trending-to-persistent", severity="medium", audience=SCHOOL, min_possible=20,
        year_from_percent=5, year_below_percent=10, exit_year_below_percent=4,
        weeks=4, weeks_percent=10, exit_weeks_below_percent=7,
    ),
    EarlyYear(id="early-term", severity="medium", audience=SCHOOL, weeks_at_most=4, absent=4, exit_after_weeks=6),
    WeeksCount(
        id="unauthorised-10-in-10", severity="high", audience=LA, restricted=True,
        codes=["G", "O", "U"], weeks=10, enter_at=10, exit_below=10,
    ),
    WeeksCount(
        id="unauthorised-10-in-10-provisional", severity="medium", audience=SCHOOL,
        codes=["G", "N", "O", "U"], weeks=10, enter_at=10, exit_below=10,
    ),
    RunLength(
        id="continuous-unauthorised-10-days", severity="high", audience=LA,
        codes=["G", "N", "O", "U"], enter_at=20, exit_below=20,
    ),
    RunLength(
        id="missing-15-days", severity="high", audience=CME, codes=["G", "N", "O"], enter_at=30, exit_below=30
    ),
    RunLength(
        id="missing-20-days", severity="urgent", audience=CME, codes=["G", "N", "O"], enter_at=40, exit_below=40
    ),
    YearCount(
        id="illness-10-days", severity="medium", audience=SCHOOL, restricted=True,
        codes=["I"], enter_at=20, exit_below=20,
    ),
    YearCount(
        id="illness-15-days", severity="high", audience=INCLUSION, restricted=True,
        codes=["I"], enter_at=30, exit_below=30,
    ),
    UnexplainedToday(id="unexplained-today", severity="urgent", audience=SCHOOL, codes=["N"]),
    ReasonOverdue(id="reason-overdue", severity="low", audience=SCHOOL, codes=["N"], school_days=5),
    Spells(id="spells", severity="medium", audience=SCHOOL, weeks=6, enter_at=4, exit_below=3),
    WeekdayPattern(
        id="weekday-pattern-mon", severity="low", audience=SCHOOL,
        weekday="mon", last=6, enter_at=4, exit_below=3, others_fewer_than_1_in=5,
    ),
    WeekdayPattern(
        id="weekday-pattern-tue", severity="low", audience=SCHOOL,
        weekday="tue", last=6, enter_at=4, exit_below=3, others_fewer_than_1_in=5,
    ),
    WeekdayPattern(
        id="weekday-pattern-wed", severity="low", audience=SCHOOL,
        weekday="wed", last=6, enter_at=4, exit_below=3, others_fewer_than_1_in=5,
    ),
    WeekdayPattern(
        id="weekday-pattern-thu", severity="low", audience=SCHOOL,
        weekday="thu", last=6, enter_at=4, exit_below=3, others_fewer_than_1_in=5,
    ),
    WeekdayPattern(
        id="weekday-pattern-fri", severity="low", audience=SCHOOL,
        weekday="fri", last=6, enter_at=4, exit_below=3, others_fewer_than_1_in=5,
    ),
    WeeksCount(
        id="lateness", severity="low", audience=SCHOOL, codes=["L", "U"], weeks=4, enter_at=6, exit_below=4
    ),
    SuddenDrop(
        id="sudden-drop", severity="high", audience=SCHOOL, weeks=2, weeks_before=8,
        min_possible=10, min_possible_before=40, enter_points=20, exit_below_points=10,
    ),
    YearWeeksCount(
        id="part-time-review", severity="medium", audience=["la-send"], codes=["C2"], enter_at=7, exit_below=7
    ),
    RunLength(
        id="suspended-without-provision", severity="high", audience=INCLUSION, codes=["E"], enter_at=11, exit_below=11
    ),
    WeeksCount(
        id="transport-failure", severity="high", audience=["la-transport"],
        codes=["Q"], weeks=4, enter_at=2, exit_below=1,
    ),
    DualRegistrationGap(id="dual-registration-gap", severity="high", audience=LA),
]  # fmt: skip


def test_the_book_is_named_and_numbered() -> None:
    """Alerts name it england-2024@1."""
    assert str(ENGLAND.id) == "england-2024@1"


def test_rules_stand_in_the_order_of_the_table() -> None:
    """Changes are announced in that order."""
    assert [rule.id for rule in ENGLAND.rules] == [rule.id for rule in TABLE]


@pytest.mark.parametrize("row", TABLE, ids=lambda rule: rule.id)
def test_a_rule_equals_its_row(row: Rule) -> None:
    """Kind, numbers, codes, severity, audience and restriction are those of the table."""
    rule = next(rule for rule in ENGLAND.rules if rule.id == row.id)
    assert msgspec.structs.replace(rule, source="") == row


@pytest.mark.parametrize("rule", ENGLAND.rules, ids=lambda rule: rule.id)
def test_a_rule_says_where_it_comes_from(rule: Rule) -> None:
    """A threshold of Firstbell's own says so; the others name their source."""
    assert rule.source
