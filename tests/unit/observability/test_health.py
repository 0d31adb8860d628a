"""A worker that progresses is alive, one that is stuck is not, and one that loads is only not ready."""

import pytest

from streams.observability.health import Health


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def health(clock: Clock) -> Health:
    return Health(clock, stall_seconds=60)


def test_ready_once_assigned_and_recovered(health: Health) -> None:
    """A worker is not ready until it says so, and no more when it says so."""
    assert health.not_ready() == "joining the group or loading ledgers"
    health.ready(ready=True)
    assert health.not_ready() is None
    health.ready(ready=False)
    assert health.not_ready() is not None


def test_idle_is_alive(health: Health, clock: Clock) -> None:
    """A worker with nothing to do is alive however long that lasts."""
    health.ready(ready=True)
    for _ in range(100):
        clock.now += 59
        health.lag("pupils", 0)
    assert health.not_alive() is None


def test_a_loop_that_does_not_turn_is_not_alive(health: Health, clock: Clock) -> None:
    """A worker that does not even say that nothing waits has a loop that hangs."""
    health.ready(ready=True)
    health.lag("pupils", 0)
    clock.now += 61
    assert health.not_alive() == "nothing was heard of the worker's loop for 61 seconds"


def test_waiting_work_without_progress_is_not_alive(health: Health, clock: Clock) -> None:
    """Where work waits and no batch is done for longer than the limit, the worker is stuck, and says how."""
    health.ready(ready=True)
    health.lag("pupils", 5)
    clock.now += 60
    assert health.not_alive() is None
    clock.now += 1
    assert health.not_alive() == "5 records wait, and no batch was done for 61 seconds"


def test_either_stage_can_be_stuck(health: Health, clock: Clock) -> None:
    """Work that waits before the schools stage counts like that before the pupils stage."""
    health.ready(ready=True)
    health.lag("schools", 1)
    health.lag("pupils", 0)
    clock.now += 61
    assert health.not_alive() is not None


def test_progress_keeps_alive(health: Health, clock: Clock) -> None:
    """A worker that is behind but does batches is alive."""
    health.ready(ready=True)
    health.lag("pupils", 5000)
    for _ in range(10):
        clock.now += 50
        health.progressed()
        health.lag("pupils", 4000)
    assert health.not_alive() is None


def test_the_limit_runs_from_when_work_began_to_wait(health: Health, clock: Clock) -> None:
    """Work that arrives after a long idle time is given the whole limit."""
    health.ready(ready=True)
    clock.now += 59
    health.lag("pupils", 0)
    clock.now += 59
    health.lag("pupils", 1)
    clock.now += 59
    health.lag("pupils", 1)
    assert health.not_alive() is None
    clock.now += 2
    assert health.not_alive() is not None


def test_loading_is_alive(health: Health, clock: Clock) -> None:
    """A worker that loads its ledgers is not started anew because it is behind; after it, the limit begins."""
    health.ready(ready=True)
    health.lag("pupils", 5)
    health.ready(ready=False)
    clock.now += 10_000
    assert health.not_alive() is None
    health.ready(ready=True)
    clock.now += 59
    assert health.not_alive() is None
