"""`register-missing`: raised by the clock, ended by the register, taken back where there was no school."""

from datetime import date, time

import pytest

from streams.board.school import School, Span
from tests.unit.board.examples import HERE, TERM, Desk, register, told

IN_TERM = School(urn=HERE, terms=(TERM,))


@pytest.fixture
def desk() -> Desk:
    """A school with a calendar that was first heard on a Monday morning."""
    desk = Desk(IN_TERM)
    assert desk.take(register("2024-10-07 AM", "2024-10-07 09:05")) == []
    return desk


def test_a_register_is_missing_ninety_minutes_after_the_start_and_not_at_the_last_moment(desk: Desk) -> None:
    """At 14:30 it may still come; a moment later it is late. The alert has no cause, and says why."""
    assert desk.tick("2024-10-07 14:30") == []
    (alert,) = desk.tick("2024-10-07 14:30:01")
    assert told([alert]) == ["raised register-missing 2024-10-07/PM -"]
    assert (alert.pupil, alert.urn, alert.reason, alert.cause, alert.sequence) == (None, HERE, "time", None, 1)
    assert (alert.severity, alert.audience) == ("urgent", ["school", "la-attendance"])
    assert alert.evidence == {"starts_at": 1300, "in_calendar": 1, "other_session": 1, "grace_minutes": 90}


def test_it_eases_when_the_register_comes(desk: Desk) -> None:
    """In the session in which it came, with how late it was, and with the register as cause."""
    desk.tick("2024-10-07 15:00")
    (alert,) = desk.take(register("2024-10-07 PM", "2024-10-07 15:10"))
    assert told([alert]) == ["eased register-missing 2024-10-07/PM 2024-10-07/PM"]
    assert (alert.reason, alert.sequence, alert.evidence["minutes_late"]) == ("mark", 2, 130)
    assert alert.cause is not None
    assert alert.cause.session == "PM"


def test_it_eases_in_the_session_that_began_last(desk: Desk) -> None:
    """The next morning, before school, that is the afternoon of the day before."""
    desk.tick("2024-10-07 15:00")
    eased = desk.take(register("2024-10-07 PM", "2024-10-08 08:59"))
    assert told(eased) == ["eased register-missing 2024-10-07/PM 2024-10-07/PM"]


def test_a_late_register_that_nobody_looked_for_in_between_is_raised_and_eased(desk: Desk) -> None:
    """So that it does not matter when one looks."""
    assert told(desk.take(register("2024-10-07 PM", "2024-10-07 14:31"))) == [
        "raised register-missing 2024-10-07/PM -", "eased register-missing 2024-10-07/PM 2024-10-07/PM",
    ]  # fmt: skip


@pytest.mark.parametrize("codes", ["#" * 10, "#" * 9 + "Z", "Y4 " * 10])
def test_it_is_withdrawn_where_the_session_turns_out_to_be_closed(desk: Desk, codes: str) -> None:
    """Planned, or of the whole site on that day; pupils not on roll yet say nothing."""
    desk.tick("2024-10-07 15:00")
    (alert,) = desk.take(register("2024-10-07 PM", "2024-10-07 16:00", codes))
    assert told([alert]) == ["withdrawn register-missing 2024-10-07/PM -"]
    assert alert.evidence == {}


def test_it_is_withdrawn_where_the_calendar_says_so_later(desk: Desk) -> None:
    """A closure that is entered afterwards, by the clock and without a cause."""
    desk.tick("2024-10-07 15:00")
    closed = Span(date(2024, 10, 7), date(2024, 10, 7), "PM")
    desk.know(School(urn=HERE, terms=(TERM,), closures=(closed,)))
    (alert,) = desk.tick("2024-10-07 15:01")
    assert (told([alert]), alert.cause) == (["withdrawn register-missing 2024-10-07/PM -"], None)


def test_deleted_marks_are_no_register(desk: Desk) -> None:
    """A register whose marks are all taken back is missing again, under the same id."""
    (raised,) = desk.tick("2024-10-07 15:00")
    desk.take(register("2024-10-07 PM", "2024-10-07 15:10"))
    (again,) = desk.take(register("2024-10-07 PM", "2024-10-07 15:20", "-" * 10))
    assert told([again]) == ["reopened register-missing 2024-10-07/PM -"]
    assert (again.alert_id, again.sequence, again.reason) == (raised.alert_id, 3, "correction")


