"""A pupil takes a register's marks at a time, and says why something changed and on what evidence."""

import pytest

from streams.attendance.book import RuleBook
from streams.attendance.ledger import Ledger
from streams.attendance.pupil import Compared, Pupil
from streams.attendance.walk import Engine
from streams.errors import StoredFormUnknown
from tests.unit.attendance.examples import ENGINE, ENGLAND, PUPIL, THERE, Child, at, school_time, weeks

MONDAY = "2024-09-02"
THREE_MISSED = "I I I"  # a fourth session raises early-term


@pytest.fixture
def child() -> Child:
    return Child()


def evidence(child: Child, compared: Compared | None, rule: str) -> dict[str, int]:
    """The evidence of the one change of a rule."""
    assert compared is not None
    (change,) = [change for change in compared.changes if change.alert.rule == rule]
    return child.pupil.evidence(child.engine, change)


def test_a_quiet_week_says_nothing(child: Child) -> None:
    """Present throughout is no change of anything."""
    assert child.through(MONDAY, weeks(1)) == []


def test_a_mark_that_makes_a_rule_go_on_raises_an_alert(child: Child) -> None:
    """The fourth missed session of the year does."""
    child.through(MONDAY, THREE_MISSED)
    assert child.told(child.mark("2024-09-03/PM", "I")) == [("raised", "early-term")]


def test_the_same_mark_again_says_nothing(child: Child) -> None:
    """A duplicate, and an older version, change nothing."""
    child.through(MONDAY, f"{THREE_MISSED} I")
    now = child.clock
    assert child.mark("2024-09-03/PM", "I", recorded=now) is None
    assert child.mark("2024-09-03/PM", "I", recorded=now - 1) is None
    assert child.mark("2024-09-03/PM", "/", recorded=now - 1) is None


@pytest.mark.parametrize(
    ("known", "session", "reason"),
    [
        ("I I I", "2024-09-03/PM", "mark"),
        ("I I I /", "2024-09-03/PM", "correction"),
        ("I I . I", "2024-09-03/AM", "correction"),
    ],
)
def test_the_reason_is_a_mark_for_a_new_session_and_a_correction_else(
    child: Child, known: str, session: str, reason: str
) -> None:
    """What is for a session not after the latest one known corrects."""
    child.through(MONDAY, known)
    compared = child.mark(session, "I")
    assert compared is not None
    assert (compared.reason, child.told(compared)) == (reason, [("raised", "early-term")])


def test_no_mark_counts_as_a_version_for_the_reason(child: Child) -> None:
    """A deleted mark of a later session makes what is before it a correction."""
    child.through(MONDAY, THREE_MISSED)
    child.mark("2024-09-05/AM", "-")
    compared = child.mark("2024-09-03/PM", "I")
    assert compared is not None
    assert (compared.reason, child.told(compared)) == ("correction", [("raised", "early-term")])


def test_an_amendment_that_undoes_the_cause_withdraws(child: Child) -> None:
    """The alert should never have been; its ids go on counting when it is raised again."""
    child.through(MONDAY, f"{THREE_MISSED} I")
    withdrawn, again = child.mark("2024-09-03/PM", "/"), child.mark("2024-09-03/PM", "I")
    assert withdrawn is not None
    assert again is not None
    assert [(c.kind, c.alert.sequence) for c in (*withdrawn.changes, *again.changes)] == [
        ("withdrawn", 2),
        ("raised", 3),
    ]
    assert {withdrawn.reason, again.reason} == {"correction"}
    assert withdrawn.changes[0].alert.alert_id == again.changes[0].alert.alert_id


def test_marks_of_one_register_are_compared_once(child: Child) -> None:
    """Twice the same pupil in one register: the better code of the same second holds, and there is one comparison."""
    child.through(MONDAY, THREE_MISSED)
    assert child.told(child.marks("2024-09-03/PM", ["I", "/"])) == []
    assert child.pupil.ledger.cell(at("2024-09-03/PM")) == Ledger.cell_of(0)
    assert child.told(child.marks("2024-09-04/AM", ["-", "I"])) == [("raised", "early-term")]


def test_a_second_school_counts_for_the_child(child: Child) -> None:
    """Present elsewhere is present, and takes the alert back."""
    child.through(MONDAY, f"{THREE_MISSED} I")
    assert child.told(child.mark("2024-09-03/PM", "/", urn=THERE)) == [("withdrawn", "early-term")]
    assert child.told(child.mark("2024-09-03/PM", "-", urn=THERE)) == [("raised", "early-term")]


