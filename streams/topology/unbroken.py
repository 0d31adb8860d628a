"""Knowing a hole in what was delivered from offsets that hold no record.

`marks` has no such offsets, and every one of them counts by the position beside the ledgers. `registers` may have: who
sends in transactions leaves markers, and old records go by age. So where an offset is passed over, or where a partition
begins for this worker, Kafka is asked what comes first there.
"""

from asyncio import gather, get_running_loop
from collections.abc import Callable, Iterable
from concurrent.futures import Executor

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from streams.errors import PositionLost, Undelivered
from streams.kafka.moving import once_more
from streams.topology.event import Event

First = Callable[[str, int, int], int]
Committed = Callable[[str, Iterable[int]], dict[int, int | None]]


class Unbroken:
    """Follows the offsets of one stage. `first(topic, partition, offset)` blocks; see `FirstRecord`."""

    def __init__(self, first: First, pool: Executor) -> None:
        self._first = first
        self._pool = pool
        self._next: dict[tuple[str, int], int] = {}

    async def check(self, events: list[Event]) -> None:
        """Check that nothing was passed over between what came before and *events*, nor among them.

        Raises:
            PositionLost: something was. Undelivered: Kafka does not answer.
        """
        await self._begin(events)
        for event in events:
            message = event.message
            place = message.topic, message.partition
            due = self._next[place]
            if message.offset > due:
                due = await self._ask(place, due)
            if message.offset > due:
                where = f"partition {message.partition} of {message.topic}"
                raise PositionLost(f"{where} went on at {message.offset}, and {due} was due")
            self._next[place] = max(due, message.offset + 1)

    async def _begin(self, events: list[Event]) -> None:
        """Ask about places that are new, or gone on without us: side by side, since each answer takes a while."""
        firsts: dict[tuple[str, int], int] = {}
        for event in events:
            firsts.setdefault((event.message.topic, event.message.partition), event.message.offset)
        asked = [place for place, offset in firsts.items() if offset > self._next.get(place, -1)]
        dues = await gather(*(self._ask(place, self._next.get(place, 0)) for place in asked))
        self._next |= zip(asked, dues, strict=True)

    async def _ask(self, place: tuple[str, int], offset: int) -> int:
        return await get_running_loop().run_in_executor(self._pool, self._first, *place, offset)


class FirstRecord:
    """Asks Kafka. *make* gives a consumer that reads everything and says where it ends.

    *committed* gives what the worker's group has committed of a topic's partitions, None where it has nothing.
    """

    def __init__(self, make: Callable[[], Consumer], committed: Committed, timeout: float) -> None:
        self._make = make
        self._committed = committed
        self._timeout = timeout

    def __call__(self, topic: str, partition: int, offset: int) -> int:
        """Give the offset of the first record at or after *offset*, and after what the group has committed.

        Where there is none, the end of the partition.

        Raises:
            Undelivered: Kafka does not answer.
        """
        try:
            return once_more()(self._ask, topic, partition, offset)
        except KafkaException as error:
            raise Undelivered(f"{topic} cannot be read: {error.args[0].str()}") from error

    def _ask(self, topic: str, partition: int, offset: int) -> int:
        # A consumer that was asked for anything before it is given a partition waits a second for who leads that.
        offset = max(offset, self._committed(topic, [partition])[partition] or 0)
        with self._make() as consumer:
            consumer.assign([TopicPartition(topic, partition, offset)])
            return self._read(consumer)

    def _read(self, consumer: Consumer) -> int:
        message = consumer.poll(self._timeout)
        error = KafkaError(KafkaError._TIMED_OUT) if message is None else message.error()  # noqa: SLF001 - librdkafka's name
        if message is None or (error and error.code() != KafkaError._PARTITION_EOF):  # noqa: SLF001 - likewise
            raise KafkaException(error)
        return message.offset() or 0


class Behind:
    """Tells in which partitions of *topic* records wait. It blocks."""

    def __init__(self, topic: str, ends: Callable[[str, Iterable[int]], dict[int, int]], first: First) -> None:
        self._topic = topic
        self._ends = ends
        self._first = first
        self._seen: dict[int, tuple[int, int]] = {}

    def __call__(self, wanted: dict[int, int]) -> set[int]:
        """Give the partitions in which a record waits at or after the offset *wanted* of each.

        Raises:
            Undelivered: Kafka does not answer.
        """
        ends = self._ends(self._topic, wanted)
        return {partition for partition, offset in wanted.items() if self._waits(partition, offset, ends[partition])}

    def _waits(self, partition: int, offset: int, end: int) -> bool:
        """Where nothing has moved since the last time, offsets before the end may hold no record: ask."""
        seen, self._seen[partition] = self._seen.get(partition), (offset, end)
        if offset >= end:
            return False
        return seen != (offset, end) or self._first(self._topic, partition, offset) < end
