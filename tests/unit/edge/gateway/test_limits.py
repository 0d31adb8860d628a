"""How much one token may send."""

from hypothesis import given
from hypothesis import strategies as st

from streams.edge.gateway.limits import Rates


class _Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_then_a_steady_rate() -> None:
    """Three at once, then one every half second."""
    clock = _Clock()
    rates = Rates(2, 3, clock)
    for _ in range(3):
        assert rates.wait("a") == 0
        rates.spend("a", 1)
    assert rates.wait("a") == 0.5
    clock.now += 0.5
    assert rates.wait("a") == 0


def test_tokens_do_not_wait_for_each_other() -> None:
    """One that sends too much is its own affair."""
    rates = Rates(1, 1, _Clock())
    rates.spend("a", 100)
    assert (rates.wait("a"), rates.wait("b")) == (100, 0)


@given(st.lists(st.tuples(st.floats(0, 5), st.integers(1, 20)), max_size=50))
def test_never_more_than_the_rate_and_one_burst_and_one_batch(steps: list[tuple[float, int]]) -> None:
    """However requests are timed."""
    clock = _Clock()
    rates, spent, largest = Rates(3, 10, clock), 0, 0
    for pause, registers in steps:
        clock.now += pause
        if rates.wait("a") == 0:
            rates.spend("a", registers)
            spent, largest = spent + registers, max(largest, registers)
    assert spent <= 3 * (clock.now - 1000) + 10 + largest


def test_tokens_that_are_at_rest_are_forgotten() -> None:
    """So that memory does not grow with every token there ever was."""
    clock = _Clock()
    rates = Rates(1, 10, clock)
    for number in range(5000):
        rates.spend(str(number), 1)
        clock.now += 1
    assert len(rates._full_at) <= 1001  # noqa: SLF001 - there is no other sight of it
