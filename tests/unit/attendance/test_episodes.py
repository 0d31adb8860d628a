"""The comparison of a pupil's episodes with what is announced: each change, its order, its id, its number."""

import hashlib

import msgspec
import pytest

from streams.attendance.episodes import Announced, Comparison, Outcome, alert_id
from streams.attendance.sessions import written
from streams.attendance.specification import Episode
from tests.unit.attendance.examples import PUPIL, RULES, at

RULE, OTHER = RULES["persistent-absence"], RULES["severe-absence"]
YEAR = 2024
Span = tuple[str, str | None]


def episode(span: Span) -> Episode:
    return Episode(at(span[0]), None if span[1] is None else at(span[1]))


def oct_(day: int, half: str = "AM") -> str:
    return f"2024-10-{day:02}/{half}"


class Told:
    """What one pupil has been told, comparison after comparison."""

    def __init__(self) -> None:
        self.outcome = Outcome([], (), {})
        self.rules = [RULE, OTHER]

    def compare(self, *spans: Span, other: tuple[Span, ...] = (), year: int = YEAR, moved: bool = False) -> list[str]:
        """Compare; return the changes of both rules in words: kind, from, to, sequence."""
        found = {
            place: [episode(span) for span in each]
            for place, each in enumerate((spans, other)[: len(self.rules)])
            if each
        }
        comparison = Comparison(PUPIL, self.outcome.announced, self.outcome.retired, year=year, year_moved=moved)
        self.outcome = comparison.run(self.rules, found)
        return [
            f"{change.kind} {_day(change.alert.start)}..{_day(change.alert.end)} #{change.alert.sequence}"
            for change in self.outcome.changes
        ]

    @property
    def ids(self) -> list[str]:
        return [change.alert.alert_id for change in self.outcome.changes]


def _day(slot: int | None) -> str:
    return "" if slot is None else written(slot)[5:].replace("/AM", "").replace("/PM", "½")


@pytest.fixture
def told() -> Told:
    return Told()


def test_a_new_episode_is_raised(told: Told) -> None:
    """Once; the same again is no change."""
    assert told.compare((oct_(1), None)) == ["raised 10-01.. #1"]
    assert told.compare((oct_(1), None)) == []


def test_an_episode_that_is_closed_when_it_first_appears_is_raised_then_eased(told: Told) -> None:
    """Raised open, then eased at its end, each with evidence of its own session."""
    assert told.compare((oct_(1), oct_(4))) == ["raised 10-01.. #1", "eased 10-01..10-04 #2"]
    assert [change.as_of for change in told.outcome.changes] == [at(oct_(1)), at(oct_(4))]
    assert len(told.outcome.announced) == 1


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ((oct_(1), None), (oct_(1), oct_(4)), "eased 10-01..10-04 #2"),
        ((oct_(1), None), (oct_(2), oct_(4)), "eased 10-02..10-04 #2"),
        ((oct_(1), None), (oct_(2), None), "revised 10-02.. #2"),
        ((oct_(3), None), (oct_(1), None), "revised 10-01.. #2"),
        ((oct_(1), oct_(4)), (oct_(1), None), "reopened 10-01.. #3"),
        ((oct_(1), oct_(4)), (oct_(2), None), "reopened 10-02.. #3"),
        ((oct_(1), oct_(4)), (oct_(1), oct_(5)), "revised 10-01..10-05 #3"),
        ((oct_(1), oct_(4)), (oct_(2), oct_(4)), "revised 10-02..10-04 #3"),
    ],
)
def test_an_episode_that_moved_is_told_by_what_moved(told: Told, before: Span, after: Span, change: str) -> None:
    """Closing eases, opening reopens, wherever the start went; anything else revises."""
    told.compare(before)
    alert = told.outcome.announced[0].alert_id
    assert told.compare(after) == [change]
    assert told.ids == [alert]


def test_an_alert_that_nothing_continues_is_withdrawn_as_last_announced(told: Told) -> None:
    """It names the sessions that were announced, and no evidence."""
    told.compare((oct_(1), None))
    told.compare((oct_(2), oct_(4)))
    assert told.compare() == ["withdrawn 10-02..10-04 #3"]
    assert (told.outcome.changes[0].as_of, told.outcome.announced) == (None, ())


def test_intervals_that_touch_do_not_overlap(told: Told) -> None:
    """An episode that begins where an alert ended is another one."""
    told.compare((oct_(1), oct_(4)))
    assert told.compare((oct_(4), None)) == ["withdrawn 10-01..10-04 #3", "raised 10-04.. #1"]
    assert told.compare((oct_(2), oct_(4))) == ["withdrawn 10-04.. #2", "raised 10-02.. #1", "eased 10-02..10-04 #2"]


