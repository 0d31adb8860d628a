"""Every rule of england-2024 at its very boundaries, as its row in the rules says."""

import pytest

from streams.attendance.kinds import EVIDENCE, KINDS
from streams.attendance.rule import Rule
from tests.unit.attendance.examples import ENGLAND, RULES

Counts = tuple[int, ...]

# rule, what it counts, whether it then goes on, whether it then goes off
BOUNDARIES: list[tuple[str, Counts, bool, bool]] = [
    # possible, absent: 20 possible and 10 %; below 9 %
    ("persistent-absence", (20, 2), True, False),
    ("persistent-absence", (19, 19), False, True),
    ("persistent-absence", (21, 2), False, False),
    ("persistent-absence", (100, 9), False, False),
    ("persistent-absence", (100, 8), False, True),
    ("persistent-absence", (0, 0), False, True),
    # 50 %; below 45 %
    ("severe-absence", (20, 10), True, False),
    ("severe-absence", (21, 10), False, False),
    ("severe-absence", (20, 9), False, False),
    ("severe-absence", (100, 44), False, True),
    ("severe-absence", (19, 19), False, True),
    # possible, absent, recent possible, recent absent: 5 to 10 % and 10 %; 10 %, below 4 %, below 7 %
    ("trending-to-persistent", (100, 5, 40, 4), True, False),
    ("trending-to-persistent", (100, 9, 100, 10), True, False),
    ("trending-to-persistent", (100, 10, 40, 4), False, True),
    ("trending-to-persistent", (100, 4, 40, 4), False, False),
    ("trending-to-persistent", (100, 3, 40, 4), False, True),
    ("trending-to-persistent", (100, 5, 41, 4), False, False),
    ("trending-to-persistent", (100, 5, 100, 7), False, False),
    ("trending-to-persistent", (100, 5, 100, 6), False, True),
    ("trending-to-persistent", (100, 5, 0, 0), False, True),
    ("trending-to-persistent", (20, 1, 10, 1), True, False),
    ("trending-to-persistent", (19, 1, 10, 1), False, True),
    # school weeks, absent: at most 4 and 4; more than 6 or below 4
    ("early-term", (4, 4), True, False),
    ("early-term", (5, 40), False, False),
    ("early-term", (6, 4), False, False),
    ("early-term", (7, 40), False, True),
    ("early-term", (1, 3), False, True),
    ("unauthorised-10-in-10", (10,), True, False),
    ("unauthorised-10-in-10", (9,), False, True),
    ("unauthorised-10-in-10-provisional", (10,), True, False),
    ("unauthorised-10-in-10-provisional", (9,), False, True),
    ("continuous-unauthorised-10-days", (20,), True, False),
    ("continuous-unauthorised-10-days", (19,), False, True),
    ("missing-15-days", (30,), True, False),
    ("missing-15-days", (29,), False, True),
    ("missing-20-days", (40,), True, False),
    ("missing-20-days", (39,), False, True),
    ("illness-10-days", (20,), True, False),
    ("illness-10-days", (19,), False, True),
    ("illness-15-days", (30,), True, False),
    ("illness-15-days", (29,), False, True),
    # both halves of today, this session
    ("unexplained-today", (1, 1), True, False),
    ("unexplained-today", (0, 1), False, False),
    ("unexplained-today", (0, 0), False, True),
    ("reason-overdue", (5,), True, False),
    ("reason-overdue", (4,), False, True),
    ("spells", (4,), True, False),
    ("spells", (3,), False, False),
    ("spells", (2,), False, True),
    # days, absent, others, others absent: 6, 4 of them, fewer than 1 in 5 of the others; fewer than 6 or 3
    ("weekday-pattern-mon", (6, 4, 21, 4), True, False),
    ("weekday-pattern-tue", (6, 4, 20, 4), False, False),
    ("weekday-pattern-wed", (6, 3, 20, 0), False, False),
    ("weekday-pattern-thu", (6, 2, 20, 0), False, True),
    ("weekday-pattern-fri", (5, 5, 20, 0), False, True),
    ("weekday-pattern-fri", (6, 6, 0, 0), False, False),
    ("lateness", (6,), True, False),
    ("lateness", (5,), False, False),
    ("lateness", (4,), False, False),
    ("lateness", (3,), False, True),
    # possible, absent of 2 weeks and of all 10: 10 and 40 possible, 20 points; below 10 points
    ("sudden-drop", (10, 2, 50, 2), True, False),
    ("sudden-drop", (10, 3, 60, 8), True, False),
    ("sudden-drop", (10, 2, 60, 3), False, False),
    ("sudden-drop", (10, 1, 50, 1), False, False),
    ("sudden-drop", (20, 3, 60, 6), False, True),
    ("sudden-drop", (9, 9, 59, 9), False, True),
    ("sudden-drop", (10, 10, 49, 10), False, True),
    ("sudden-drop", (10, 2, 10, 2), False, True),
    ("part-time-review", (7,), True, False),
    ("part-time-review", (6,), False, True),
    ("suspended-without-provision", (11,), True, False),
    ("suspended-without-provision", (10,), False, True),
    ("transport-failure", (2,), True, False),
    ("transport-failure", (1,), False, False),
    ("transport-failure", (0,), False, True),
    ("dual-registration-gap", (1,), True, False),
    ("dual-registration-gap", (0,), False, True),
]


