"""Delivering records outside of transactions: handed over, flushed, counted."""

from collections.abc import Callable, Iterable

from confluent_kafka import KafkaError, KafkaException, Producer

from streams.errors import Undelivered
from streams.topology.records import Record

OnDelivery = Callable[[KafkaError | None, object], None]
_BY_KEY = -1  # librdkafka's name for: let the partitioner choose
_TIMED_OUT = KafkaError._MSG_TIMED_OUT  # noqa: SLF001 - librdkafka's local errors have such names
_POLL_EVERY = 256  # records: how often answers are fetched in between


def hand_over(producer: Producer, records: Iterable[Record], on_delivery: OnDelivery | None = None) -> int:
    """Give *records* to librdkafka in order, waiting while its queue is full; return how many.

    Raises:
        KafkaException: one cannot be sent at all.
    """
    count = 0
    for record in records:
        while not _handed(producer, record, on_delivery):
            producer.poll(0.1)
        count += 1
        if count % _POLL_EVERY == 0:
            producer.poll(0)
    return count


def _handed(producer: Producer, record: Record, on_delivery: OnDelivery | None) -> bool:
    """Give one record to librdkafka; tell whether its queue had room."""
    try:
        producer.produce(
            record.topic,
            value=record.value,
            key=record.key,
            headers=record.headers,
            partition=_BY_KEY if record.partition is None else record.partition,
            on_delivery=on_delivery,
        )
    except BufferError:
        return False
    return True


class _TimedOutError(Undelivered):
    """A record's time was over before Kafka had taken it."""


class Courier:
    """An idempotent producer that waits until Kafka has taken everything. Blocking: call it in one thread at a time."""

    def __init__(self, producer: Producer, timeout: float) -> None:
        self._producer = producer
        self._timeout = timeout  # s; above the producer's own, which ends first and says more
        self._failed: KafkaError | None = None

    def deliver(self, records: list[Record]) -> int:
        """Deliver *records* in order and return how many; where their time was over, once more from the first.

        A process that was paused finds so when it wakes. Whoever reads them must bear to read one twice.

        Raises:
            Undelivered: Kafka did not take one of them. Others may have gone out.
        """
        try:
            return self._deliver(records)
        except _TimedOutError:
            return self._deliver(records)

    def _deliver(self, records: list[Record]) -> int:
        self._failed = None
        try:
            count = hand_over(self._producer, records, self._on_delivery)
        except KafkaException as error:
            raise Undelivered(str(error)) from error
        left = self._producer.flush(self._timeout)
        if left or self._failed:
            kind = _TimedOutError if self._failed and self._failed.code() == _TIMED_OUT else Undelivered
            raise kind(f"{self._failed or f'{left} records were not taken within {self._timeout:g} s'}")
        return count

    def reach(self, topic: str, timeout: float) -> None:
        """Ask the broker something.

        Raises:
            KafkaException: it does not answer within *timeout* seconds.
        """
        self._producer.list_topics(topic, timeout=timeout)

    def _on_delivery(self, error: KafkaError | None, _message: object) -> None:
        self._failed = self._failed or error
