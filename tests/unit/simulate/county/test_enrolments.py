"""What happens to children: as their types say, and never at two schools at once."""

from collections import defaultdict
from itertools import pairwise

import pytest

from streams.attendance.codes import ABSENT, CODES, INDEX
from streams.simulate.county.counting import band_of
from streams.simulate.county.enrolments import ELSEWHERE, Enrolment
from streams.simulate.county.page import CLOSED, NOT_ON_ROLL
from tests.unit.simulate.county.places import LAST_DAYS, YEAR, county, everyone, rate

HALF_TERM = 2 * YEAR.starts[1]


@pytest.fixture(scope="module")
def roll() -> list[Enrolment]:
    return everyone(county(6000, "secondary"))


def of_type(roll: list[Enrolment], name: str) -> list[Enrolment]:
    return [e for e in roll if e.child.nature.type == name and e.began is not None and not e.child.nature.brief]


def count(enrolment: Enrolment, code: str) -> int:
    return enrolment.codes.count(INDEX[code])


def test_one_seed_gives_one_county() -> None:
    """Everyone and everything is the same again; with another seed it is not."""
    assert everyone(county(600)) == everyone(county(600))
    assert everyone(county(600)) != everyone(county(600, seed=2))


def test_a_school_can_be_drawn_without_the_others() -> None:
    """A child's year does not depend on which school was drawn before."""
    made = county(4000)
    assert made.enrolments(made.schools[-1]) == list(county(4000).enrolments(made.schools[-1]))


def test_a_childs_absence_is_in_its_band(roll: list[Enrolment]) -> None:
    """What was written is what was drawn, for all but a few whose stay is too short for their band."""
    wrong = [e for e in roll if count_possible(e) and band_of(*absent_of(e)) != e.child.nature.band]
    assert len(wrong) < len(roll) / 500


def count_possible(enrolment: Enrolment) -> int:
    return absent_of(enrolment)[1]


def absent_of(enrolment: Enrolment) -> tuple[int, int]:
    possible = [code for code in enrolment.codes if code < INDEX["Q"]]
    return sum(code in ABSENT for code in possible), len(possible)


def test_a_child_who_moves_is_never_on_two_rolls(roll: list[Enrolment]) -> None:
    """The second school's page begins where the first one's ends."""
    stays = defaultdict(list)
    for enrolment in roll:
        if enrolment.child.moves:
            stays[enrolment.child.upn].append((enrolment.begin, enrolment.end))
    assert sum(len(each) == 2 for each in stays.values()) >= 10
    assert all(a[1] <= b[0] for each in stays.values() for a, b in pairwise(sorted(each)))


def test_a_dual_registered_child_is_expected_at_one_school_at_a_time(roll: list[Enrolment]) -> None:
    """In every session one of the two schools has D; both only where they lost sight of it, once."""
    pages = defaultdict(list)
    for enrolment in roll:
        if enrolment.child.shared:
            pages[enrolment.child.upn].append(enrolment)
    assert len(pages) >= 10
    for first, second in pages.values():
        shared = [(a, b) for a, b in zip(first.codes, second.codes, strict=True) if is_open(a) and is_open(b)]
        assert all(ELSEWHERE in pair for pair in shared)
        assert sum(pair == (ELSEWHERE, ELSEWHERE) for pair in shared) <= 1


def is_open(code: int) -> bool:
    return code not in {CLOSED, NOT_ON_ROLL, INDEX["Y4"]}


def test_year_11_leaves_for_its_examinations(roll: list[Enrolment]) -> None:
    """No page of year 11 has a mark after the summer half-term; every other whole year has."""
    for enrolment in roll:
        after = enrolment.codes[2 * YEAR.starts[-2] :]
        assert enrolment.child.year != 11 or set(after) == {NOT_ON_ROLL}
    assert any(e.codes[-1] != NOT_ON_ROLL for e in roll)


def test_training_days_are_closed_for_all_of_a_school() -> None:
    """Five days, the first of the year among them."""
    made = county(600, "primary")
    for school in made.schools:
        whole = [e for e in made.enrolments(school) if (e.begin, e.end) == (0, LAST_DAYS)]
        closed = {tuple(n for n, code in enumerate(e.codes) if code == CLOSED) for e in whole}
        (sessions,) = closed
        assert len(sessions) == 10
        assert sessions[:2] == (0, 1)


def test_those_who_drift_away_do_so_after_the_autumn_half_term(roll: list[Enrolment]) -> None:
    """Together they are away at least three times as much after it as before, and ever more."""
    drifting = [e for e in of_type(roll, "drifting") if e.began and e.began >= YEAR.starts[1] and e.begin == 0]
    before = sum(rate(e.codes[:HALF_TERM]) for e in drifting)
    spring, summer = (sum(rate(e.codes[a : a + 100]) for e in drifting) for a in (HALF_TERM, HALF_TERM + 150))
    assert len(drifting) > 50
    assert (spring + summer) / 2 > 3 * before
    assert summer > spring


def test_those_who_refuse_hardly_come_from_one_day_on(roll: list[Enrolment]) -> None:
    """From the day on that the truth names they are away on most days, before it on few."""
    refusing = [e for e in of_type(roll, "refusing") if e.child.nature.band == 10 and 20 < (e.began or 0) < e.end - 30]
    assert len(refusing) >= 10
    for enrolment in refusing:
        began = 2 * (enrolment.began or 0)
        assert rate(enrolment.codes[began:]) > rate(enrolment.codes[:began])


def test_a_holiday_is_days_on_end(roll: list[Enrolment]) -> None:
    """It begins on the day that the truth names, and most of it is one run of G."""
    holidays = [e for e in of_type(roll, "holiday") if count(e, "G") >= 6]
    assert len(holidays) > 50
    for enrolment in holidays:
        day = 2 * (enrolment.began or 0)
        assert INDEX["G"] in enrolment.codes[day : day + 2]
    runs = [longest(e.codes, INDEX["G"]) / count(e, "G") for e in holidays]
    assert sum(runs) / len(runs) > 0.6


def longest(codes: bytes, code: int) -> int:
    best = run = 0
    for each in codes:
        run = run + 1 if each == code else run if each == CLOSED else 0
        best = max(best, run)
    return best


def test_a_part_time_timetable_is_afternoons(roll: list[Enrolment]) -> None:
    """Nine in ten C2 are in the afternoon."""
    part_time = [e for e in of_type(roll, "part-time") if count(e, "C2")]
    afternoons = sum(e.codes[1::2].count(INDEX["C2"]) for e in part_time)
    assert len(part_time) > 20
    assert afternoons > 0.9 * sum(count(e, "C2") for e in part_time)


def test_a_long_illness_is_longer_than_one_spell(roll: list[Enrolment]) -> None:
    """Half of those long ill have three weeks of I and more on end."""
    ill = [longest(e.codes, INDEX["I"]) for e in of_type(roll, "long-illness") if e.child.nature.band >= 4]
    assert len(ill) > 30
    assert sorted(ill)[len(ill) // 2] >= 30


def test_steady_children_have_no_day_that_something_began(roll: list[Enrolment]) -> None:
    """Steady and often away are types without a pattern in time."""
    assert all(e.began is None for e in roll if e.child.nature.type in {"steady", "often-away"})


def test_every_code_written_is_a_code(roll: list[Enrolment]) -> None:
    """Bytes are places in the code table, or say that the child is not on roll; pages are a year long."""
    assert {code for e in roll for code in e.codes} <= {*range(len(CODES)), NOT_ON_ROLL}
    assert {len(e.codes) for e in roll} == {2 * LAST_DAYS}
