"""Folding a stream of changes gives what stands."""

from msgspec.structs import replace

from streams.contract.messages import Alert, Change, Session
from streams.pipeline.fold import fold, fold_schools
from tests.unit.pipeline.examples import PUPIL, SIBLING

AUTUMN, WINTER, SUMMER = Session("2024-10-01", "AM"), Session("2024-12-02", "PM"), Session("2025-07-31", "PM")
AUGUST = Session("2025-08-01", "AM")
YEARS = {PUPIL: 2024, SIBLING: 2024}


def alert(change: Change, start: Session = AUTUMN, end: Session | None = None, number: str = "a") -> Alert:
    return Alert(
        alert_id=number * 32, sequence=1, change=change, reason="mark", rule="lateness", rulebook="ours@1", pupil=PUPIL,
        urn=100001, from_=start, to=end, cause=None, evidence={}, severity="low", audience=["school"], restricted=False,
    )  # fmt: skip


def test_the_last_change_of_an_id_stands() -> None:
    """Whatever was said of it before."""
    stream = [alert("raised"), alert("eased", end=WINTER), alert("revised", WINTER, SUMMER)]
    assert fold(stream, YEARS) == {(PUPIL, "lateness"): [(WINTER, SUMMER)]}
    assert fold([*stream, alert("reopened")], YEARS) == {(PUPIL, "lateness"): [(AUTUMN, None)]}


def test_what_was_withdrawn_does_not_stand() -> None:
    """Until it is raised again."""
    stream = [alert("raised"), alert("withdrawn")]
    assert fold(stream, YEARS) == {}
    assert fold([*stream, alert("raised", WINTER)], YEARS) == {(PUPIL, "lateness"): [(WINTER, None)]}


def test_what_is_history_by_the_pupils_final_year_does_not_stand() -> None:
    """An open alert is never history; one that ended on 1 August is not yet."""
    for end, stands in ((None, True), (SUMMER, False), (AUGUST, True)):
        assert bool(fold([alert("eased", end=end)], {PUPIL: 2025})) is stands


def test_alerts_are_gathered_by_pupil_and_rule_in_order_of_their_start() -> None:
    """Each id is one of them."""
    stream = [
        alert("raised", WINTER, number="b"),
        alert("eased", AUTUMN, WINTER),
        replace(alert("raised", number="c"), rule="spells"),
        replace(alert("raised", number="d"), pupil=SIBLING),
    ]
    assert fold(stream, YEARS) == {
        (PUPIL, "lateness"): [(AUTUMN, WINTER), (WINTER, None)],
        (PUPIL, "spells"): [(AUTUMN, None)],
        (SIBLING, "lateness"): [(AUTUMN, None)],
    }


def test_alerts_of_a_school_are_passed_over() -> None:
    """They have no pupil to stand for."""
    assert fold([replace(alert("raised"), pupil=None)], {}) == {}


def test_schools_are_folded_by_urn_and_rule_and_their_pupils_passed_over() -> None:
    """The last change of an id stands, unless it is withdrawn; years do not matter."""
    about = {"pupil": None, "rule": "register-missing"}
    missing = replace(alert("raised"), **about)
    undone = [replace(alert(change, number="b"), **about) for change in ("raised", "withdrawn")]
    stream = [missing, *undone, replace(missing, change="eased", to=AUTUMN), alert("raised", number="c")]
    assert fold_schools(stream) == {(100001, "register-missing"): [(AUTUMN, AUTUMN)]}
