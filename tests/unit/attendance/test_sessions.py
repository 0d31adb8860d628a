"""Sessions as integers keep the order of the calendar, its weeks and its academic years."""

from datetime import date

import pytest

from streams.attendance.sessions import (
    EPOCH_DAY,
    academic_year,
    as_number,
    monday_of,
    month_of,
    month_start,
    session_of,
    week_of,
    weekday_of,
    written,
    year_start,
)
from tests.unit.attendance.examples import at


def test_morning_is_before_afternoon_and_both_before_the_next_day() -> None:
    """Sessions are ordered by date, AM before PM, with no number between."""
    first = at("2024-02-28/PM")
    assert [at("2024-02-29/AM"), at("2024-02-29/PM"), at("2024-03-01/AM")] == [first + 1, first + 2, first + 3]


@pytest.mark.parametrize("session", ["2000-01-01/AM", "2024-02-29/PM", "2100-12-31/PM"])
def test_a_session_can_be_read_back_from_its_slot(session: str) -> None:
    """Slot to date and half is the inverse of date and half to slot."""
    assert written(at(session)) == session == "/".join(session_of(at(session)))


def test_the_academic_year_begins_on_the_first_of_august() -> None:
    """31 July in the afternoon is the old year's last session, 1 August in the morning the new year's first."""
    assert academic_year(at("2024-07-31/PM")) == 2023
    assert academic_year(at("2024-08-01/AM")) == 2024
    assert year_start(2024) == at("2024-08-01/AM")


def test_a_week_runs_from_monday_to_sunday() -> None:
    """Sunday belongs to the Monday before it; the next Monday begins another week."""
    monday, sunday, next_monday = (at(f"2024-09-{day}/AM") for day in ("09", "15", "16"))
    assert week_of(monday) == week_of(sunday | 1) == week_of(next_monday) - 1


def test_weekdays_count_from_monday() -> None:
    """2 September 2024 was a Monday and 8 September a Sunday."""
    days = [date(2024, 9, day).toordinal() for day in range(2, 9)]
    assert [weekday_of(day) for day in days] == list(range(7))
    assert {monday_of(day) for day in days} == {days[0]}


@pytest.mark.parametrize("session", ["2024-01-01/AM", "2024-12-31/PM", "2023-08-31/PM"])
def test_months_begin_on_their_first_morning(session: str) -> None:
    """The month's start is its first session, for December too."""
    start = month_start(month_of(at(session)))
    assert written(start) == f"{session[:8]}01/AM"


def test_a_months_last_session_is_at_most_61_after_its_first() -> None:
    """A session's place in its month fits a byte with room to spare."""
    assert at("2024-08-31/PM") - month_start(month_of(at("2024-08-31/PM"))) == 61


def test_dates_are_named_as_one_integer_in_evidence() -> None:
    """The form is YYYYMMDD."""
    assert as_number(date(2024, 9, 2).toordinal()) == 20240902


def test_the_epoch_is_the_first_of_january_1970() -> None:
    """Seconds since 1970 are counted from that day."""
    assert date.fromordinal(EPOCH_DAY) == date(1970, 1, 1)