def test_one_session_in_common_continues(told: Told) -> None:
    """The least overlap is enough."""
    told.compare((oct_(1), oct_(4)))
    assert told.compare((oct_(3, "PM"), None)) == ["reopened 10-03½.. #3"]


def test_an_episode_continues_the_earliest_alert_not_yet_taken(told: Told) -> None:
    """Two alerts that grow into one: the first goes on, the second is withdrawn; withdrawn ones come first."""
    told.compare((oct_(1), oct_(3)), (oct_(7), None))
    first, second = (alert.alert_id for alert in told.outcome.announced)
    assert told.compare((oct_(1), None)) == ["withdrawn 10-07.. #2", "reopened 10-01.. #3"]
    assert told.ids == [second, first]


def test_an_alert_continues_in_the_first_of_its_parts(told: Told) -> None:
    """One that falls into two: the earlier part keeps the id, the later is raised, in order of their start."""
    told.compare((oct_(1), None))
    assert told.compare((oct_(1), oct_(3)), (oct_(7), None)) == ["eased 10-01..10-03 #2", "raised 10-07.. #1"]


def test_alerts_are_matched_in_order_of_from_and_not_of_raising(told: Told) -> None:
    """The earlier of two alerts, though raised later, is taken first."""
    told.compare((oct_(7), oct_(9)))
    told.compare((oct_(1), oct_(3)), (oct_(7), oct_(9)))
    early, late = (alert.alert_id for alert in sorted(told.outcome.announced, key=lambda alert: alert.start))
    told.compare((oct_(2), oct_(8)))
    assert told.ids == [late, early]
    assert [change.kind for change in told.outcome.changes] == ["withdrawn", "revised"]


def test_withdrawn_alerts_come_first_by_from_then_the_others_by_their_new_from(told: Told) -> None:
    """Within a rule."""
    told.compare((oct_(1), oct_(2)), (oct_(7), oct_(8)), (oct_(14), oct_(15)), (oct_(21), None))
    assert told.compare((oct_(3), oct_(4)), (oct_(14), oct_(16)), (oct_(20), None), (oct_(28), None)) == [
        "withdrawn 10-01..10-02 #3",
        "withdrawn 10-07..10-08 #3",
        "raised 10-03.. #1",
        "eased 10-03..10-04 #2",
        "revised 10-14..10-16 #3",
        "revised 10-20.. #2",
        "raised 10-28.. #1",
    ]


def test_rules_come_in_the_order_of_the_book(told: Told) -> None:
    """All changes of a rule before any of the next."""
    told.compare(other=((oct_(1), None),))
    changes = told.compare((oct_(9), None), other=((oct_(2), None),))
    assert changes == ["raised 10-09.. #1", "revised 10-02.. #2"]
    assert [change.alert.rule for change in told.outcome.changes] == [RULE.id, OTHER.id]


def test_an_id_is_made_of_pupil_rule_first_session_and_number() -> None:
    """The first 32 hex digits of SHA-256 over them."""
    text = f"{PUPIL}|persistent-absence|2024-10-01/PM|0"
    assert (
        alert_id(PUPIL, "persistent-absence", at("2024-10-01/PM"), 0) == hashlib.sha256(text.encode()).hexdigest()[:32]
    )


def test_an_id_in_use_leaves_the_next_number_to_another(told: Told) -> None:
    """Raised at a session from which an announced alert was first raised: the smallest number that is free."""
    told.compare((oct_(1), None))
    told.compare((oct_(3), None))
    assert told.compare((oct_(1), oct_(2)), (oct_(3), None)) == ["raised 10-01.. #1", "eased 10-01..10-02 #2"]
    assert set(told.ids) == {alert_id(PUPIL, RULE.id, at(oct_(1)), 1)}
    assert {(alert.first, alert.number) for alert in told.outcome.announced} == {(at(oct_(1)), 0), (at(oct_(1)), 1)}


def test_an_id_freed_in_this_comparison_is_free_at_once(told: Told) -> None:
    """A withdrawn alert no longer counts when the number is looked for."""
    told.compare((oct_(1), None))
    told.compare((oct_(5), oct_(7)))
    assert told.compare((oct_(1), oct_(3))) == [
        "withdrawn 10-05..10-07 #3",
        "raised 10-01.. #4",
        "eased 10-01..10-03 #5",
    ]
    assert {change.alert.number for change in told.outcome.changes} == {0}


