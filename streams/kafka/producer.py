"""The one producer outside the worker: idempotent, acks=all, every delivery counted."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from streams.errors import Undelivered
from streams.kafka.clients import producer
from streams.kafka.records import Headers
from streams.settings import Settings

_ROOM_WAIT = 0.1  # s


@dataclass
class Deliveries:
    """What became of the records: how many Kafka took, and which it did not, each with why."""

    delivered: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)


class Sender:
    """Sends records. Fails only by `deliveries` while sending, and by `Undelivered` at the end.

    Times: a record not delivered within `message_timeout` has failed.
    """

    def __init__(self, settings: Settings, make: Callable[[dict[str, Any]], Producer] = Producer) -> None:
        self.deliveries = Deliveries()
        self._producer = make(producer(settings))
        self._longest_wait = settings.message_timeout + 5

    def send(
        self,
        topic: str,
        value: bytes,
        *,
        key: bytes | None,
        headers: Headers,
        name: str,
        timestamp_ms: int = 0,
        partition: int = -1,
    ) -> None:
        """Queue one record, waiting for room where the queue is full; *name* says which it was, should it fail.

        *timestamp_ms* (since 1970; 0 for now) counts where the topic does not take the broker's own time; *partition*
        -1 is by the key.
        """
        record = {
            "value": value,
            "key": key,
            "headers": list(headers),
            "timestamp": timestamp_ms,
            "partition": partition,
        }
        while not self._queued(topic, record, name):
            self._producer.poll(_ROOM_WAIT)
        self._producer.poll(0)

    def flush(self) -> None:
        """Wait for every delivery.

        Raises:
            Undelivered: a record was not delivered; the message names the first.
        """
        waiting = self._producer.flush(self._longest_wait)
        failures = self.deliveries.failures
        if waiting:
            raise Undelivered(f"{waiting} records: no word of them within {self._longest_wait:g} s")
        if failures:
            raise Undelivered(f"{len(failures)} not delivered; the first: {failures[0][0]}: {failures[0][1]}")

    def _queued(self, topic: str, record: dict[str, Any], name: str) -> bool:
        try:
            self._producer.produce(topic, **record, on_delivery=lambda error, _: self._count(name, error))
        except BufferError:
            return False
        except KafkaException as error:  # too large for the producer, say
            self._count(name, error.args[0])
        return True

    def _count(self, name: str, error: KafkaError | None, _: Message | None = None) -> None:
        if error is None:
            self.deliveries.delivered += 1
        else:
            self.deliveries.failures.append((name, error.str()))