@pytest.mark.parametrize("codes", ["", "-" * 10])
def test_an_empty_register_is_missing_too(desk: Desk, codes: str) -> None:
    """Opened, and nothing recorded: never "all present"."""
    desk.take(register("2024-10-07 PM", "2024-10-07 13:05", codes))
    assert told(desk.tick("2024-10-07 15:00")) == ["raised register-missing 2024-10-07/PM -"]


def test_a_worker_that_was_down_raises_what_is_overdue_once(desk: Desk) -> None:
    """In the order in which it fell due; looked at again, there is nothing more."""
    assert told(desk.tick("2024-10-09 11:00")) == [
        f"raised register-missing {session} -"
        for session in ("2024-10-07/PM", "2024-10-08/AM", "2024-10-08/PM", "2024-10-09/AM")
    ]
    assert desk.tick("2024-10-09 11:01") == []


def test_time_never_runs_backwards(desk: Desk) -> None:
    """A clock that is set back says nothing new, and takes nothing back."""
    desk.tick("2024-10-08 11:00")
    assert desk.tick("2024-10-07 12:00") == []
    assert told(desk.tick("2024-10-08 14:31")) == ["raised register-missing 2024-10-08/PM -"]


def test_a_register_in_time_that_is_read_late_takes_the_alert_back(desk: Desk) -> None:
    """It was received before the time was up."""
    desk.tick("2024-10-07 15:00")
    assert told(desk.take(register("2024-10-07 PM", "2024-10-07 14:30"))) == [
        "withdrawn register-missing 2024-10-07/PM -"
    ]


def test_without_a_calendar_the_other_session_makes_a_school_day() -> None:
    """The morning came, so there is an afternoon; of the next day nothing is known."""
    desk = Desk()
    desk.take(register("2024-10-07 AM", "2024-10-07 09:05"), register("2024-10-07 PM", "2024-10-07 13:05"))
    desk.take(register("2024-10-08 PM", "2024-10-08 13:05"))
    assert told(desk.tick("2024-10-09 15:00")) == ["raised register-missing 2024-10-08/AM -"]


def test_what_was_before_the_school_was_first_heard_is_not_missing() -> None:
    """A school that joins in mid-term has no missing registers of the weeks before."""
    desk = Desk(IN_TERM)
    desk.take(register("2024-10-07 PM", "2024-10-07 13:05"))
    assert told(desk.tick("2024-10-08 10:31")) == ["raised register-missing 2024-10-08/AM -"]


@pytest.mark.parametrize(("day", "before"), [("2024-10-25", "2024-10-25 10:31"), ("2024-10-28", "2024-10-28 10:31")])
def test_the_clocks_go_back_and_school_starts_at_nine_by_them(day: str, before: str) -> None:
    """Summer time ends on 27 October 2024: due at 9:30 UTC on the Friday before, at 10:30 UTC on the Monday after."""
    desk = Desk(IN_TERM)
    desk.take(register("2024-10-24 AM", "2024-10-24 09:05"), register("2024-10-24 PM", "2024-10-24 13:05"))
    if day > "2024-10-25":
        desk.take(register("2024-10-25 AM", "2024-10-25 09:05"), register("2024-10-25 PM", "2024-10-25 13:05"))
    assert desk.tick(f"{day} 10:30") == []
    assert told(desk.tick(before)) == [f"raised register-missing {day}/AM -"]


def test_a_schools_own_times_count() -> None:
    """It starts at 8:40, so its register is late after 10:10."""
    desk = Desk(School(urn=HERE, terms=(TERM,), am_start=time(8, 40)))
    desk.take(register("2024-10-07 PM", "2024-10-07 13:05"))
    assert desk.tick("2024-10-08 10:10") == []
    assert [alert.evidence["starts_at"] for alert in desk.tick("2024-10-08 10:11")] == [840]


def test_a_register_that_comes_after_weeks_still_ends_the_alert(desk: Desk) -> None:
    """Its session has left the board, and the alert is open still."""
    desk.tick("2024-10-07 15:00")
    days = [f"2024-{month}-{day:02}" for month, last in ((10, 31), (11, 30), (12, 20)) for day in range(1, last + 1)]
    for day in (day for day in days if day > "2024-10-07" and date.fromisoformat(day).weekday() < 5):
        desk.take(register(f"{day} AM", f"{day} 09:05"), register(f"{day} PM", f"{day} 13:05"))
    late = desk.take(register("2024-10-07 PM", "2024-12-20 16:00"))
    assert told(late) == ["eased register-missing 2024-10-07/PM 2024-12-20/PM"]
