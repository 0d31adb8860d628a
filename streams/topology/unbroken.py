"""Knowing a hole in what was delivered from offsets that hold no record.

`marks` has no such offsets, and every one of them counts by the position beside the ledgers. `registers` may have: who
sends in transactions leaves markers, and old records go by age. So where an offset is passed over, or where a partition
begins for this worker, Kafka is asked what comes first there.
"""

from asyncio import get_running_loop
from collections.abc import Callable, Iterable
from concurrent.futures import Executor

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from streams.errors import PositionLost, Undelivered
from streams.kafka.moving import once_more
from streams.topology.event import Event

First = Callable[[str, int, int], int]


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
        for event in events:
            message = event.message
            place = message.topic, message.partition
            due = self._next.get(place)
            if due is None or message.offset > due:
                due = await get_running_loop().run_in_executor(self._pool, self._first, *place, due or 0)
            if message.offset > due:
                where = f"partition {message.partition} of {message.topic}"
                raise PositionLost(f"{where} went on at {message.offset}, and {due} was due")
            self._next[place] = max(due, message.offset + 1)


class FirstRecord:
    """Asks Kafka. *make* gives a consumer with the worker's group, that reads everything and says where it ends."""

    def __init__(self, make: Callable[[], Consumer], timeout: float) -> None:
        self._make = make
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
        with self._make() as consumer:
            (committed,) = consumer.committed([TopicPartition(topic, partition)], timeout=self._timeout)
            consumer.assign([TopicPartition(topic, partition, max(offset, committed.offset, 0))])
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
