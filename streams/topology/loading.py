"""Reading the changelog of newly assigned partitions to its end, by librdkafka, and checking that it fits."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Generic

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

from streams.errors import Undelivered
from streams.topology.engine import State
from streams.topology.giving_back import give_back
from streams.topology.offsets import Offsets
from streams.topology.plan import Table
from streams.topology.position import POSITION_KEY, Position, Source, check, decode_position

_AT_ONCE = 5_000  # records a call
_WAIT = 0.1  # s for so many; the last call of a load takes as long
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
            take = partial(_take, loaded)
            if not read_to_end(
                self.consumer, self.table.changelog, loaded, take, patience=self.patience, cancelled=self.cancelled
            ):
                return {}
            give_back()
            self._check(loaded)
        except KafkaException as error:
            raise Undelivered(f"the changelog cannot be read: {error.args[0].str()}") from error
        return loaded

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


def read_to_end(
    consumer: Consumer,
    topic: str,
    partitions: Iterable[int],
    take: Callable[[Message], None],
    *,
    patience: float,
    cancelled: Callable[[], bool] = lambda: False,
) -> bool:
    """Give *take* every record of *partitions*; tell whether their ends were reached, and not *cancelled* before.

    Raises:
        Undelivered: for *patience* seconds there was no record. KafkaException: Kafka refuses.
    """
    reading, idle = set(partitions), 0.0
    consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in reading])
    while reading:
        if cancelled():
            return False
        messages = consumer.consume(_AT_ONCE, timeout=_WAIT)
        idle = 0.0 if messages else idle + _WAIT
        if idle > patience:
            raise Undelivered(f"the changelog gave no record for {patience:g} s")
        for message in messages:
            error = message.error()
            if error is None:
                take(message)
            elif error.code() != _EOF:
                raise KafkaException(error)
            else:
                reading.discard(message.partition() or 0)
    return True


def _take(loaded: dict[int, Loaded[State]], message: Message) -> None:
    partition, key = message.partition() or 0, message.key() or b""
    if key == POSITION_KEY:
        # Taken away where a rebuild has begun: then there is none until it has ended.
        value = message.value()
        loaded[partition].position = None if value is None else decode_position(value)
    else:
        loaded[partition].state.load(key, message.value())
