"""Reading a topic without a group: from its beginning or from now on, for eyes and tests; nothing is committed."""

from collections.abc import Iterator
from threading import Event
from typing import Literal, Self

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

from streams.errors import FirstbellError, WrongTopics
from streams.kafka.admin import unreachable
from streams.kafka.clients import CLIENT_ID, consumer
from streams.kafka.moving import patient
from streams.kafka.records import Record
from streams.settings import Settings

_AT_ONCE = 500  # records
_WAIT = 0.1  # s


class Reader:
    """Reads all partitions of one topic, committed records only, in order within each partition.

    Where it begins is settled when it is made: what is written after that is read, however late reading starts.

    Raises (when made):
        Unreachable: Kafka does not answer. WrongTopics: there is no such topic.
    """

    def __init__(
        self,
        settings: Settings,
        topic: str,
        *,
        begin: Literal["beginning", "now"] = "beginning",
    ) -> None:
        self._timeout = settings.request_timeout
        self._bootstrap = settings.bootstrap
        self._topic = topic
        self._consumer = Consumer(consumer(settings, f"{CLIENT_ID}-reader") | {"enable.partition.eof": True})
        try:
            self._ends: set[int] = set()
            self._places = self._settle(begin)
            self._consumer.assign(self._places)
        except BaseException:
            self._consumer.close()
            raise

    def until(self, stop: Event, idle: float | None = None) -> Iterator[Record]:
        """Give records as they come until *stop* is set, or for *idle* seconds none came."""
        quiet = 0.0
        while not stop.is_set() and (idle is None or quiet < idle):
            records = self._next()
            quiet = 0.0 if records else quiet + _WAIT
            yield from records

    def to_end(self) -> Iterator[Record]:
        """Give what there is, up to the end of every partition as it is when that is reached."""
        while len(self._ends) < len(self._places):
            yield from self._next()

    def close(self) -> None:
        """Let go of the connection."""
        self._consumer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _next(self) -> list[Record]:
        # `consume` waits for as many as it is asked for: so wait for one, and take what else is there.
        first = self._consumer.poll(_WAIT)
        # A message is as true as its value is long: a tombstone is false.
        messages = [] if first is None else [first, *self._consumer.consume(_AT_ONCE, 0)]
        return [record for message in messages if (record := self._record(message))]

    def _record(self, message: Message) -> Record | None:
        error = message.error()
        if error is None:
            return Record.of(message)
        if error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001 - the name that confluent-kafka's manual gives
            raise FirstbellError(f"reading {self._topic}: {error.str()}")
        self._ends.add(message.partition() or 0)
        return None

    def _settle(self, begin: str) -> list[TopicPartition]:
        try:
            found = self._consumer.list_topics(self._topic, timeout=self._timeout).topics[self._topic]
            if not found.partitions:
                raise WrongTopics(f"there is no topic {self._topic}; make the topics by: firstbell topics create")
            return [patient(self._timeout)(self._place, partition, begin) for partition in found.partitions]
        except KafkaException as error:
            raise unreachable(self._bootstrap, error) from None

    def _place(self, partition: int, begin: str) -> TopicPartition:
        if begin == "beginning":
            return TopicPartition(self._topic, partition, OFFSET_BEGINNING)
        ends = self._consumer.get_watermark_offsets(TopicPartition(self._topic, partition), timeout=self._timeout)
        if ends is None:
            raise unreachable(self._bootstrap, TimeoutError())
        return TopicPartition(self._topic, partition, ends[1])
