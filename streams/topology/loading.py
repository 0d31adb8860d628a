"""Reading the changelog of newly assigned partitions to its end, by librdkafka, and checking that it fits."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

from streams.errors import Undelivered
from streams.topology.engine import State
from streams.topology.offsets import Offsets
from streams.topology.plan import Table
from streams.topology.position import POSITION_KEY, Position, Source, check, decode_position

_AT_ONCE = 5_000  # records a call
_EOF = KafkaError._PARTITION_EOF  # noqa: SLF001 - librdkafka's local errors have such names


@dataclass
class Loaded(Generic[State]):
    """One partition of a table as its changelog has it, and the position beside it."""

    state: State
    position: Position | None = None
    topic_id: str = ""
    changelog_id: str = ""


@dataclass
class Loader(Generic[State]):
    """Fills partitions of *table* from its changelog. Blocking: call it in a thread.

    `cancelled` is asked between reads.
    """

    table: Table
    consumer: Consumer
    offsets: Offsets
    new_state: Callable[[], State]
    stored_form: int
    cancelled: Callable[[], bool]
    patience: float = field(default=30.0)  # s without a record

    def load(self, partitions: set[int]) -> dict[int, Loaded[State]]:
        """Load *partitions*; none where cancelled.

        Raises:
            PositionLost, StoredFormUnknown: they do not fit.
            Undelivered: Kafka does not answer.
        """
        loaded = {partition: Loaded(self.new_state()) for partition in partitions}
        try:
            if not self._read(loaded):
                return {}
            self._check(loaded)
        except KafkaException as error:
            raise Undelivered(f"the changelog cannot be read: {error.args[0].str()}") from error
        return loaded

    def _read(self, loaded: dict[int, Loaded[State]]) -> bool:
        topic = self.table.changelog
        self.consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in loaded])
        reading, idle = set(loaded), 0.0
        while reading:
            if self.cancelled():
                return False
            messages = self.consumer.consume(_AT_ONCE, timeout=0.5)
            idle = 0.0 if messages else idle + 0.5
            if idle > self.patience:
                raise Undelivered(f"the changelog gave no record for {self.patience:g} s")
            for message in messages:
                _take(message, loaded, reading)
        return True

    def _check(self, loaded: dict[int, Loaded[State]]) -> None:
        topic = self.table.source
        topic_id, partitions = self.offsets.topic(topic)
        changelog_id, _ = self.offsets.topic(self.table.changelog)
        first, end = self.offsets.first(topic, loaded), self.offsets.end(topic, loaded)
        committed = self._committed(topic, loaded)
        for partition, found in loaded.items():
            found.topic_id, found.changelog_id = topic_id, changelog_id
            source = Source(
                table=self.table.name,
                topic=topic,
                partition=partition,
                topic_id=topic_id,
                partitions=partitions,
                first=first[partition],
                end=end[partition],
                committed=committed[partition],
                stored_form=self.stored_form,
                changelog_id=changelog_id,
            )
            check(found.position, source)

    def _committed(self, topic: str, partitions: Iterable[int]) -> dict[int, int | None]:
        asked = [TopicPartition(topic, partition) for partition in partitions]
        answers = self.consumer.committed(asked, timeout=self.patience)
        return {answer.partition: answer.offset if answer.offset >= 0 else None for answer in answers}


def _take(message: Message, loaded: dict[int, Loaded[State]], reading: set[int]) -> None:
    error, partition = message.error(), message.partition()
    assert partition is not None  # noqa: S101 - every record and every end of a partition has one
    if error is not None:
        if error.code() != _EOF:
            raise KafkaException(error)
        reading.discard(partition)
        return
    key = message.key() or b""
    if key == POSITION_KEY:
        # Taken away where a rebuild has begun: then there is none until it has ended.
        value = message.value()
        loaded[partition].position = None if value is None else decode_position(value)
    else:
        loaded[partition].state.load(key, message.value())
