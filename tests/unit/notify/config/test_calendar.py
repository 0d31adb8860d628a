"""Days and hours in London."""

from datetime import date, time

import pytest

from streams.notify.config.calendar import SchoolDays, day_of, next_clock, next_open
from streams.notify.config.durations import clock, seconds, window
from tests.support.notifying import instant as london

HALF_TERM = SchoolDays(["2024-10-28/2024-11-01"])
OFFICE = [(time(8), time(18))]


@pytest.mark.parametrize(
    ("at", "days", "opens"),
    [
        ("2024-10-08T07:00", "school-days", "2024-10-08T08:00"),
        ("2024-10-08T09:00", "school-days", "2024-10-08T09:00"),
        ("2024-10-08T18:00", "school-days", "2024-10-09T08:00"),
        ("2024-10-25T18:00", "school-days", "2024-11-04T08:00"),
        ("2024-10-25T18:00", "weekdays", "2024-10-28T08:00"),
        ("2024-10-25T18:00", "every-day", "2024-10-26T08:00"),
        ("2024-10-25T18:00", ("sun",), "2024-10-27T08:00"),
    ],
)
def test_the_next_opening_is_in_hours_of_the_right_day(at: str, days: str, opens: str) -> None:
    """Across half-term, and across the night on which clocks go back."""
    assert next_open(london(at), OFFICE, days, HALF_TERM) == london(opens)  # type: ignore[arg-type]


def test_no_hours_are_all_day_and_a_year_of_holidays_is_never() -> None:
    """Never is said, not looked for without end."""
    now = london("2024-10-08T03:00")
    assert next_open(now, [], "every-day", HALF_TERM) == now
    assert next_open(now, [], "school-days", SchoolDays(["2024-01-01/2026-12-31"])) is None


@pytest.mark.parametrize(
    ("at", "strikes"),
    [
        ("2024-10-08T15:59", "2024-10-08T16:00"),
        ("2024-10-08T16:00", "2024-10-09T09:00"),
        ("2024-10-25T16:30", "2024-11-04T09:00"),
    ],
)
def test_a_digest_goes_at_the_next_stroke_on_a_school_day(at: str, strikes: str) -> None:
    """Never now: what comes at that instant is for the next."""
    assert next_clock(london(at), [time(16), time(9)], "school-days", HALF_TERM) == london(strikes)


def test_school_days_are_counted_without_week_ends_and_holidays() -> None:
    """From Friday before half-term to the Monday after it is one."""
    assert HALF_TERM.since(date(2024, 10, 25), date(2024, 11, 4)) == 1
    assert HALF_TERM.since(date(2024, 10, 8), date(2024, 10, 8)) == 0


def test_the_date_is_that_of_london() -> None:
    """Half an hour before midnight UTC in summer it is tomorrow."""
    assert day_of(1_719_873_000.0) == date(2024, 7, 1)
    assert day_of(1_719_873_000.0 + 1800) == date(2024, 7, 2)


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("90s", 90), ("10m", 600), ("2h", 7200), ("3d", 259_200)])
def test_lengths_of_time_are_read(text: str, value: float) -> None:
    """As people write them."""
    assert seconds(text) == value


@pytest.mark.parametrize("wrong", ["", "10", "m", "-1m", "1.5h", "10 m", "1w"])
def test_what_is_no_length_of_time_is_refused(wrong: str) -> None:
    """With what to write instead."""
    with pytest.raises(ValueError, match="write 30s"):
        seconds(wrong)


def test_hours_of_a_day_may_end_at_midnight() -> None:
    """And times of day have two digits each."""
    assert window("20:00-24:00")[0] == time(20)
    for wrong in ("8:00", "24:01", "0800"):
        with pytest.raises(ValueError, match="write 08:30"):
            clock(wrong)
