"""How far the two stages are behind: records that wait, and how old the last one done is while any do."""

from collections.abc import Callable
from typing import cast

import faust
from faust.transport.consumer import Consumer
from faust.types import TP

from streams.topology.event import Event
from streams.topology.probe import Probe, Stage


class Lag:
    """Counts what waits before each stage. `now` in seconds since 1970."""

    def __init__(self, app: faust.App, topics: dict[str, Stage], probe: Probe, now: Callable[[], float]) -> None:
        self._app = app
        self._topics = topics
        self._probe = probe
        self._now = now
        self._done: dict[TP, tuple[int, float]] = {}  # next offset, time stamp of the last one done

    def done(self, events: list[Event]) -> None:
        """Note that *events* of one stage, in order within each partition, are acknowledged."""
        for event in events:
            message = event.message
            self._done[message.tp] = (message.offset + 1, message.timestamp or 0.0)

    @property
    def _consumer(self) -> Consumer:
        return cast("Consumer", self._app.consumer)

    def report(self) -> None:
        """Tell the probe how far each stage is behind."""
        assigned = self._consumer.assignment()
        for topic, stage in self._topics.items():
            waiting = [self._waiting(tp) for tp in assigned if tp.topic == topic]
            records = sum(count for count, _ in waiting)
            self._probe.lag(stage, records, max((age for count, age in waiting if count), default=0.0))

    def _waiting(self, tp: TP) -> tuple[int, float]:
        end = self._consumer.highwater(tp)
        committed = self._consumer._committed_offset.get(tp)  # noqa: SLF001 - Faust has no other name for it
        following, stamped = self._done.get(tp, (0, 0.0))
        following = max(following, committed or 0)  # others may have gone on where we once were
        count = max(0, (end or 0) - following)
        return count, max(0.0, self._now() - stamped) if stamped else 0.0
