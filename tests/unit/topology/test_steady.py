"""A clock that jumps."""

from datetime import UTC, datetime, timedelta

from streams.topology.steady import BELIEVED_AFTER, Steady

START = datetime(2024, 9, 9, 9, tzinfo=UTC)
DAY = timedelta(days=1)


class Clocks:
    """A time of day that may be set, and seconds that go on."""

    def __init__(self) -> None:
        self.wrong = timedelta(0)
        self.seconds = 100.0
        self.steady = Steady(self.now, lambda: self.seconds)

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds) + self.wrong

    def after(self, seconds: float) -> datetime | None:
        self.seconds += seconds
        return self.steady()


def test_the_time_of_day_is_believed_while_it_goes_on() -> None:
    """However long nobody asked."""
    clocks = Clocks()
    assert clocks.after(0) == clocks.now()
    assert clocks.after(86_400) == clocks.now()


def test_a_clock_that_jumps_and_comes_back_is_believed_at_no_moment_between() -> None:
    """Forward and back, and back and forward."""
    for wrong in (DAY, -DAY):
        clocks = Clocks()
        clocks.after(0)
        clocks.wrong = wrong
        assert (clocks.after(1), clocks.after(BELIEVED_AFTER - 1)) == (None, None)
        clocks.wrong = timedelta(0)
        assert (clocks.after(1), clocks.after(BELIEVED_AFTER - 1)) == (None, None)
        assert clocks.after(1) == clocks.now()


def test_a_clock_that_stays_where_it_jumped_was_put_right() -> None:
    """A machine that slept, or began with a wrong clock."""
    clocks = Clocks()
    clocks.after(0)
    clocks.wrong = DAY
    assert clocks.after(1) is None
    assert clocks.after(BELIEVED_AFTER) == clocks.now()


def test_small_corrections_are_none_of_its_business() -> None:
    """A clock that is led back slowly, however far in the end."""
    clocks = Clocks()
    clocks.after(0)
    for _ in range(10):
        clocks.wrong += timedelta(seconds=50)
        assert clocks.after(1) == clocks.now()
