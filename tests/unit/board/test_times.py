"""Clock times in London, in summer and in winter."""

from datetime import time

import pytest

from streams.attendance.sessions import written
from streams.board.school import School, decode_school, encode_school, unknown_school
from streams.board.times import bounded, day_of, session_at, start_ms
from tests.unit.board.examples import HERE, TERM, ms, register

HALF_PAST = School(urn=HERE, am_start=time(8, 30), pm_start=time(12, 45))


@pytest.mark.parametrize("day", ["2024-10-25", "2024-10-28", "2025-03-28", "2025-03-31"])
@pytest.mark.parametrize(("half", "at"), [("AM", "08:30"), ("PM", "12:45")])
def test_a_session_starts_by_the_clock_on_the_wall(day: str, half: str, at: str) -> None:
    """On both sides of both changes of the clocks."""
    assert start_ms(register(f"{day} {half}", f"{day} 09:00").slot, HALF_PAST) == ms(f"{day} {at}")


@pytest.mark.parametrize(
    ("now", "session"),
    [
        ("2024-10-28 08:29", "2024-10-27/PM"),
        ("2024-10-28 08:30", "2024-10-28/AM"),
        ("2024-10-28 12:44", "2024-10-28/AM"),
        ("2024-10-28 12:45", "2024-10-28/PM"),
    ],
)
def test_the_session_that_began_last(now: str, session: str) -> None:
    """Before the first of a day it is that of the evening before."""
    assert written(session_at(ms(now), HALF_PAST)) == session


def test_a_day_begins_at_midnight_in_london() -> None:
    """Which in summer is 23:00 UTC."""
    assert day_of(ms("2024-07-02 00:00")) - day_of(ms("2024-07-02 00:00") - 1) == 1
    assert ms("2024-07-02 00:00") % 86_400_000 == 23 * 3_600_000


@pytest.mark.parametrize("wrong", [-(10**18), 10**18])
def test_a_clock_that_is_wrong_by_ages_is_kept_within_bounds(wrong: int) -> None:
    """A file may say any time; none ends the run."""
    assert session_at(bounded(wrong), unknown_school(HERE)) > 0


def test_a_school_survives_the_way_to_json_and_back() -> None:
    """And what is not known is not written."""
    school = School(urn=HERE, name="Invented School", am_start=time(8, 40), terms=(TERM,))
    assert decode_school(encode_school(school)) == school
    assert encode_school(School(urn=HERE)) == b'{"urn":100001}'