@pytest.mark.parametrize(("rule", "counted", "enters", "exits"), BOUNDARIES)
def test_rule_goes_on_and_off_exactly_at_its_boundary(rule: str, counted: Counts, enters: bool, exits: bool) -> None:  # noqa: FBT001 - a case's answers
    """One session more or less decides, in whole numbers."""
    assert (RULES[rule].enter(*counted), RULES[rule].exit(*counted)) == (enters, exits)


def test_the_boundaries_above_cover_every_rule_both_ways() -> None:
    """No rule of the book is left out, on or off."""
    both = {(rule, "on") for rule, _, on, _ in BOUNDARIES if on} | {
        (rule, "off") for rule, *_, off in BOUNDARIES if off
    }
    weekdays = {f"weekday-pattern-{day}" for day in ("mon", "tue", "wed", "thu", "fri")}
    assert {rule for rule in RULES if {(rule, "on"), (rule, "off")} <= both} >= RULES.keys() - weekdays


def test_every_kind_is_used_by_the_book() -> None:
    """No kind is there for nothing."""
    assert {type(rule) for rule in ENGLAND.rules} == set(KINDS)


@pytest.mark.parametrize("rule", ENGLAND.rules, ids=lambda rule: rule.id)
def test_a_rule_names_what_it_counts_in_evidence(rule: Rule) -> None:
    """Every count and threshold has a documented name, and no two share one."""
    names = [*rule.names, *rule.thresholds()]
    assert len(rule.names) == len(rule.measures())
    assert len(set(names)) == len(names)
    assert set(names) <= EVIDENCE.keys()


def test_evidence_has_no_name_that_no_rule_gives() -> None:
    """What is documented is given by some rule, or for all."""
    given = {name for rule in ENGLAND.by_id().values() for name in (*rule.names, *rule.thresholds())}
    assert EVIDENCE.keys() - given == {"since", "until"}


@pytest.mark.parametrize(("rule", "counted", "enters"), [(rule, c, on) for rule, c, on, _ in BOUNDARIES])
def test_no_rule_goes_on_without_its_fuel(rule: str, counted: Counts, enters: bool) -> None:  # noqa: FBT001 - a case's answer
    """Below the least of its fuel a rule cannot go on, so the fast walk may pass it over."""
    place, least = RULES[rule].fuel()
    assert least >= 1
    assert not enters or counted[place] >= least