def test_a_new_year_is_its_own_reason_and_carries_no_evidence(child: Child) -> None:
    """What ends with the summer is eased by the year; the first mark of the year after next drops the oldest."""
    child.through("2024-07-15", "I I I I /")
    compared = child.mark("2024-09-02/AM", "/")
    assert compared is not None
    assert (compared.reason, child.told(compared)) == ("year", [("eased", "early-term")])
    assert evidence(child, compared, "early-term") == {}
    assert child.pupil.year == 2024


def test_what_leaves_the_ledger_with_the_year_is_eased_at_the_end_of_july(child: Child) -> None:
    """Two years on nothing supports the alert, and yet it is not withdrawn."""
    child.through("2023-07-03", "I I I I")
    compared = child.mark("2025-09-01/AM", "/")
    assert compared is not None
    (change,) = compared.changes
    assert (change.kind, change.alert.end) == ("eased", at("2025-07-31/PM"))
    assert [session for session, _ in child.pupil.ledger.sessions()] == [at("2025-09-01/AM")]


def test_a_mark_of_a_new_year_moves_it_on_even_if_it_is_no_mark(child: Child) -> None:
    """Y is the latest academic year of any mark taken, - included, and never moves back."""
    assert child.pupil.year is None
    child.mark("2024-09-02/AM", "/")
    child.mark("2025-08-01/AM", "-")
    child.mark("2024-09-02/PM", "/")
    assert child.pupil.year == 2025


@pytest.mark.parametrize(
    ("session", "old"), [("2023-07-31/PM", True), ("2023-08-01/AM", False), ("2026-01-01/AM", False)]
)
def test_a_mark_before_the_year_before_y_is_too_old(child: Child, session: str, old: bool) -> None:  # noqa: FBT001 - a case's answer
    """The ledger holds Y and the year before it; a first mark is never too old."""
    assert not child.pupil.too_old(at(session))
    child.mark("2024-09-02/AM", "/")
    assert child.pupil.too_old(at(session)) is old


EVIDENCE = [
    (
        "persistent-absence", f"{weeks(1)} / \\ / \\ / \\ / \\ I I", "raised",
        {"possible": 20, "absent": 2, "min_possible": 20, "enter_percent": 10, "exit_below_percent": 9,
         "since": 20240902, "until": 20240913},
    ),
    (
        "early-term", "/ I I I . I", "raised",
        {"school_weeks": 1, "absent": 4, "weeks_at_most": 4, "absent_at_least": 4, "exit_after_weeks": 6,
         "since": 20240902, "until": 20240904},
    ),
    (
        "unauthorised-10-in-10", f"{weeks(1)} O G U O O O O G O O", "raised",
        {"counted": 10, "weeks": 10, "enter_at": 10, "exit_below": 10, "since": 20240902, "until": 20240913},
    ),
    (
        "continuous-unauthorised-10-days", f"I {' '.join('O' * 5)} # {' '.join('U' * 15)}", "raised",
        {"counted": 20, "enter_at": 20, "exit_below": 20, "since": 20240902, "until": 20240916},
    ),
    (
        "unexplained-today", "/ / N N", "raised",
        {"both_sessions": 1, "this_session": 1, "since": 20240903, "until": 20240903},
    ),
    (
        "reason-overdue", f"/ N {weeks(1)} .", "raised",
        {"school_days_since": 5, "school_days": 5, "since": 20240902, "until": 20240909},
    ),
    (
        "spells", "I / I / I / I", "raised",
        {"counted": 4, "weeks": 6, "enter_at": 4, "exit_below": 3, "since": 20240902, "until": 20240905},
    ),
    (
        "weekday-pattern-mon", weeks(6, "I / / / / / / / / /"), "raised",
        {"weekday_days": 6, "weekday_absent": 6, "other_days": 20, "other_absent": 0, "last": 6, "enter_at": 4,
         "exit_below": 3, "others_fewer_than_1_in": 5, "since": 20240902, "until": 20241007},
    ),
    (
        "sudden-drop", f"{weeks(8)} I I I", "raised",
        {"possible": 13, "absent": 3, "all_possible": 83, "all_absent": 3, "weeks": 2, "weeks_before": 8,
         "min_possible": 10, "min_possible_before": 40, "enter_points": 20, "exit_below_points": 10,
         "since": 20241021, "until": 20241029},
    ),
    (
        "transport-failure", "/ Q / Q", "raised",
        {"counted": 2, "weeks": 4, "enter_at": 2, "exit_below": 1, "since": 20240902, "until": 20240903},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "codes", "kind", "numbers"), EVIDENCE, ids=lambda case: str(case)[:20])
def test_evidence_is_the_integers_that_decided(
    child: Child, rule: str, codes: str, kind: str, numbers: dict[str, int]
) -> None:
    """What was counted, over which sessions, against which thresholds."""
    (compared,) = [c for c in child.through(MONDAY, codes) if (kind, rule) in child.told(c)]
    assert evidence(child, compared, rule) == numbers


