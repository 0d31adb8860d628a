"""Records of a fetch handed on together: those that may be, and the rest left to Faust, in order."""

import asyncio
from collections.abc import Callable, Coroutine
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka.structs import ConsumerRecord  # type: ignore[import-untyped]
from faust.types import TP

from streams.topology.app import make_app
from streams.topology.failstop import FailStop
from streams.topology.handing import Records, hand_on
from streams.topology.plainly import RawSchema
from tests.unit.topology.fakes import plan

A, B, MARKS = TP("registers", 0), TP("registers", 1), TP("marks", 0)
Place = tuple[str, int, int]


def records(tp: TP, *offsets: int) -> list[Any]:
    return [
        ConsumerRecord(tp.topic, tp.partition, offset, 1_500, 1, b"k", b"%d" % offset, None, 1, 1, (("h", b"x"),))
        for offset in offsets
    ]


class Stream:
    """The app with a queue for each of two topics, as when its partitions are assigned, and no Kafka."""

    def __init__(self, max_events: int = 100) -> None:
        self.app: Any = make_app(plan(max_events=max_events), {}, FailStop(cast("Any", None)))
        self.consumer = self.app.consumer
        self.consumer._thread.thread_loop.close()  # noqa: SLF001 - it is never run
        self.consumer._thread = SimpleNamespace(highwater=lambda _: 9)  # noqa: SLF001 - no Kafka
        self.consumer._active_partitions = {A, B, MARKS}  # noqa: SLF001 - as Faust has it then
        self.queues: dict[str, Any] = {}

    async def assign(self) -> "Stream":
        for topic in ("registers", "marks"):
            channel = self.app.topic(topic, schema=RawSchema(key_type=bytes, value_type=bytes)).stream().channel
            self.app.topics.add(channel)
            self.queues[topic] = channel.queue
        await self.app.topics.on_partitions_assigned({A, B, MARKS})
        self.app.flow_control.resume()
        return self

    def hand_on(self, fetched: Records) -> dict[TP, list[int]]:
        """Hand a fetch on; give the offsets of what is left."""
        left = hand_on(self.consumer, fetched, self.consumer._active_partitions)  # noqa: SLF001 - as the consumer does
        return {tp: [record.offset for record in its] for tp, its in left.items()}

    def arrived(self, topic: str = "registers") -> list[Any]:
        queue = self.queues[topic]
        return [queue.get_nowait() for _ in range(queue.qsize())]

    def places(self, topic: str = "registers") -> list[Place]:
        return [(e.message.topic, e.message.partition, e.message.offset) for e in self.arrived(topic)]


def trial(tried: Callable[[Stream], Coroutine[Any, Any, None]], max_events: int = 100) -> None:
    async def run() -> None:
        await tried(await Stream(max_events).assign())

    asyncio.run(run())


def test_all_of_a_fetch_goes_to_the_queues_of_its_topics_the_partitions_in_turn() -> None:
    """So that of two partitions neither waits for the other, as with Faust."""

    async def tried(stream: Stream) -> None:
        fetched = {A: records(A, 0, 1, 2), B: records(B, 7), MARKS: records(MARKS, 3)}
        assert stream.hand_on(fetched) == {}
        registers = [("registers", 0, 0), ("registers", 1, 7), ("registers", 0, 1), ("registers", 0, 2)]
        assert stream.places() == registers
        assert stream.places("marks") == [("marks", 0, 3)]
        assert stream.hand_on({A: records(A, 3)}) == {}

    trial(tried)


def test_an_event_is_the_one_that_faust_makes() -> None:
    """With the same message; one acknowledgement is the last."""

    async def tried(stream: Stream) -> None:
        stream.hand_on({A: records(A, 0)})
        await stream.app.topics.on_message(stream.consumer._to_message(A, *records(A, 0)))  # noqa: SLF001 - Faust's way
        ours, its = stream.arrived()
        names = [name for name in its.message.__slots__ if name not in {"__weakref__", "span"}]
        assert [getattr(ours.message, name) for name in names] == [getattr(its.message, name) for name in names]
        assert (ours.key, ours.value, ours.headers) == (its.key, its.value, its.headers)

    trial(tried)


def _paused(stream: Stream) -> None:
    stream.consumer._active_partitions.discard(A)  # noqa: SLF001 - as Faust pauses it


def _suspended(stream: Stream) -> None:
    stream.app.flow_control.suspend()


def _stopped(stream: Stream) -> None:
    stream.consumer.flow_active = False


def _unassigned(stream: Stream) -> None:
    stream.app.topics._tp_index.clear()  # noqa: SLF001 - as Faust does first


@pytest.mark.parametrize("happens", [_paused, _suspended, _stopped, _unassigned])
def test_nothing_is_handed_on_while_it_must_not_be(happens: Callable[[Stream], None]) -> None:
    """Faust is given all of it, and does as ever."""

    async def tried(stream: Stream) -> None:
        happens(stream)
        assert stream.hand_on({A: records(A, 0, 1)}) == {A: [0, 1]}
        assert stream.places() == []
        assert stream.consumer._read_offset[A] is None  # noqa: SLF001 - what Faust looks at

    trial(tried)


@pytest.mark.parametrize("offsets", [(3, 4), (6, 7), (5, 7)])
def test_records_behind_a_gap_or_read_already_are_left_to_faust(offsets: tuple[int, ...]) -> None:
    """It notes the gap, or drops them; those of other partitions are handed on."""

    async def tried(stream: Stream) -> None:
        stream.hand_on({A: records(A, 2, 3, 4)})
        stream.arrived()
        assert stream.hand_on({A: records(A, *offsets), B: records(B, 1)}) == (
            {} if offsets[0] == 4 else {A: [*offsets]}
        )
        assert stream.places() == [("registers", 1, 1)]

    trial(tried)


def test_what_would_fill_the_queue_is_left_to_faust_in_order() -> None:
    """It stops fetching then, and waits for room."""

    async def tried(stream: Stream) -> None:
        room = stream.queues["registers"].pressure_high_size
        fetched = {A: records(A, *range(room)), B: records(B, *range(room))}
        left = stream.hand_on(fetched)
        assert stream.queues["registers"].qsize() == room
        assert left == {A: [*range(room // 2, room)], B: [*range(room // 2, room)]}
        read = stream.consumer._read_offset  # noqa: SLF001 - what Faust looks at
        assert (read[A], read[B]) == (room // 2 - 1, room // 2 - 1)

    trial(tried, max_events=10)
