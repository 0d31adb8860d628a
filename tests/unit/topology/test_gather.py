"""One batch out of what has arrived."""

from collections import deque

from streams.topology.event import Event
from streams.topology.gather import acknowledge, by_partition
from tests.unit.topology.fakes import FakeApp, event, gatherer, plan


class Queue:
    def __init__(self, *events: Event) -> None:
        self.events = deque(events)

    def empty(self) -> bool:
        return not self.events

    def get_nowait(self) -> Event:
        return self.events.popleft()


def _offsets(events: list[Event]) -> list[int]:
    return [event.message.offset for event in events]


def test_whatever_has_arrived_is_taken_and_nothing_is_waited_for() -> None:
    """In order, and none where none has."""
    app = FakeApp()
    gather = gatherer(app, plan())
    first, *rest = [event(app, 0, offset) for offset in range(4)]
    assert _offsets(gather.batch(first, Queue(*rest))) == [0, 1, 2, 3]
    assert _offsets(gather.batch(first, Queue())) == [0]


def test_a_batch_ends_at_its_number_of_events_or_bytes() -> None:
    """The event that passes the bytes is still taken: one always is."""
    app = FakeApp()
    first, *rest = [event(app, 0, offset, b"12345") for offset in range(9)]
    assert len(gatherer(app, plan(max_events=3)).batch(first, Queue(*rest))) == 3
    assert len(gatherer(app, plan(max_bytes=12)).batch(first, Queue(*rest))) == 3
    assert len(gatherer(app, plan(max_bytes=1)).batch(first, Queue(*rest))) == 1


def test_what_was_fetched_before_the_last_rebalance_is_dropped() -> None:
    """It comes again, to whoever has the partition now."""
    app = FakeApp()
    first, stale, fresh = event(app, 0, 0), event(app, 0, 1, generation_id=0), event(app, 0, 2)
    assert _offsets(gatherer(app, plan()).batch(first, Queue(stale, fresh))) == [0, 2]
    assert stale.message not in app.consumer.unacked


def test_nothing_is_drained_while_a_rebalance_is_on() -> None:
    """Only what is in hand is finished."""
    app = FakeApp(active=False)
    assert _offsets(gatherer(app, plan()).batch(event(app, 0, 0), Queue(event(app, 0, 1)))) == [0]


def test_a_revocation_waits_for_what_was_drained_until_it_is_forgotten() -> None:
    """Drained events are tracked as the stream tracks its own."""
    app = FakeApp()
    gather = gatherer(app, plan())
    drained = event(app, 0, 1)
    gather.batch(event(app, 0, 0), Queue(drained))
    assert app.consumer.unacked == {drained.message}
    gather.forget([drained])
    assert app.consumer.unacked == set()


def test_events_are_grouped_by_partition_and_acknowledged_in_order() -> None:
    """Faust commits past a gap, so there is none."""
    app = FakeApp()
    groups = by_partition([event(app, 1, 0), event(app, 0, 7), event(app, 1, 1)])
    assert {partition: _offsets(part) for partition, part in groups.items()} == {1: [0, 1], 0: [7]}
    acknowledge(groups[1])
    assert app.consumer.acked == [(1, 0), (1, 1)]
