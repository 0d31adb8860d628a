"""Each measure, counted by hand in a small example. 2 September 2024 is a Monday."""

import pytest

from streams.attendance.codes import ABSENT, CODES, INDEX, POSSIBLE, indexes
from streams.attendance.measures import (
    BothHalves,
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
from streams.attendance.months import CODE, SCHOOL_DAY
from tests.unit.attendance.examples import at, gap, history, weeks

MONDAY = "2024-09-02"
OTHER, NOT_YET, MISSING = indexes("O"), indexes("N"), indexes("G N O")


def first_session(measure: Measure, sessions: list[tuple[int, int]]) -> int:
    return measure.span(sessions)[0][0]


def test_year_counts_codes_since_the_first_of_august() -> None:
    """What was in July does not count, and a D is no possible session."""
    sessions = [*history("2024-07-31", "O O"), *history("2024-08-01", "O / D I")]
    assert (Year(OTHER).of(sessions), Year(ABSENT).of(sessions), Year(POSSIBLE).of(sessions)) == (1, 2, 3)
    assert first_session(Year(OTHER), sessions) == at("2024-08-01/AM")


def test_year_begins_anew_with_the_first_session_of_august() -> None:
    """As of July the year before is counted, as of August nothing of it."""
    before = history("2024-07-30", "O O O O")
    assert [Year(OTHER).of(before), Year(OTHER).of([*before, *history("2024-09-02", "/")])] == [4, 0]


def test_weeks_take_the_most_recent_school_weeks() -> None:
    """Two school weeks back from now, whatever holiday lies between."""
    sessions = [*history(MONDAY, weeks(1, "O O / / / / / / / /")), *history("2024-09-09", weeks(1, "O"))]
    sessions += history("2024-11-04", "O /")
    assert [Weeks(n, OTHER).of(sessions) for n in (1, 2, 3, 4)] == [1, 2, 4, 4]
    assert first_session(Weeks(2, OTHER), sessions) == at("2024-09-09/AM")


def test_academic_years_do_not_cut_weeks() -> None:
    """The last school weeks may lie in two years."""
    sessions = [*history("2024-07-15", "O O"), *history("2024-09-02", "O")]
    assert Weeks(2, OTHER).of(sessions) == 3


def test_a_week_of_closure_is_no_school_week_and_its_sessions_count_nowhere() -> None:
    """A week of # is passed over: the week before it is still the last but one."""
    closed = history("2024-09-09", "# # # #")
    sessions = [*history(MONDAY, "O O"), *closed, *history("2024-09-16", "O")]
    assert Weeks(2, OTHER).of(sessions) == 3
    assert Weeks(2, indexes("#")).of(sessions) == 0


def test_a_week_becomes_a_school_week_with_its_first_school_day() -> None:
    """Its closed sessions count from then on, also those before."""
    sessions = [*history(MONDAY, "O O"), *history("2024-09-09", "# # /")]
    closed = indexes("#")
    assert [Weeks(1, closed).of(sessions[:4]), Weeks(1, closed).of(sessions)] == [0, 2]
    assert [Weeks(1, OTHER).of(sessions[:4]), Weeks(1, OTHER).of(sessions)] == [2, 0]


def test_spells_are_counted_by_their_first_session() -> None:
    """A spell that goes on is one; sessions that are not possible do not cut it."""
    sessions = history(MONDAY, "I I / I # I Y7 D O / L U")
    assert SpellStarts(2).of(sessions) == 3


def test_a_spell_that_began_before_the_weeks_is_not_counted() -> None:
    """Its first session decides, though it goes on in them."""
    sessions = [*history(MONDAY, "/ I I"), *history("2024-09-09", "I I / I")]
    assert [SpellStarts(1).of(sessions), SpellStarts(2).of(sessions)] == [1, 2]


def test_a_spell_goes_on_across_a_holiday() -> None:
    """Absent before and after with nothing possible between is one spell."""
    sessions = [*history(MONDAY, "/ I"), *history("2024-11-04", "I /")]
    assert SpellStarts(5).of(sessions) == 1


def test_a_run_skips_what_is_not_possible_and_ends_at_another_code() -> None:
    """Q, # and D neither count nor end it; a U does."""
    assert Run(MISSING).of(history(MONDAY, "O U N # Q D G O")) == 3
    assert Run(MISSING).of(history(MONDAY, "O N /")) == 0


def test_a_run_is_not_cut_by_years() -> None:
    """What began in July goes on in September."""
    sessions = [*history("2024-07-31", "/ O"), *history(MONDAY, "O O")]
    assert Run(OTHER).of(sessions) == 3
    assert first_session(Run(OTHER), sessions) == at("2024-07-31/PM")


def test_a_run_still_stands_as_of_a_session_that_is_not_possible() -> None:
    """As of a closure the run is what it was."""
    assert Run(OTHER).of(history(MONDAY, "O O #")) == 2


def test_school_weeks_of_the_year_need_a_school_day_of_the_year() -> None:
    """A week across 1 August counts where a school day lies on or after it."""
    july = history("2024-07-29", "/ / / /")
    assert YearWeeks().of([*july, *history("2024-08-01", "#")]) == 0
    assert YearWeeks().of([*july, *history("2024-08-01", "# # / /")]) == 1
    assert YearWeeks().of([*july, *history("2024-08-01", "/"), *history(MONDAY, "/"), *history("2024-09-09", "Z")]) == 2


def test_weeks_with_a_code_are_counted_once_each() -> None:
    """Two C2 in one week are one week, and one of July is none."""
    c2 = indexes("C2")
    sessions = [*history("2024-07-31", "C2"), *history(MONDAY, "C2 C2 / C2"), *history("2024-09-09", "/ C2")]
    assert YearWeeksWith(c2).of(sessions) == 2


def test_school_days_after_the_first_code_are_counted_by_date() -> None:
    """The day itself does not count, nor a closed day; today does."""
    sessions = history(MONDAY, "/ N / / # # N /")
    assert [DaysAfterFirst(NOT_YET).of(sessions[: i + 1]) for i in range(8)] == [0, 0, 1, 1, 1, 1, 2, 2]
    assert first_session(DaysAfterFirst(NOT_YET), sessions) == at("2024-09-02/PM")


def test_a_code_of_the_year_before_is_not_overdue() -> None:
    """Only codes of the year to date are waited for."""
    assert DaysAfterFirst(NOT_YET).of([*history("2024-07-31", "N N"), *history(MONDAY, weeks(1))]) == 0


@pytest.mark.parametrize(
    ("codes", "both"), [("N N", 1), ("/ N", 0), ("N /", 0), (". N", 0), ("N", 0), ("N N / N", 0), ("/ N N", 0)]
)
def test_both_halves_are_of_one_day_and_seen_in_the_afternoon(codes: str, both: int) -> None:
    """Morning and afternoon of the same date; an afternoon and the next morning are not."""
    assert BothHalves(NOT_YET).of(history(MONDAY, codes)) == both


def test_now_is_the_code_of_this_session() -> None:
    """Earlier sessions do not matter."""
    assert [Now(NOT_YET).of(history(MONDAY, codes)) for codes in ("/ N", "N /")] == [1, 0]


def test_a_dual_gap_is_seen_at_its_session_only() -> None:
    """The next session at one school ends it."""
    sessions = [gap("2024-09-02/AM"), *history("2024-09-03", "D")]
    assert [DualGap().of(sessions[:1]), DualGap().of(sessions)] == [1, 0]


def test_weekday_days_are_the_last_school_days_on_it() -> None:
    """A closed Monday is none; absence in one half is enough."""
    sessions = history(MONDAY, f"O {weeks(1)[2:]} {weeks(1, '# # / / / / / / / /')} / O {weeks(1)[4:]}")
    assert (WeekdayDays(0, 6).of(sessions), WeekdayAbsent(0, 6).of(sessions)) == (2, 2)
    assert (WeekdayDays(0, 1).of(sessions), WeekdayAbsent(0, 1).of(sessions)) == (1, 1)


def test_other_days_begin_in_the_week_of_the_first_of_them() -> None:
    """For a Wednesday they reach back to its Monday, and up to this session."""
    sessions = history(MONDAY, f"{weeks(1)} O / I I / / / / / / O /")
    assert (OtherDays(2, 1).of(sessions), OtherAbsent(2, 1).of(sessions)) == (5, 3)
    assert (OtherDays(2, 2).of(sessions), OtherAbsent(2, 2).of(sessions)) == (9, 3)
    assert first_session(WeekdayDays(2, 1), sessions) == at("2024-09-09/AM")


def test_without_such_a_weekday_there_are_no_other_days() -> None:
    """Nothing is compared before the first school day on the weekday."""
    sessions = history(MONDAY, "O O / /")
    assert (OtherDays(4, 6).of(sessions), OtherAbsent(4, 6).of(sessions)) == (0, 0)
    assert WeekdayDays(4, 6).span(sessions) == sessions[-1:]


@pytest.mark.parametrize("code", CODES[:-1])
def test_the_examples_make_school_days_as_the_rules_do(code: str) -> None:
    """Every code but #, Z and Y4 makes its date a school day."""
    ((_, cell),) = history(MONDAY, code)
    assert cell & CODE == INDEX[code]
    assert bool(cell & SCHOOL_DAY) is (code not in {"#", "Z", "Y4"})
