"""One batch out of what has arrived."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, cast

from streams.topology.event import Event
from streams.topology.gather import Gatherer, acknowledge, by_partition
from tests.unit.topology.fakes import FakeApp, event, gatherer, plan


class Queue:
    def __init__(self, *events: Event) -> None:
        self.events = deque(events)

    def empty(self) -> bool:
        return not self.events

    def get_nowait(self) -> Event:
        return self.events.popleft()


def _batch(app: FakeApp, first: Event, *rest: Event, now: float = 0.0, **bounds: object) -> list[Event]:
    return asyncio.run(Gatherer(cast("Any", app), plan(**bounds), lambda: now).batch(first, Queue(*rest)))


def _offsets(events: list[Event]) -> list[int]:
    return [event.message.offset for event in events]


def test_whatever_has_arrived_is_taken_and_nothing_is_waited_for() -> None:
    """In order, and none where none has."""
    app = FakeApp()
    first, *rest = [event(app, 0, offset) for offset in range(4)]
    assert _offsets(_batch(app, first, *rest)) == [0, 1, 2, 3]
    assert _offsets(_batch(app, first)) == [0]


def test_a_batch_ends_at_its_number_of_events_or_bytes() -> None:
    """The event that passes the bytes is still taken: one always is."""
    app = FakeApp()
    first, *rest = [event(app, 0, offset, b"12345") for offset in range(9)]
    assert len(_batch(app, first, *rest, max_events=3)) == 3
    assert len(_batch(app, first, *rest, max_bytes=12)) == 3
    assert len(_batch(app, first, *rest, max_bytes=1)) == 1


def test_what_was_fetched_before_the_last_rebalance_is_dropped() -> None:
    """It comes again, to whoever has the partition now."""
    app = FakeApp()
    first, stale, fresh = event(app, 0, 0), event(app, 0, 1, generation_id=0), event(app, 0, 2)
    assert _offsets(_batch(app, first, stale, fresh)) == [0, 2]
    assert stale.message not in app.consumer.unacked


def test_nothing_is_drained_while_a_rebalance_is_on() -> None:
    """Only what is in hand is finished."""
    app = FakeApp(active=False)
    assert _offsets(_batch(app, event(app, 0, 0), event(app, 0, 1))) == [0]


def test_a_revocation_waits_for_what_was_drained_until_it_is_forgotten() -> None:
    """Drained events are tracked as the stream tracks its own."""
    app = FakeApp()
    drained = event(app, 0, 1)
    _batch(app, event(app, 0, 0), drained)
    assert app.consumer.unacked == {drained.message}
    gatherer(app, plan()).forget([drained])
    assert app.consumer.unacked == set()


class Late(Queue):
    """Empty until it was looked at some times, and one event a time from then on."""

    def __init__(self, *events: Event) -> None:
        super().__init__(*events)
        self.looks = 0

    def empty(self) -> bool:
        self.looks += 1
        return super().empty() or self.looks % 3 != 0


def _late(app: FakeApp, stamped: float, clock: Callable[[], float]) -> list[Event]:
    first, *rest = [event(app, 0, offset, timestamp=stamped) for offset in range(9)]
    gather = Gatherer(cast("Any", app), plan(max_events=4), clock)
    return asyncio.run(gather.batch(first, Late(*rest)))


def test_behind_a_batch_is_filled_within_its_bounds() -> None:
    """A full one costs each of its records less."""
    assert _offsets(_late(FakeApp(), 100.0, lambda: 101.0)) == [0, 1, 2, 3]


def test_behind_nothing_is_waited_for_longer_than_a_moment() -> None:
    """What comes may be all there is."""
    times = iter((101.0, 101.0, 101.0, 102.0))
    assert _offsets(_late(FakeApp(), 100.0, lambda: next(times))) == [0]


def test_once_it_has_caught_up_nothing_is_waited_for() -> None:
    """What came just now would else wait, be behind by then, and so for ever."""
    app = FakeApp()
    late, fresh, later = (event(app, 0, offset, timestamp=stamped) for offset, stamped in enumerate((100, 101, 101)))
    gather = Gatherer(cast("Any", app), plan(), lambda: 101.0)
    assert _offsets(asyncio.run(gather.batch(late, Late(fresh, later)))) == [0, 1]


def test_a_record_that_came_just_now_waits_for_no_other() -> None:
    """Nor does one without a time stamp."""
    for stamped in (100.95, -1.0):
        assert _offsets(_late(FakeApp(), stamped, lambda: 101.0)) == [0]


def test_while_the_group_rebalances_no_batch_is_filled() -> None:
    """It waits for what is in hand."""
    assert _offsets(_late(FakeApp(active=False), 100.0, lambda: 101.0)) == [0]


def test_events_are_grouped_by_partition_and_acknowledged_in_order() -> None:
    """Faust commits past a gap, so there is none."""
    app = FakeApp()
    groups = by_partition([event(app, 1, 0), event(app, 0, 7), event(app, 1, 1)])
    assert {partition: _offsets(part) for partition, part in groups.items()} == {1: [0, 1], 0: [7]}
    acknowledge(groups[1])
    assert app.consumer.acked == [(1, 0), (1, 1)]
