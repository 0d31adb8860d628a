"""Delivery outside of transactions."""

from typing import Any, cast

import pytest
from confluent_kafka import KafkaError, KafkaException

from streams.errors import Undelivered
from streams.topology.courier import Courier, OnDelivery
from streams.topology.records import Record

LOST = KafkaError(KafkaError._MSG_TIMED_OUT, "not delivered")  # noqa: SLF001 - librdkafka's local errors have such names


class FakeProducer:
    """Has room for *room* records; delivers at `poll` and `flush`, the one with value *bad* not."""

    def __init__(self, room: int = 100, *, bad: bytes = b"bad", stuck: int = 0, error: KafkaError = LOST) -> None:
        self.room, self.bad, self.stuck, self.error = room, bad, stuck, error
        self.waiting: list[tuple[bytes, int, OnDelivery]] = []
        self.delivered: list[tuple[bytes, int]] = []

    def produce(self, topic: str, *, value: bytes, partition: int, on_delivery: OnDelivery, **_: object) -> None:
        if topic == "nowhere":
            raise KafkaException(KafkaError(KafkaError._UNKNOWN_TOPIC, "unknown"))  # noqa: SLF001 - likewise
        if len(self.waiting) >= self.room:
            raise BufferError
        self.waiting.append((value, partition, on_delivery))

    def poll(self, timeout: float) -> int:
        if timeout:
            self.flush(timeout)
        return 0

    def flush(self, _: float) -> int:
        for value, partition, told in self.waiting:
            told(self.error if value == self.bad else None, None)
            self.delivered.append((value, partition))
        self.waiting = []
        return self.stuck


def _deliver(producer: FakeProducer, *values: bytes, topic: str = "marks") -> int:
    records = [Record(topic, None, value, None, number) for number, value in enumerate(values)]
    return Courier(cast("Any", producer), 1.0).deliver(records)


def test_records_are_delivered_in_order_each_to_its_partition() -> None:
    """Also when there is room for only one at a time."""
    producer = FakeProducer(room=1)
    assert _deliver(producer, b"a", b"b", b"c") == 3
    assert producer.delivered == [(b"a", 0), (b"b", 1), (b"c", 2)]


@pytest.mark.parametrize(
    ("producer", "topic", "words"),
    [
        (FakeProducer(bad=b"b"), "marks", "not delivered"),
        (FakeProducer(stuck=2), "marks", "2 records were not taken within 1 s"),
        (FakeProducer(), "nowhere", "unknown"),
    ],
)
def test_one_record_that_is_not_taken_fails_the_delivery(producer: FakeProducer, topic: str, words: str) -> None:
    """With what Kafka said."""
    with pytest.raises(Undelivered, match=words):
        _deliver(producer, b"a", b"b", b"c", topic=topic)


def test_records_whose_time_was_over_are_delivered_once_more() -> None:
    """A process that was paused finds so when it wakes; marks may come twice."""
    producer = FakeProducer(bad=b"b")

    def awake(timeout: float) -> int:
        left = FakeProducer.flush(producer, timeout)
        producer.bad = b""
        return left

    producer.flush = awake  # type: ignore[method-assign] - from then on it takes everything
    assert _deliver(producer, b"a", b"b") == 2
    assert [value for value, _ in producer.delivered] == [b"a", b"b", b"a", b"b"]


def test_what_kafka_refuses_is_not_tried_again() -> None:
    """It would be refused again, and the worker must stop."""
    producer = FakeProducer(bad=b"b", error=KafkaError(KafkaError.MSG_SIZE_TOO_LARGE))
    with pytest.raises(Undelivered):
        _deliver(producer, b"a", b"b")
    assert len(producer.delivered) == 2


def test_a_record_without_a_partition_goes_by_its_key() -> None:
    """As librdkafka's partitioner says."""
    producer = FakeProducer()
    Courier(cast("Any", producer), 1.0).deliver([Record("dead", b"k", b"v")])
    assert producer.delivered == [(b"v", -1)]