def test_a_withdrawn_id_that_is_raised_again_goes_on_counting(told: Told) -> None:
    """Sequences never start over within an id."""
    told.compare((oct_(1), None))
    told.compare()
    assert told.outcome.retired == {alert_id(PUPIL, RULE.id, at(oct_(1)), 0): (at(oct_(1)), 2)}
    assert told.compare((oct_(1), None)) == ["raised 10-01.. #3"]
    assert told.outcome.retired == {}


def test_an_alert_that_is_history_is_forgotten_without_a_word(told: Told) -> None:
    """Ended before 1 August of the year of now: no change of it is ever sent again."""
    told.compare(("2024-03-04/AM", "2024-07-31/PM"), year=2023)
    assert told.compare(("2024-03-05/AM", "2024-07-31/PM")) == []
    assert (told.outcome.announced, len(told.outcome.retired)) == ((), 1)


def test_an_alert_that_ended_on_the_first_of_august_is_live(told: Told) -> None:
    """The boundary is the new year's first session."""
    told.compare(("2024-03-04/AM", "2024-08-01/AM"))
    assert told.compare() == ["withdrawn 03-04..08-01 #3"]


def test_an_episode_that_is_history_is_never_raised_but_may_end_an_alert(told: Told) -> None:
    """What is over before Y eases an alert that is open, and raises none."""
    assert told.compare(("2024-03-04/AM", "2024-06-03/AM")) == []
    told.compare(("2024-05-06/AM", None))
    assert told.compare(("2024-03-04/AM", "2024-06-03/AM")) == ["eased 03-04..06-03 #2"]
    assert told.compare(("2024-03-04/AM", None)) == ["raised 03-04.. #1"]


def test_a_forgotten_id_goes_on_counting_when_used_again(told: Told) -> None:
    """Forgotten is not withdrawn, but its numbers are used up all the same."""
    told.compare(("2024-03-04/AM", "2024-07-31/PM"), year=2023)
    told.compare()
    assert told.compare(("2024-03-04/AM", None)) == ["raised 03-04.. #3"]


def test_counts_of_ids_from_before_the_ledger_are_dropped(told: Told) -> None:
    """Their first session is before Y-1, where no mark is taken any more."""
    told.compare(("2023-08-01/AM", None), ("2024-02-05/AM", None), year=2023)
    told.compare(year=2023)
    told.compare(year=2024)
    assert len(told.outcome.retired) == 2
    told.compare(year=2025, moved=True)
    assert told.outcome.retired == {}


def test_when_the_year_moves_on_nothing_is_withdrawn(told: Told) -> None:
    """What nothing continues is eased at 31 July PM, with its announced start; other changes are made as always."""
    told.compare((oct_(1), None), (oct_(9), None), other=((oct_(1), oct_(4)), (oct_(14), None)))
    changes = told.compare((oct_(10), None), other=((oct_(21), "2025-09-02/AM"),), year=2025, moved=True)
    assert changes == ["eased 10-09..07-31½ #2", "revised 10-10.. #2", "eased 10-21..09-02 #2"]
    assert {change.as_of for change in told.outcome.changes} == {None}


def test_an_alert_closed_before_the_new_year_is_forgotten_as_it_moves_on(told: Told) -> None:
    """It is history by the year of now, so nothing is said of it."""
    told.compare((oct_(1), oct_(4)))
    assert told.compare(year=2025, moved=True) == []
    assert told.outcome.announced == ()


def test_alerts_of_a_rule_no_longer_in_the_book_are_withdrawn_first(told: Told) -> None:
    """Before any change of the rules that remain, and when the year moves on too."""
    for moved in (False, True):
        told.outcome = Outcome([], (), {})
        told.rules = [RULE, OTHER]
        told.compare((oct_(1), None), other=((oct_(2), None),))
        told.rules = [OTHER]
        assert told.compare((oct_(3), None), year=2025 if moved else YEAR, moved=moved) == [
            "withdrawn 10-01.. #2", "revised 10-03.. #2",
        ]  # fmt: skip


def test_a_change_carries_severity_and_audience_of_the_book_of_now(told: Told) -> None:
    """A withdrawn alert keeps those last announced."""
    told.compare((oct_(1), None))
    told.rules = [msgspec.structs.replace(RULE, severity="low", audience=["la-send"], restricted=True), OTHER]
    told.compare((oct_(1), None))
    assert _whom(told.outcome.announced[0]) == ("high", ("school", "la-attendance"), False)
    told.compare((oct_(2), None))
    assert _whom(told.outcome.announced[0]) == ("low", ("la-send",), True)
    told.rules = [RULE, OTHER]
    told.compare()
    assert _whom(told.outcome.changes[0].alert) == ("low", ("la-send",), True)


def _whom(alert: Announced) -> tuple[str, tuple[str, ...], bool]:
    return alert.severity, alert.audience, alert.restricted
