"""How much an endpoint is asked for, and when it is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.notify.lifecycle.pacing import FAILURES, MANY, began, circuit, ended, free_at, room
from streams.notify.lifecycle.state import Endpoint

NEW = Endpoint()


def opened(now: float = 0.0) -> Endpoint:
    return ended(NEW, [True] * FAILURES, now)


def test_one_that_never_failed_and_has_no_rate_is_asked_for_anything() -> None:
    """Nothing is noted of it."""
    assert room(NEW, None, 0) == MANY
    assert began(NEW, 7, None, 0) == ended(NEW, [False, None], 0) == NEW


def test_a_circuit_opens_after_failures_in_a_row_and_lets_one_try() -> None:
    """One that succeeds closes it."""
    nearly = ended(NEW, [True] * (FAILURES - 1), 0)
    assert circuit(nearly, 0) == "closed"
    assert circuit(ended(nearly, [False, True], 0), 0) == "closed"
    assert (circuit(opened(), 4.9), room(opened(), None, 4.9)) == ("open", 0)
    assert (circuit(opened(), 5), room(opened(), None, 5)) == ("half-open", 1)
    trying = began(opened(), 1, None, 5)
    assert room(trying, None, 5) == room(trying, None, 9.9) == 0
    assert room(ended(trying, [False], 6), None, 6) == MANY


def test_one_whose_try_was_never_heard_of_is_tried_again_after_a_rest() -> None:
    """Whoever tried may have died, or does not know yet."""
    trying = began(opened(), 1, None, 5)
    assert ended(trying, [None], 6) == trying
    assert (room(trying, None, 10), free_at(trying, None, 6)) == (1, 10)


def test_a_circuit_that_fails_again_rests_longer_up_to_five_minutes() -> None:
    """Twice as long each time."""
    endpoint, now, rests = opened(), 0.0, []
    for _ in range(10):
        now = free_at(endpoint, None, now)
        endpoint = ended(began(endpoint, 1, None, now), [True], now)
        rests.append(endpoint.rest)
    assert rests == [10, 20, 40, 80, 160, 300, 300, 300, 300, 300]


def test_sends_that_were_under_way_when_it_opened_do_not_make_it_rest_longer() -> None:
    """However many: they say nothing new."""
    assert ended(opened(), [True] * 50, 1) == opened()


def test_a_rate_spreads_sends() -> None:
    """Two a second: one now, the next in half a second."""
    assert room(NEW, 2, 100) == 1
    one = began(NEW, 1, 2, 100)
    assert (room(one, 2, 100.4), room(one, 2, 100.5), free_at(one, 2, 100)) == (0, 1, 100.5)


def test_of_a_high_rate_a_quarter_of_a_second_may_go_at_once() -> None:
    """And no more is saved up by waiting."""
    assert room(NEW, 100, 0) == room(began(NEW, 25, 100, 0), 100, 1000) == 25
    assert room(began(NEW, 20, 100, 0), 100, 0) == 5


@given(
    rate=st.sampled_from([0.1, 0.5, 1, 3, 10, 33, 1000]),
    looks=st.lists(st.tuples(st.floats(0, 2), st.integers(0, 50)), max_size=60),
)
def test_a_rate_is_kept_to_however_it_is_used(rate: float, looks: list[tuple[float, int]]) -> None:
    """In any time not more than it allows, and what may go together; and what is free then is free."""
    now, endpoint, sent = 1.7e9, NEW, 0
    for pause, wanted in looks:
        now += pause
        if not room(endpoint, rate, now):
            assert room(endpoint, rate, free_at(endpoint, rate, now) + 1e-6) >= 1
        number = min(wanted, room(endpoint, rate, now))
        endpoint, sent = began(endpoint, number, rate, now), sent + number
        assert sent <= (now - 1.7e9 + max(0.25, 1 / rate)) * rate + 0.01


def test_a_try_of_a_half_open_circuit_spends_its_rate_too() -> None:
    """Both are kept to."""
    trying = began(opened(), 1, 0.1, 5)
    assert free_at(trying, 0.1, 5) == pytest.approx(15)
    assert room(ended(trying, [False], 6), 0.1, 6) == 0
