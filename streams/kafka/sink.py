"""The one loop that every consumer of Firstbell's topics uses: poll a batch, handle it, then commit.

1. poll   wait for a committed record, at most `wait`; take what has come with it, up to `batch`
2. cut    where the batch is full, leave for the next one what may go on there: the last records of one key
3. handle the caller's function writes them wherever they belong, and returns when they are there
4. commit their offsets, so that a crash before this hands them over again: handling twice must be harmless

What one comparison of a pupil brings is written together, record after record, and so is handled together.
"""

from collections.abc import Callable, Sequence
from threading import Event
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from streams.errors import FirstbellError
from streams.kafka.clients import consumer
from streams.kafka.records import Record
from streams.settings import Settings

Handle = Callable[[list[Record]], None]

_TOGETHER = (
    0.002  # s: what was written together comes in pieces; `consume` waits so long for as many as it is asked for
)

# The partition went to another member meanwhile, which will be handed the same records again.
_LOST = {
    KafkaError.ILLEGAL_GENERATION,
    KafkaError.UNKNOWN_MEMBER_ID,
    KafkaError.REBALANCE_IN_PROGRESS,
    KafkaError._NO_OFFSET,  # noqa: SLF001 - the name that confluent-kafka's manual gives
}


class Sink:
    """Reads *topics* as the consumer group *group* and gives batches of records to *handle*.

    batch: most records handled at once. wait: seconds to wait for a record before `stop` is looked at again; once there
    is one, hardly anything is waited for, and batches grow by themselves while their handling is slow.
    """

    def __init__(
        self,
        settings: Settings,
        topics: list[str],
        group: str,
        handle: Handle,
        *,
        batch: int = 500,
        wait: float = 0.2,
        make: Callable[[dict[str, Any]], Consumer] = Consumer,
    ) -> None:
        self._handle = handle
        self._topics = topics
        self._batch = batch
        self._wait = wait
        self._consumer = make(consumer(settings, group))
        self._left: list[Record] = []

    def run(self, stop: Event) -> None:
        """Go on until *stop* is set: the batch in hand is handled and committed first, then the group left.

        Raises:
            FirstbellError: Kafka failed. Whatever *handle* raises comes through, with nothing of its batch committed.
        """
        self._consumer.subscribe(self._topics, on_revoke=self._forget)
        try:
            while not stop.is_set():
                self._step()
        except KafkaException as error:
            raise FirstbellError(f"reading {', '.join(self._topics)}: {error.args[0].str()}") from error
        finally:
            self._consumer.close()

    def _step(self) -> None:
        new = self._next()  # in which partitions may go, and what is left of them
        records = [*self._left, *new]
        whole, self._left = cut(records) if len(records) >= self._batch else (records, [])
        if whole:
            self._handle(whole)
            self._commit(whole)

    def _forget(self, _consumer: Consumer, _partitions: list[TopicPartition]) -> None:
        """Leave to whoever has the partitions next what was not handled: it is handed over again."""
        self._left = []

    def _next(self) -> list[Record]:
        first = self._consumer.poll(_TOGETHER if self._left else self._wait)
        if first is None:
            return []
        messages = [first, *self._consumer.consume(self._batch - 1, _TOGETHER)]
        return [Record.of(message) for message in messages]

    def _commit(self, records: Sequence[Record]) -> None:
        behind = {(record.topic, record.partition): record.offset + 1 for record in records}
        offsets = [TopicPartition(*place, offset) for place, offset in behind.items()]
        try:
            self._consumer.commit(offsets=offsets, asynchronous=False)
        except KafkaException as error:
            if error.args[0].code() not in _LOST:
                raise


def cut(records: list[Record]) -> tuple[list[Record], list[Record]]:
    """Part *records* into those to be handled, and those of each partition's last key, after which more may come.

    Where one key is all there is, all are handled.
    """
    last = {(record.topic, record.partition): record.key for record in records}
    ended: set[tuple[str, int]] = set()  # partitions in which another key came, going back
    whole: list[Record] = []
    left: list[Record] = []
    for record in reversed(records):
        place = record.topic, record.partition
        if record.key != last[place]:
            ended.add(place)
        (whole if place in ended else left).append(record)
    return (whole[::-1], left[::-1]) if whole else (records, [])
