"""How fast the year goes by."""

from datetime import UTC, datetime, timedelta

from streams.simulate.county.pace import Pace

NINE = datetime(2024, 9, 9, 9, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now, self.slept = 100.0, list[float]()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_an_hour_goes_by_in_a_second() -> None:
    """Each moment is waited for, counted from the first; what is late is not waited for."""
    clock = Clock()
    pace = Pace(3600, lambda: clock.now, clock.sleep)
    for hours in (0, 1, 3, 2):
        pace.wait_for(NINE + timedelta(hours=hours))
    assert clock.slept == [1.0, 2.0]


def test_work_in_between_counts() -> None:
    """Half a second of work is half a second less to wait."""
    clock = Clock()
    pace = Pace(3600, lambda: clock.now, clock.sleep)
    pace.wait_for(NINE)
    clock.now += 0.5
    pace.wait_for(NINE + timedelta(hours=1))
    assert clock.slept == [0.5]


def test_without_a_speed_nothing_is_waited_for() -> None:
    """As fast as it goes."""
    clock = Clock()
    pace = Pace(None, lambda: clock.now, clock.sleep)
    pace.wait_for(NINE)
    pace.wait_for(NINE + timedelta(days=9))
    assert clock.slept == []
