"""Reading one record by its place."""

from typing import Self

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from streams.errors import FirstbellError
from streams.kafka.admin import unreachable
from streams.kafka.clients import CLIENT_ID, consumer
from streams.kafka.records import Record
from streams.settings import Settings

_GONE = {KafkaError.OFFSET_OUT_OF_RANGE, KafkaError._AUTO_OFFSET_RESET}  # noqa: SLF001 - librdkafka's name
_NOWHERE = {KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC, KafkaError._UNKNOWN_PARTITION}  # noqa: SLF001 - likewise


class Seeker:
    """Reads records here and there; remembers the last one, since the marks of a register come one after the other."""

    def __init__(self, settings: Settings) -> None:
        self._timeout = settings.request_timeout
        self._bootstrap = settings.bootstrap
        config = consumer(settings, f"{CLIENT_ID}-seeker")
        # `error`: an offset that is gone must not lead to another record; one at a time, so nothing fetched ahead.
        self._consumer = Consumer(config | {"enable.partition.eof": True, "auto.offset.reset": "error"})
        self._last: tuple[tuple[str, int, int], Record | None] | None = None

    def at(self, topic: str, partition: int, offset: int) -> Record | None:
        """Give the record at *offset*, or None where the topic does not have it (any more).

        Raises:
            Unreachable: Kafka does not answer. FirstbellError: it will not give it.
        """
        where = topic, partition, offset
        if self._last is None or self._last[0] != where:
            self._last = where, self._read(where)
        return self._last[1]

    def _read(self, where: tuple[str, int, int]) -> Record | None:
        self._consumer.assign([TopicPartition(*where)])
        message = self._consumer.poll(self._timeout)
        if message is None:
            raise unreachable(self._bootstrap, TimeoutError())
        error = message.error()
        if error is None:
            return Record.of(message) if message.offset() == where[2] else None
        if error.code() in _GONE | _NOWHERE | {KafkaError._PARTITION_EOF}:  # noqa: SLF001 - likewise
            return None
        raise FirstbellError(f"reading {where[0]}: {error.str()}") from KafkaException(error)

    def close(self) -> None:
        """Let go of the connection."""
        self._consumer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
