"""`feed-silent`: most other schools are heard, and this one is not, for more than a school day."""

from datetime import date

from streams.board.school import School, Span
from tests.unit.board.examples import FAR, HERE, THERE, Desk, register, told

OTHERS = (THERE, FAR)


def day(desk: Desk, when: str, *urns: int) -> list[str]:
    """A school day on which these schools send both registers in time."""
    both = (("AM", "09:05"), ("PM", "13:05"))
    return told(desk.take(*(register(f"{when} {half}", f"{when} {at}", urn=urn) for half, at in both for urn in urns)))


def silent(alerts: list[str]) -> list[str]:
    return [alert for alert in alerts if "feed-silent" in alert]


def test_a_school_is_silent_on_the_second_day_without_it_while_most_others_come() -> None:
    """Last heard on Monday: nothing on Tuesday, and on Wednesday the others have come. Once, from Tuesday on."""
    desk = Desk()
    day(desk, "2024-10-07", HERE, *OTHERS)
    assert silent(day(desk, "2024-10-08", *OTHERS)) == []
    day(desk, "2024-10-09", *OTHERS)
    alerts = [alert for alert in desk.tick("2024-10-09 14:31") if alert.rule == "feed-silent"]
    assert told(alerts) == ["raised feed-silent 2024-10-08/AM -"]
    assert (alerts[0].severity, alerts[0].audience, alerts[0].cause) == ("high", ["la-attendance"], None)
    numbers = {"last_register": 20241007, "days_without": 2, "schools": 2, "schools_heard": 2}
    assert alerts[0].evidence == numbers | {"school_days_over": 1, "others_over_percent": 50, "grace_minutes": 90}
    assert silent(told(desk.tick("2024-10-10 15:00"))) == []


def test_it_eases_when_the_school_is_heard_again() -> None:
    """By any register, an empty one too."""
    desk = Desk()
    day(desk, "2024-10-07", HERE, *OTHERS)
    day(desk, "2024-10-08", *OTHERS)
    day(desk, "2024-10-09", *OTHERS)
    desk.tick("2024-10-09 15:00")
    (alert,) = desk.take(register("2024-10-10 AM", "2024-10-10 09:00", ""))
    assert told([alert]) == ["eased feed-silent 2024-10-08/AM 2024-10-10/AM"]
    assert (alert.reason, alert.evidence["last_register"]) == ("mark", 20241010)
    assert alert.cause is not None
    assert alert.cause.code == "-"


def test_a_holiday_is_no_silence() -> None:
    """Nobody is heard for a week; on the Monday after, one school is a little later than the others."""
    desk = Desk()
    day(desk, "2024-10-25", HERE, *OTHERS)
    assert silent(told(desk.tick("2024-11-03 15:00"))) == []
    day(desk, "2024-11-04", *OTHERS)
    assert silent(told(desk.tick("2024-11-04 15:00"))) == []


def test_where_most_others_are_silent_too_nothing_is_said() -> None:
    """One of three others is heard: that is not the link of this school."""
    desk = Desk()
    day(desk, "2024-10-07", HERE, *OTHERS, 100004)
    day(desk, "2024-10-08", THERE)
    day(desk, "2024-10-09", THERE)
    assert silent(told(desk.tick("2024-10-09 15:00"))) == []


def test_days_on_which_the_school_is_closed_do_not_count() -> None:
    """Two INSET days that the calendar knows."""
    desk = Desk(School(urn=HERE, closures=(Span(date(2024, 10, 8), date(2024, 10, 9)),)))
    day(desk, "2024-10-07", HERE, *OTHERS)
    for when in ("2024-10-08", "2024-10-09", "2024-10-10"):
        day(desk, when, *OTHERS)
    assert silent(told(desk.tick("2024-10-10 15:00"))) == []


def test_a_school_that_has_closed_for_good_is_not_waited_for() -> None:
    """What was said of it is withdrawn once the reference data know."""
    desk = Desk()
    day(desk, "2024-10-07", HERE, *OTHERS)
    day(desk, "2024-10-08", *OTHERS)
    day(desk, "2024-10-09", *OTHERS)
    desk.tick("2024-10-09 15:00")
    desk.know(School(urn=HERE, closed=date(2024, 10, 7)))
    assert told(desk.tick("2024-10-09 15:01")) == ["withdrawn feed-silent 2024-10-08/AM -"]
