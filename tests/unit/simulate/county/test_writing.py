"""What the office writes first, and what it learns later."""

from datetime import timedelta

import pytest

from streams.attendance.codes import INDEX
from streams.simulate.county.enrolments import SHUT
from streams.simulate.county.page import MORNING, NOT_ON_ROLL
from streams.simulate.county.writing import TAKEN_WITHIN, Taken, days_until_learnt, unknown, write
from streams.simulate.county.year import at
from streams.simulate.office import Entry
from streams.simulate.roll import dice
from tests.unit.simulate.county.places import YEAR

DAY = 20
OPENED = {0: at(YEAR.days[DAY], 530), 1: at(YEAR.days[DAY], 785)}


def written(codes: bytes, half: int = 0, *, mistaken: bool = False, seed: int = 1) -> list[Entry]:
    session = Taken("secondary", YEAR, DAY, OPENED[half], mistaken)
    return write(codes, [str(n) for n in range(len(codes))], session, dice(seed))


def test_the_published_part_is_still_unknown_after_weeks() -> None:
    """Of the reasons that will be learnt, those open after 14, 28 and 56 days are as many as published."""
    among, rng = unknown("secondary"), dice(2)
    days = [days_until_learnt(rng, among) for _ in range(100_000)]
    learnt = among.percents[0] - among.percents[-1]
    for after, percent in ((14, 0.130), (28, 0.0886), (56, 0.0657)):
        open_ = learnt * sum(day >= after for day in days) / len(days) + among.percents[-1]
        assert open_ == pytest.approx(percent, abs=0.005)


def test_some_illness_is_unknown_at_first_and_learnt_later() -> None:
    """About as many I as the chances say are N first; each turns into I after its register was taken, or never."""
    entries = written(bytes([INDEX["I"]]) * 4000)
    first = [entry for entry in entries if entry.code == "N"]
    assert len(first) / 4000 == pytest.approx(unknown("secondary").chances[INDEX["I"]], abs=0.02)
    assert all(entry.amended is None or entry.amended.code == "I" for entry in first)
    assert all(entry.amended.at > OPENED[0] + TAKEN_WITHIN for entry in first if entry.amended)
    assert {entry.code for entry in entries} == {"N", "I"}


def test_who_is_unknown_in_the_morning_is_unknown_in_the_afternoon_until_it_is_learnt() -> None:
    """Both sessions of a day agree on whom, and on when it was learnt."""
    morning, afternoon = (written(bytes([INDEX["O"]]) * 4000, half) for half in (0, 1))
    later = [(a, p) for a, p in zip(morning, afternoon, strict=True) if p.code == "N"]
    assert later
    assert all(a.code == "N" and a.amended == p.amended for a, p in later)
    learnt = [a for a, p in zip(morning, afternoon, strict=True) if a.code == "N" and p.code == "O"]
    assert learnt
    assert all(a.amended and a.amended.at <= OPENED[1] + TAKEN_WITHIN for a in learnt)


def test_a_child_who_comes_after_the_register_closed_is_unknown_until_then() -> None:
    """U is N first, and is written with the minutes when the child is there."""
    (entry,) = written(bytes([INDEX["U"]]))
    assert entry.code == "N"
    assert entry.amended is not None
    assert entry.amended.code == "U"
    assert entry.amended.at == OPENED[0] + timedelta(minutes=entry.amended.minutes_late or 0)


def test_late_children_have_minutes_and_a_time_of_their_own() -> None:
    """L carries minutes within the half hour that the register is open."""
    for entry in written(bytes([INDEX["L"]]) * 50):
        assert entry.minutes_late is not None
        assert entry.at == OPENED[0] + timedelta(minutes=entry.minutes_late)
        assert 3 <= entry.minutes_late < 30


@pytest.mark.parametrize("mistaken", [True, False])
def test_a_closure_may_be_found_out_a_day_later(mistaken: bool) -> None:  # noqa: FBT001 - the parameter itself
    """Where it is, everyone is N first and Y4 from the next school day on; else it is Y4 at once."""
    entries = written(bytes([SHUT]) * 30, mistaken=mistaken)
    assert {entry.code for entry in entries} == {"N" if mistaken else "Y4"}
    days = {entry.amended.at.date() for entry in entries if entry.amended}
    assert days == ({YEAR.days[DAY + 1]} if mistaken else set())


def test_children_not_on_roll_are_in_no_register_and_change_nobody_else() -> None:
    """The others' entries are the same with and without them."""
    with_, without = written(bytes([MORNING] * 3)), written(bytes([MORNING, NOT_ON_ROLL, MORNING]))
    assert [with_[0], with_[2]] == without
