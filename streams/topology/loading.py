"""Reading the changelog of newly assigned partitions to its end, by librdkafka, and checking that it fits the marks."""

from collections.abc import Callable
from dataclasses import dataclass, field

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

from streams.errors import Undelivered
from streams.topology.engine import LedgersLike
from streams.topology.offsets import Offsets
from streams.topology.plan import Plan
from streams.topology.position import POSITION_KEY, Position, Source, check, decode_position

_AT_ONCE = 5_000  # records a call
_EOF = KafkaError._PARTITION_EOF  # noqa: SLF001 - librdkafka's local errors have such names


@dataclass
class Loaded:
    """The ledgers of one partition as its changelog has them, and the position beside them."""

    ledgers: LedgersLike
    position: Position | None = None
    topic_id: str = ""


@dataclass
class Loader:
    """Fills ledgers from the changelog. Blocking: call it in a thread. `cancelled` is asked between reads."""

    plan: Plan
    consumer: Consumer
    offsets: Offsets
    new_ledgers: Callable[[], LedgersLike]
    stored_form: int
    cancelled: Callable[[], bool]
    patience: float = field(default=30.0)  # s without a record

    def load(self, partitions: set[int]) -> dict[int, Loaded]:
        """Load *partitions*; none where cancelled.

        Raises:
            PositionLost, StoredFormUnknown: the ledgers do not fit.
            Undelivered: Kafka does not answer.
        """
        loaded = {partition: Loaded(self.new_ledgers()) for partition in partitions}
        try:
            if not self._read(loaded):
                return {}
            self._check(loaded)
        except KafkaException as error:
            raise Undelivered(f"the changelog cannot be read: {error.args[0].str()}") from error
        return loaded

    def _read(self, loaded: dict[int, Loaded]) -> bool:
        topic = self.plan.topics.changelog
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

    def _check(self, loaded: dict[int, Loaded]) -> None:
        marks = self.plan.topics.marks
        topic_id, partitions = self.offsets.topic(marks)
        first, end = self.offsets.first(marks, loaded), self.offsets.end(marks, loaded)
        committed = self._committed(marks, loaded)
        for partition, found in loaded.items():
            found.topic_id = topic_id
            source = Source(
                topic=marks,
                partition=partition,
                topic_id=topic_id,
                partitions=partitions,
                first=first[partition],
                end=end[partition],
                committed=committed[partition],
                stored_form=self.stored_form,
            )
            check(found.position, source)

    def _committed(self, topic: str, partitions: dict[int, Loaded]) -> dict[int, int | None]:
        asked = [TopicPartition(topic, partition) for partition in partitions]
        answers = self.consumer.committed(asked, timeout=self.patience)
        return {answer.partition: answer.offset if answer.offset >= 0 else None for answer in answers}


def _take(message: Message, loaded: dict[int, Loaded], reading: set[int]) -> None:
    error, partition = message.error(), message.partition()
    assert partition is not None  # noqa: S101 - every record and every end of a partition has one
    if error is not None:
        if error.code() != _EOF:
            raise KafkaException(error)
        reading.discard(partition)
        return
    key = message.key() or b""
    if key == POSITION_KEY:
        loaded[partition].position = decode_position(message.value())
    else:
        loaded[partition].ledgers.load(key, message.value())
