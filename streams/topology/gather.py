"""Gathering what has already arrived into one batch; more is waited for only where the worker is behind already.

Faust's `take` and `take_events` wait on a timer, and acknowledge for us. Here one event comes from the stream, without
acknowledgement, and whatever already lies in its queue is drained behind it; the stage acknowledges when it is done.
All reaching into Faust for this is in this file.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Protocol

import faust

from streams.topology.crash_points import Point, reach
from streams.topology.event import Event
from streams.topology.plan import Plan

BEHIND = 0.12  # s that a record has waited; what is promised of latency is gone by then
FILL_FOR = 0.1  # s
_LOOK_EVERY = 0.002  # s


class Queue(Protocol):
    """What is asked of a channel's queue."""

    def empty(self) -> bool:
        """Tell whether nothing has arrived."""

    def get_nowait(self) -> Event:
        """Take the next one."""


class Gatherer:
    """Drains one stage's queue, within the bounds of *plan*. `now` in seconds since 1970."""

    def __init__(self, app: faust.App, plan: Plan, now: Callable[[], float] = time.time) -> None:
        self._app = app
        self._plan = plan
        self._now = now

    async def batch(self, first: Event, queue: Queue) -> list[Event]:
        """Give *first* and the events behind it in *queue*, in order: at most `max_events` and about `max_bytes`.

        While the last one has waited for `BEHIND`, others do too, and a full batch costs each of them less than its
        moment of waiting: more is let come for up to `FILL_FOR`, until one has only just come, the batch is full, or
        the group rebalances.
        """
        events, size, until = [first], size_of(first), self._now() + FILL_FOR
        while len(events) < self._plan.max_events and size < self._plan.max_bytes:
            if not queue.empty():
                size += self._drain(queue, events, self._plan.max_bytes - size)
            elif self._now() < until and self._is_behind(events[-1]) and self._is_current(first):
                await asyncio.sleep(_LOOK_EVERY)
            else:
                break
        return events

    def _drain(self, queue: Queue, events: list[Event], room: int) -> int:
        """Move what lies in *queue*, something, to *events*, at most about *room* bytes; return how many it has."""
        size, active, generation = 0, self._app.flow_control.is_active(), self._app.consumer_generation_id
        while True:
            event = queue.get_nowait()
            if active and event.message.generation_id == generation:  # as `_is_current`; nothing changes meanwhile
                self._track(event)
                events.append(event)
                size += size_of(event)
            if len(events) >= self._plan.max_events or size >= room or queue.empty():
                return size

    def _is_behind(self, event: Event) -> bool:
        stamped = event.message.timestamp
        return stamped is not None and 0 <= stamped < self._now() - BEHIND

    def forget(self, events: Iterable[Event]) -> None:
        """Drop events that will not be acknowledged, so that a rebalance does not wait for them."""
        for event in events:
            self._app.consumer.unacked.discard(event.message)

    def _is_current(self, event: Event) -> bool:
        # As the stream itself decides: not while a rebalance is on, and not what was fetched before the last one.
        generation = self._app.consumer_generation_id
        return self._app.flow_control.is_active() and event.message.generation_id == generation

    def _track(self, event: Event) -> None:
        # As the stream does for the event it gives us: a revocation waits for every tracked message.
        if not event.message.tracked:
            event.message.tracked = True
            self._app.consumer.track_message(event.message)


def by_partition(events: list[Event]) -> dict[int, list[Event]]:
    """Group *events* by partition, in order."""
    groups: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        groups[event.message.partition].append(event)
    return groups


def acknowledge(events: list[Event]) -> None:
    """Acknowledge *events* in order, at once: Faust commits past a gap, so there must be none."""
    reach(Point.BEFORE_ACK)
    for event in events:
        event.ack()


def size_of(event: Event) -> int:
    """Return the bytes of an event's value."""
    return len(event.message.value or b"")
