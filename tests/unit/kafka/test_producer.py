"""Deliveries are counted, failures named."""

from collections.abc import Callable
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException

from streams.errors import Undelivered
from streams.kafka.producer import Sender
from streams.kafka.records import Headers
from streams.settings import Settings

OnDelivery = Callable[[KafkaError | None, None], None]


class _Pretend:
    """Stands where librdkafka's producer does: a queue of two records, delivered when polled."""

    def __init__(self, outcomes: dict[bytes, int]) -> None:
        self.outcomes = outcomes
        self.queue: list[Any] = []
        self.written: list[bytes] = []
        self.stamps: list[int] = []
        self.stuck = False

    def produce(
        self, _topic: str, *, value: bytes, headers: Headers, timestamp: int, on_delivery: OnDelivery, **_: object
    ) -> None:
        if value == b"huge":
            raise KafkaException(KafkaError(KafkaError.MSG_SIZE_TOO_LARGE))
        if len(self.queue) == 2:
            raise BufferError
        assert headers == [("a", b"b")]
        self.stamps.append(timestamp)
        self.queue.append((value, on_delivery))

    def poll(self, wait: float) -> None:
        if wait:
            self.flush(wait)

    def flush(self, _wait: float) -> int:
        if self.stuck:
            return len(self.queue)
        for value, on_delivery in self.queue:
            code = self.outcomes.get(value)
            if code is None:
                self.written.append(value)
            on_delivery(KafkaError(code) if code is not None else None, None)
        self.queue.clear()
        return 0


def _send(sender: Sender, *values: bytes) -> None:
    for value in values:
        sender.send("registers", value, key=b"", headers=[("a", b"b")], name=value.decode())


def _made(pretend: _Pretend) -> Sender:
    return Sender(Settings(), lambda _: pretend)  # type: ignore[arg-type,return-value] # as good as one


def test_a_full_queue_is_waited_for_and_order_is_kept() -> None:
    """Nothing is dropped where there is no room, and all are counted."""
    pretend = _Pretend({})
    sender = _made(pretend)
    _send(sender, b"1", b"2", b"3", b"4", b"5")
    sender.flush()
    assert pretend.written == [b"1", b"2", b"3", b"4", b"5"]
    assert sender.deliveries.delivered == 5


def test_what_kafka_does_not_take_is_raised_at_the_end_and_named() -> None:
    """A failed delivery and one that is too large to queue; the others are delivered all the same."""
    sender = _made(_Pretend({b"2": KafkaError.MSG_SIZE_TOO_LARGE}))
    _send(sender, b"1", b"huge", b"2", b"3")
    with pytest.raises(Undelivered, match="2 not delivered; the first: huge"):
        sender.flush()
    assert sender.deliveries.delivered == 2
    assert [name for name, _ in sender.deliveries.failures] == ["huge", "2"]


def test_a_record_without_word_is_not_taken_for_delivered() -> None:
    """Where flush comes back with records left, that is an error."""
    pretend = _Pretend({})
    sender = _made(pretend)
    _send(sender, b"1")
    pretend.stuck = True
    with pytest.raises(Undelivered, match="1 records: no word of them"):
        sender.flush()


def test_records_go_where_faust_and_java_look_for_them() -> None:
    """The producer is idempotent, waits for all replicas, and partitions as they do."""
    made: list[dict[str, Any]] = []
    Sender(Settings(), made.append)  # type: ignore[arg-type] # nothing is sent
    assert made[0]["partitioner"] == "murmur2_random"
    assert made[0]["enable.idempotence"] is True
    assert made[0]["max.in.flight"] == 1
    assert made[0]["acks"] == "all"


def test_a_record_carries_the_time_it_is_given_and_else_that_of_sending() -> None:
    """0 is librdkafka's word for now."""
    pretend = _Pretend({})
    sender = _made(pretend)
    sender.send("registers", b"1", key=b"", headers=[("a", b"b")], name="1")
    sender.send("registers", b"2", key=b"", headers=[("a", b"b")], name="2", timestamp_ms=1_757_400_000_000)
    assert pretend.stamps == [0, 1_757_400_000_000]
