"""When to try again, and when to leave an endpoint alone."""

from streams.notify.service.circuit import FAILURES, Circuit
from streams.notify.service.retrying import again

DAYS = 3 * 86_400.0


def test_pauses_grow_up_to_two_hours_and_end_after_three_days() -> None:
    """About fifty tries in all."""
    now, tries = 0.0, 0
    pauses = []
    while (at := again(tries + 1, 0.0, now, give_up=DAYS, chance=0.5).at) is not None:
        pauses.append(at - now)
        now, tries = at, tries + 1
    assert pauses[:4] == [5, 10, 20, 40]
    assert max(pauses) == 7200
    assert 40 < tries < 60
    assert now >= DAYS


def test_chance_spreads_a_pause_over_half_of_it() -> None:
    """So that all that failed together does not come back together."""
    assert again(1, 0, 100, give_up=DAYS, chance=0).at == 103.75
    assert again(1, 0, 100, give_up=DAYS, chance=1).at == 106.25


def test_what_the_receiver_asks_for_is_not_undercut() -> None:
    """Nor is it taken as less than our own pause."""
    assert again(1, 0, 0, give_up=DAYS, chance=0.5, asked=600).at == 600
    assert again(9, 0, 0, give_up=DAYS, chance=0.5, asked=1).at == 1280


def test_a_circuit_opens_after_failures_in_a_row_and_lets_one_try() -> None:
    """One that succeeds closes it."""
    circuit = Circuit(concurrency=4)
    for _ in range(FAILURES):
        assert circuit.room(0) == 4
        circuit.began(0)
        circuit.ended(0, against=True)
    assert (circuit.state(1), circuit.room(1)) == ("open", 0)
    assert (circuit.state(5), circuit.room(5)) == ("half-open", 1)
    circuit.began(5)
    assert circuit.room(5) == 0
    circuit.ended(5, against=False)
    assert (circuit.state(5), circuit.room(5)) == ("closed", 4)


def test_a_circuit_that_fails_again_rests_longer_up_to_five_minutes() -> None:
    """What says nothing of the endpoint changes nothing."""
    circuit, now = Circuit(concurrency=1), 0.0
    for _ in range(FAILURES + 10):
        circuit.began(now)
        circuit.ended(now, against=True)
        circuit.began(now)
        circuit.ended(now, against=None)
        now += circuit.rest
    assert circuit.rest == 300


def test_a_rate_spreads_sends() -> None:
    """Two a second: one now, the next in half a second."""
    circuit = Circuit(concurrency=9, rate=2)
    assert circuit.room(0) == 1
    circuit.began(0)
    assert (circuit.room(0.4), circuit.room(0.5)) == (0, 1)
