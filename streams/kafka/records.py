"""A record as it was read, without librdkafka's types, so that what handles it can be tried without Kafka."""

from dataclasses import dataclass
from typing import Self, cast

from confluent_kafka import KafkaException, Message

Headers = list[tuple[str, bytes]]


@dataclass(frozen=True, kw_only=True)
class Record:
    """One record. `timestamp_ms` is in milliseconds since 1970 (UTC), -1 where there is none."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: Headers

    @classmethod
    def of(cls, message: Message) -> Self:
        """Take what librdkafka handed over.

        Raises:
            KafkaException: it is an error, not a record.
        """
        if error := message.error():
            raise KafkaException(error)
        return cls(
            topic=message.topic() or "",
            partition=_number(message.partition()),
            offset=_number(message.offset()),
            timestamp_ms=message.timestamp()[1],
            key=message.key(),
            value=message.value(),
            headers=cast("Headers", message.headers() or []),  # librdkafka gives pairs; only its types allow more
        )


def _number(value: int | None) -> int:
    """A record has a place; only librdkafka's types say that it may have none."""
    return -1 if value is None else value
