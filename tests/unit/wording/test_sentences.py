"""Each alert is one kind, factual sentence."""

import re

import msgspec
import pytest

from streams.attendance.kinds import Rule
from streams.books import load_book
from streams.contract.messages import Alert, Session
from streams.wording import sentence

PUPIL = "abcdefghijklmnopqrstuvwxyz"
ENGLAND = load_book(None)
RULES = {rule.id: rule for rule in ENGLAND.rules}

RAISED = Alert(
    alert_id="0" * 32,
    sequence=1,
    change="raised",
    reason="mark",
    rule="persistent-absence",
    rulebook="england-2024@1",
    pupil=PUPIL,
    urn=990001,
    from_=Session("2024-10-08", "AM"),
    to=None,
    cause=None,
    evidence={"possible": 110, "absent": 12, "min_possible": 20, "enter_percent": 10},
    severity="high",
    audience=["school"],
    restricted=False,
)


def _say(**changes: object) -> str:
    alert = msgspec.structs.replace(RAISED, **changes)
    return sentence(alert, RULES.get(alert.rule))


def test_raised_says_what_was_missed_of_what_was_possible_and_when() -> None:
    """A raised alert names the evidence, the school and the session."""
    assert _say() == (
        "Raised: a pupil at school 990001 missed 12 of 110 possible sessions (10.9 %) this year,"
        " as of Tuesday 8 October 2024, morning."
    )


def test_a_share_is_cut_and_never_rounded_up_to_a_threshold() -> None:
    """9.99 percent is not said to be 10.0."""
    assert "(9.9 %)" in _say(evidence={"possible": 1001, "absent": 100})


def test_eased_says_what_holds_as_of_the_session_that_eased_it() -> None:
    """An eased alert is dated by its `to`."""
    said = _say(change="eased", to=Session("2024-10-15", "PM"), evidence={"possible": 120, "absent": 10})
    assert said.startswith("Eased: a pupil at school 990001 missed 10 of 120 possible sessions (8.3 %) this year")
    assert said.endswith("as of Tuesday 15 October 2024, afternoon.")


def test_reopened_is_back_on() -> None:
    """A reopened alert says so in words."""
    assert _say(change="reopened").startswith("Back on: a pupil")


def test_revised_names_the_dates_that_now_hold() -> None:
    """A revised alert tells its span."""
    said = _say(change="revised", to=Session("2024-10-15", "PM"))
    assert said.endswith("from Tuesday 8 October 2024, morning until Tuesday 15 October 2024, afternoon.")


def test_a_correction_asks_to_disregard() -> None:
    """An alert withdrawn by a correction says that the register was corrected."""
    said = _say(change="withdrawn", reason="correction", evidence={})
    assert said.startswith("Withdrawn: please disregard: the register was corrected (")


@pytest.mark.parametrize("reason", ["erasure", "rulebook", "year", "mark", "time"])
def test_no_other_withdrawal_speaks_of_a_corrected_register(reason: str) -> None:
    """Only the reason `correction` blames the register."""
    assert "corrected" not in _say(change="withdrawn", reason=reason, evidence={})


def test_a_new_year_is_no_improvement() -> None:
    """An alert that eased because the year moved on says just that."""
    said = _say(change="eased", reason="year", to=Session("2025-07-31", "PM"), evidence={})
    assert said.startswith("Eased: a new school year began (")


def test_a_rule_that_the_book_lacks_is_said_name_by_name() -> None:
    """Evidence of an unknown rule is still shown."""
    assert "possible 110, absent 12" in _say(rule="not-in-the-book")


def test_a_school_alert_speaks_of_the_school() -> None:
    """An alert without a pupil names the school."""
    assert _say(pupil=None, change="withdrawn", reason="time", evidence={}).startswith(
        "Withdrawn: the calendar says that there is no school (school 990001"
    )


EVIDENCE: dict[str, tuple[dict[str, int], str]] = {
    "trending-to-persistent": (
        {"possible": 90, "absent": 6, "recent_possible": 40, "recent_absent": 5},
        (
            "missed 5 of 40 possible sessions (12.5 %) in the last 4 school weeks,"
            " and 6 of 90 possible sessions (6.6 %) this year"
        ),
    ),
    "early-term": ({"school_weeks": 1, "absent": 4}, "missed 4 sessions in the first school week of the year"),
    "unauthorised-10-in-10": ({"counted": 10}, "has 10 sessions coded G, O or U in the last 10 school weeks"),
    "missing-15-days": ({"counted": 30}, "has 30 possible sessions in a row coded G, N or O"),
    "illness-10-days": ({"counted": 20}, "has 20 sessions coded I (illness) this year"),
    "unexplained-today": (
        {"both_sessions": 1, "this_session": 1},
        "was away morning and afternoon, and no reason is known yet",
    ),
    "reason-overdue": (
        {"school_days_since": 6},
        "has had an absence without a known reason for 6 school days",
    ),
    "spells": ({"counted": 4}, "had 4 new spells of absence in the last 6 school weeks"),
    "weekday-pattern-fri": (
        {"weekday_days": 6, "weekday_absent": 4, "other_days": 23, "other_absent": 1},
        "was away on 4 of the last 6 Fridays, and on 1 of 23 other school days",
    ),
    "sudden-drop": (
        {"possible": 20, "absent": 9, "all_possible": 76, "all_absent": 11},
        (
            "missed 9 of 20 possible sessions (45.0 %) in the last 2 school weeks,"
            " and 2 of 56 possible sessions (3.5 %) in the 8 before"
        ),
    ),
    "part-time-review": ({"counted": 7}, "has sessions coded C2 (part-time timetable) in 7 school weeks of this year"),
    "dual-registration-gap": ({"gap": 1}, "was expected at another school by every school where they are on roll"),
}


@pytest.mark.parametrize("rule", EVIDENCE)
def test_each_kind_of_rule_says_what_it_counted(rule: str) -> None:
    """The evidence of every kind has its own words."""
    evidence, words = EVIDENCE[rule]
    assert _say(rule=rule, evidence=evidence) == (
        f"Raised: a pupil at school 990001 {words}, as of Tuesday 8 October 2024, morning."
    )


@pytest.mark.parametrize("rule", ENGLAND.rules, ids=lambda rule: rule.id)
@pytest.mark.parametrize("change", ["raised", "eased", "reopened", "revised", "withdrawn"])
def test_no_sentence_names_the_child_blames_or_threatens(rule: Rule, change: str) -> None:
    """No pseudonym, money, offence or diagnosis in any sentence of any rule, whatever was counted."""
    for number in (0, 1, 30):
        evidence = {} if change == "withdrawn" else dict.fromkeys(rule.names, number)
        said = _say(rule=rule.id, change=change, to=Session("2024-10-15", "PM"), evidence=evidence)
        assert PUPIL[:6] not in said
        assert not re.search(
            r"truan|fine\b|penalt|£|prosecut|offen|fault|fail|anxi|neglect|parent", said, re.IGNORECASE
        )
