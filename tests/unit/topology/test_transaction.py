"""What a partition's writer makes of librdkafka's answers."""

from typing import Any, cast

import pytest
from confluent_kafka import KafkaError, KafkaException

from streams.errors import Undelivered
from streams.topology.records import Record
from streams.topology.transaction import FencedError, PartitionWriter

RECORD = Record("alerts", b"k", b"v")
FENCED = KafkaError(KafkaError._FENCED, "fenced")  # noqa: SLF001 - librdkafka's local errors have such names
FATAL = KafkaError(KafkaError._FATAL, "fatal")  # noqa: SLF001 - likewise
TIMED_OUT = KafkaError(KafkaError._TIMED_OUT, "timed out", retriable=True)  # noqa: SLF001 - likewise
LOST = KafkaError(KafkaError._MSG_TIMED_OUT, "not delivered", txn_requires_abort=True)  # noqa: SLF001 - likewise


class FakeProducer:
    """Answers each call by the next of its errors, or well."""

    def __init__(self, **errors: list[KafkaError | None]) -> None:
        self.errors = errors
        self.calls: list[str] = []

    def _call(self, name: str) -> None:
        self.calls.append(name)
        waiting = self.errors.get(name, [])
        if waiting and (error := waiting.pop(0)):
            raise KafkaException(error)

    def begin_transaction(self) -> None:
        self._call("begin")

    def produce(self, *_: object, **__: object) -> None:
        self._call("produce")

    def poll(self, _: float) -> int:
        return 0

    def commit_transaction(self, _: float) -> None:
        self._call("commit")

    def abort_transaction(self, _: float) -> None:
        self._call("abort")

    def close(self) -> None:
        self._call("close")


def _write(producer: FakeProducer) -> PartitionWriter:
    writer = PartitionWriter(cast("Any", producer), 1.0)
    writer.write([RECORD])
    return writer


def test_begin_produce_commit() -> None:
    """In that order, and closed in form at the end."""
    producer = FakeProducer()
    _write(producer).close()
    assert producer.calls == ["begin", "produce", "commit", "close"]


@pytest.mark.parametrize(
    "producer",
    [
        FakeProducer(commit=[FENCED]),
        FakeProducer(begin=[FENCED]),
        FakeProducer(produce=[FATAL], abort=[FENCED]),
    ],
)
def test_fenced_is_told_apart_wherever_it_shows(producer: FakeProducer) -> None:
    """After a fatal error `produce` says only that there was one; aborting says which."""
    with pytest.raises(FencedError):
        _write(producer)


def test_any_other_failure_is_aborted_so_that_readers_need_not_wait() -> None:
    """And told in librdkafka's words."""
    producer = FakeProducer(commit=[LOST])
    with pytest.raises(Undelivered, match="not delivered") as raised:
        _write(producer)
    assert not isinstance(raised.value, FencedError)
    assert producer.calls[-1] == "abort"


def test_a_commit_that_ran_out_of_time_is_asked_for_once_more() -> None:
    """A process that slept finds its time over; the answer may be there."""
    producer = FakeProducer(commit=[TIMED_OUT])
    _write(producer)
    assert producer.calls == ["begin", "produce", "commit", "commit"]
    with pytest.raises(Undelivered):
        _write(FakeProducer(commit=[TIMED_OUT, TIMED_OUT]))


def test_a_producer_that_failed_is_not_closed_in_form() -> None:
    """That would try to abort once more, and complain."""
    producer = FakeProducer(commit=[LOST])
    writer = PartitionWriter(cast("Any", producer), 1.0)
    with pytest.raises(Undelivered):
        writer.write([RECORD])
    writer.close()
    assert "close" not in producer.calls
