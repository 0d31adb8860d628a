"""`mass-absence`: far above the median of the sessions of the school days before."""

import pytest

from streams.board.mass import Rate, median
from tests.unit.board.examples import Desk, register, told

DAYS = ["2024-10-07", "2024-10-08", "2024-10-09", "2024-10-10", "2024-10-11"]
USUAL = "/" * 19 + "I"  # 1 of 20: 5 %


def weeks(*codes: str) -> Desk:
    """Five school days before, the sessions with these codes in turn."""
    desk, at = Desk(), (("AM", "09:05"), ("PM", "13:05"))
    sessions = [(day, half, when) for day in DAYS for half, when in at]
    for i, (day, half, when) in enumerate(sessions):
        desk.take(register(f"{day} {half}", f"{day} {when}", codes[i % len(codes)] * 2))
    return desk


def monday(desk: Desk, absent: int, possible: int) -> list[str]:
    codes = "I" * absent + "/" * (possible - absent)
    return told(desk.take(register("2024-10-14 AM", "2024-10-14 09:05", codes)))


@pytest.mark.parametrize(
    ("absent", "possible", "raised"),
    [
        (8, 40, True),  # 20 % is 15 points above 5 %, and four times it
        (7, 40, False),  # 17.5 %
        (6, 30, True),
        (6, 29, False),  # too few to speak of the school
    ],
)
def test_the_bounds_are_met_on_whole_numbers(absent: int, possible: int, raised: bool) -> None:  # noqa: FBT001 - the answer
    """Fifteen points above the median, and thirty pupils with a possible mark."""
    assert bool(monday(weeks(USUAL), absent, possible)) == raised


@pytest.mark.parametrize(("absent", "raised"), [(12, True), (11, False)])
def test_it_must_be_three_times_the_median_too(absent: int, raised: bool) -> None:  # noqa: FBT001 - the answer
    """10 % is usual here, so 25 % is not enough and 30 % is."""
    assert bool(monday(weeks("/" * 18 + "II"), absent, 40)) == raised


def test_the_alert_says_what_decided() -> None:
    """Counts, the median as a fraction, of how many days and sessions, against which numbers."""
    desk = weeks(USUAL)
    (alert,) = desk.take(register("2024-10-14 AM", "2024-10-14 09:05", "I" * 10 + "/" * 30))
    assert (alert.severity, alert.audience, alert.pupil, alert.reason) == ("high", ["la-attendance"], None, "mark")
    assert alert.evidence == {
        "possible": 40, "absent": 10, "median_absent": 1, "median_possible": 20, "baseline_days": 5,
        "baseline_sessions": 10, "min_possible": 30, "enter_points": 15, "enter_times": 3, "days_before": 20,
        "min_days_before": 5, "since": 20241007, "until": 20241014,
    }  # fmt: skip


def test_five_school_days_before_are_needed() -> None:
    """One of the five was closed."""
    desk = weeks(USUAL)
    desk.take(*(register(f"2024-10-07 {half}", "2024-10-11 17:00", "#" * 40) for half in ("AM", "PM")))
    assert monday(desk, 20, 40) == []


def test_it_eases_at_the_next_session_that_counts_and_is_not_so() -> None:
    """A session with a few pupils is passed over."""
    desk = weeks(USUAL)
    monday(desk, 20, 40)
    assert desk.take(register("2024-10-14 PM", "2024-10-14 13:01", "/" * 10)) == []
    eased = desk.take(register("2024-10-14 PM", "2024-10-14 13:05", "/" * 40))
    assert told(eased) == ["eased mass-absence 2024-10-14/AM 2024-10-14/PM"]


@pytest.mark.parametrize("codes", ["#" * 40, "Y4 " * 40, "/" * 40])
def test_a_correction_withdraws_it(codes: str) -> None:
    """The school was closed, or the children were there after all."""
    desk = weeks(USUAL)
    monday(desk, 20, 40)
    (alert,) = desk.take(register("2024-10-14 AM", "2024-10-14 14:00", codes))
    assert told([alert]) == ["withdrawn mass-absence 2024-10-14/AM -"]
    assert (alert.reason, alert.evidence) == ("correction", {})


def test_a_correction_of_the_days_before_counts_too() -> None:
    """Where much absence turns out to be usual, this was not out of the way."""
    desk = weeks(USUAL)
    monday(desk, 12, 40)
    corrected = [
        register(f"{day} {half}", "2024-10-14 14:00", "IIIII" + "/" * 15) for day in DAYS for half in ("AM", "PM")
    ]
    assert told(desk.take(*corrected)) == ["withdrawn mass-absence 2024-10-14/AM -"]


def test_a_correction_of_the_days_before_can_raise_it() -> None:
    """Nothing is announced yet, and the session that is on is not the corrected one."""
    desk = weeks("/" * 17 + "III")  # 15 % is usual
    assert monday(desk, 16, 40) == []
    corrected = [
        desk.take(register(f"{day} {half}", "2024-10-14 10:00", "/" * 40)) for day in DAYS for half in ("AM", "PM")
    ]
    assert [told(alerts) for alerts in corrected].count([]) < len(corrected)


def test_a_median_of_an_even_number_is_the_mean_of_the_two_in_the_middle() -> None:
    """As a fraction of whole numbers, in lowest terms."""
    rates = [Rate(1, 10), Rate(9, 10), Rate(0, 7), Rate(1, 5)]
    assert median(rates) == Rate(3, 20)
    assert median(rates[:3]) == Rate(1, 10)
