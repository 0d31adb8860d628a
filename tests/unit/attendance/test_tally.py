"""A tally keeps each count as of the last session; `tests/properties` holds it to every definition."""

import msgspec
import pytest

from streams.attendance.book import RuleBook
from streams.attendance.codes import ABSENT, POSSIBLE, indexes
from streams.attendance.lanes import Lanes
from streams.attendance.measures import (
    DaysAfterFirst,
    DualGap,
    Measure,
    OtherAbsent,
    OtherDays,
    Run,
    WeekdayAbsent,
    WeekdayDays,
    Year,
)
from streams.attendance.tally import Tally
from tests.unit.attendance.examples import ENGINE, ENGLAND, RULES, gap, history, weeks

MONDAY = "2024-09-02"
LONG = [
    *history("2024-06-24", weeks(5, "/ / O O / / N N / #")),
    *history("2024-07-29", "# # / / I I / /"),
    *history("2024-09-02", weeks(12, "O O / L / U C2 / Q E")),
    gap("2024-11-25/AM"),
    *history("2024-11-26", "/ D"),
]


def stepped(sessions: list[tuple[int, int]]) -> Tally:
    tally = Tally(Lanes(ENGLAND))
    for session in sessions:
        tally.step(*session)
    return tally


@pytest.mark.parametrize("measure", sorted({m for ms in ENGINE.measures for m in ms}, key=repr), ids=repr)
def test_a_count_is_what_plain_counting_gives(measure: Measure) -> None:
    """Over a year end, a closed week and two schools, at every session."""
    tally = Tally(Lanes(ENGLAND))
    for i, session in enumerate(LONG):
        tally.step(*session)
        assert (i, tally.count(measure)) == (i, measure.of(LONG[: i + 1]))


def test_a_new_tally_has_counted_nothing() -> None:
    """Before the first session every count is 0."""
    tally = Tally(Lanes(ENGLAND))
    assert {tally.count(measure) for measures in ENGINE.measures for measure in measures} == {0}


def test_a_copy_goes_its_own_way() -> None:
    """Steps of a copy do not show in the tally it was made from, nor the other way round."""
    tally = stepped(history(MONDAY, "O O / #"))
    copy = tally.copy()
    copy.step(*history("2024-09-04", "O")[0])
    assert [tally.count(Year(ABSENT)), copy.count(Year(ABSENT))] == [2, 3]
    tally.step(*history("2024-09-04", "/")[0])
    assert [tally.count(Year(POSSIBLE)), copy.count(Year(ABSENT))] == [4, 3]
    assert copy.slot == tally.slot


def test_days_beyond_those_remembered_are_forgotten_rightly() -> None:
    """A year of Mondays leaves the last six as they were."""
    sessions = history(MONDAY, weeks(40, "O / / / / / / / / /") + " " + weeks(3))
    tally = stepped(sessions)
    assert [tally.count(measure) for measure in (WeekdayDays(0, 6), WeekdayAbsent(0, 6))] == [6, 3]
    assert [tally.count(measure) for measure in (OtherDays(0, 6), OtherAbsent(0, 6))] == [24, 0]


def test_the_day_of_a_closed_morning_is_not_a_day_after_it() -> None:
    """A book may wait for a code that makes no school day; the afternoon's school is of the same date."""
    rule = msgspec.structs.replace(RULES["reason-overdue"], codes=["#"])
    tally = Tally(Lanes(RuleBook("ours", 1, (rule,))))
    counted = []
    for session in history(MONDAY, "# / / \\"):
        tally.step(*session)
        counted.append(tally.count(DaysAfterFirst(indexes("#"))))
    assert counted == [0, 0, 1, 1]


def test_a_measure_that_no_rule_reads_is_not_kept() -> None:
    """Asking for one is a bug and says so."""
    with pytest.raises(TypeError, match="no count is kept"):
        stepped(history(MONDAY, "O")).count(Run(indexes("S")))
    with pytest.raises(TypeError, match="no count is kept"):
        stepped([gap("2024-09-02/AM")]).count(Measure())
    assert stepped([gap("2024-09-02/AM")]).count(DualGap()) == 1
