"""Ctrl-C and SIGTERM end the demo also where Python or a library loses the exception."""

import signal

import pytest

from streams.demo.interrupt import interruptible


class Finaliser:
    """Where an exception is only reported, never raised."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGTERM)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_signal_interrupts_at_once(number: signal.Signals) -> None:
    """What stands behind the signal is not reached."""
    reached = False
    with pytest.raises(KeyboardInterrupt), interruptible():  # noqa: PT012 - the block is the point
        signal.raise_signal(number)
        reached = True
    assert not reached


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_signal_lost_in_a_finaliser_is_raised_by_the_next_check() -> None:
    """The check raises what Python ignored."""
    seen = []
    with pytest.raises(KeyboardInterrupt), interruptible() as check:  # noqa: PT012 - the block is the point
        Finaliser()
        seen.append("went on")
        check()
        seen.append("not reached")
    assert seen == ["went on"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_signal_lost_in_a_finaliser_is_raised_at_the_end() -> None:
    """Work that ends without a check still does not count as done."""
    with pytest.raises(KeyboardInterrupt), interruptible():
        Finaliser()


def test_a_signal_that_a_library_turned_into_its_own_error_stays_an_interruption() -> None:
    """The error that it became is not shown."""
    with pytest.raises(KeyboardInterrupt), interruptible():  # noqa: PT012 - the block is the point
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise ValueError("as pydantic does") from None


def test_without_a_signal_an_error_stays_itself_and_the_handlers_are_put_back() -> None:
    """Nothing is changed for the rest of the process."""
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(ValueError, match="own"), interruptible() as check:  # noqa: PT012 - the block is the point
        check()
        raise ValueError("own")
    assert signal.getsignal(signal.SIGTERM) is before