def test_evidence_of_a_correction_is_as_of_the_episodes_own_session(child: Child) -> None:
    """Not as of the latest one: a late mark raises with the counts of its day, and eases with those of its end."""
    sessions = school_time(MONDAY, "I I I / / / / / / /")
    for session, code in sessions:
        child.mark(session, code)
    compared = child.mark(sessions[4][0], "I")
    assert evidence(child, compared, "early-term")["until"] == 20240904
    assert evidence(child, compared, "early-term")["absent"] == 4
    ended = child.through("2024-09-09", weeks(6))
    (eased,) = [c for c in ended if ("eased", "early-term") in child.told(c)]
    numbers = evidence(child, eased, "early-term")
    assert (numbers["school_weeks"], numbers["until"]) == (7, 20241014)


def test_evidence_of_a_withdrawn_alert_is_empty(child: Child) -> None:
    """There is nothing to count: it was never so."""
    child.through(MONDAY, f"{THREE_MISSED} I")
    assert evidence(child, child.mark("2024-09-03/PM", "/"), "early-term") == {}


def test_another_rule_book_compares_from_scratch_at_the_next_mark(child: Child) -> None:
    """Its reason is the rule book, though the mark changed nothing."""
    child.through(MONDAY, f"{THREE_MISSED} I")
    child.engine = Engine(RuleBook("ours", 1, tuple(rule for rule in ENGLAND.rules if rule.id != "early-term")))
    compared = child.mark("2024-09-04/AM", "/")
    assert compared is not None
    assert (compared.reason, child.told(compared)) == ("rulebook", [("withdrawn", "early-term")])
    assert child.pupil.book == child.engine.id
    child.engine = ENGINE
    compared = child.mark("2024-09-04/AM", "/", recorded=1)
    assert compared is not None
    assert [(c.kind, c.alert.rule, c.alert.sequence) for c in compared.changes] == [("raised", "early-term", 3)]


def test_a_copy_leaves_the_pupil_as_it_was(child: Child) -> None:
    """A working copy shows nothing until it takes the pupil's place."""
    child.through(MONDAY, THREE_MISSED)
    before, summary = list(child.pupil.ledger.sessions()), child.pupil.summary()
    copy = Child()
    copy.pupil, copy.clock = child.pupil.copy(), child.clock
    assert (copy.pupil.summary_changed, copy.pupil.ledger.dirty) == (False, set())
    assert copy.told(copy.mark("2024-09-03/PM", "I")) == [("raised", "early-term")]
    assert (list(child.pupil.ledger.sessions()), child.pupil.summary()) == (before, summary)
    assert child.told(child.mark("2024-09-03/PM", "I")) == [("raised", "early-term")]


def test_only_a_change_of_what_is_announced_changes_the_summary(child: Child) -> None:
    """The first mark names the rule book; after that a mark without news writes no summary."""
    child.mark("2024-09-02/AM", "I")
    assert child.pupil.summary_changed
    child.pupil = child.pupil.copy()
    child.mark("2024-09-02/PM", "I")
    assert not child.pupil.summary_changed


def test_a_summary_is_read_as_it_was_written(child: Child) -> None:
    """What is announced, what was retired, and the rule book, through the stored form."""
    child.through(MONDAY, f"{THREE_MISSED} I")
    child.mark("2024-09-03/PM", "/")
    child.mark("2024-09-04/AM", "I")
    again = Pupil(PUPIL, Ledger(dict(child.pupil.ledger.pages)))
    again.read_summary(child.pupil.summary())
    for name in ("book", "announced", "retired", "year"):
        assert getattr(again, name) == getattr(child.pupil, name)
    assert again.announced
    assert again.retired


@pytest.mark.parametrize("value", [b"", b"\x91\x02", b"\x90", b"\x94\x00\xc0\x90\x80"])
def test_a_summary_of_another_form_stops_the_reader(value: bytes) -> None:
    """An unknown stored form is refused with words on what to do."""
    with pytest.raises(StoredFormUnknown, match="run the version that wrote it"):
        Pupil(PUPIL).read_summary(value)


def test_history_is_forgotten_at_the_next_comparison(child: Child) -> None:
    """A correction says nothing of what was over before Y, though it moved it, and something of what was not."""
    child.through("2024-05-06", "N N N N / / / /")
    assert {alert.rule for alert in child.pupil.announced} == {"early-term", "unexplained-today"}
    child.mark("2024-09-02/AM", "/")
    assert child.told(child.mark("2024-05-07/PM", "/")) == [("withdrawn", "early-term")]
    assert child.pupil.announced == ()
    assert len(child.pupil.retired) == 2
