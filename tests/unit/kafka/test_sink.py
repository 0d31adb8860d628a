"""The order of the one loop: poll, handle, commit."""

from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException, TopicPartition

from streams.errors import FirstbellError
from streams.kafka.records import Record
from streams.kafka.sink import Handle, Sink
from streams.settings import Settings


class _Message:
    def __init__(self, offset: int, error: KafkaError | None = None, key: bytes = b"k") -> None:
        self._offset = offset
        self._error = error
        self._key = key

    def error(self) -> KafkaError | None:
        return self._error

    def topic(self) -> str:
        return "alerts"

    def partition(self) -> int:
        return 0

    def offset(self) -> int:
        return self._offset

    def timestamp(self) -> tuple[int, int]:
        return (1, 1700)

    def key(self) -> bytes:
        return self._key

    def value(self) -> bytes:
        return b"v"

    def headers(self) -> None:
        return None


class _Pretend:
    """Stands where librdkafka's consumer does, and writes down what is asked of it; stops the loop after the last."""

    def __init__(self, batches: list[list[_Message]], stop: Event) -> None:
        self.batches = batches
        self.batch: list[_Message] = []
        self.stop = stop
        self.log: list[str] = []
        self.commit_error: int | None = None
        self.revoking: set[int] = set()  # where so many batches are left, the partition goes

    def subscribe(self, topics: list[str], *, on_revoke: Callable[[Any, Any], None]) -> None:
        self.log.append(f"subscribe {topics}")
        self.revoke = on_revoke

    def poll(self, wait: float) -> _Message | None:
        assert wait > 0
        self.batch = self.batches.pop(0)
        if len(self.batches) in self.revoking:
            self.revoke(self, [])
        if not self.batches:
            self.stop.set()
        return self.batch[0] if self.batch else None

    def consume(self, most: int, wait: float) -> list[_Message]:
        assert wait < 0.01, "once there is a record, hardly anything is waited for"
        return self.batch[1 : 1 + most]

    def commit(self, *, offsets: list[TopicPartition], asynchronous: bool) -> None:
        assert not asynchronous
        self.log.append(f"commit {[each.offset for each in offsets]}")
        if self.commit_error is not None:
            raise KafkaException(KafkaError(self.commit_error))

    def close(self) -> None:
        self.log.append("close")


def _run(pretend: _Pretend, handle: Handle, batch: int = 500) -> None:
    def make(config: dict[str, Any]) -> _Pretend:
        assert config["isolation.level"] == "read_committed"
        assert config["enable.auto.commit"] is False
        return pretend

    sink = Sink(Settings(), ["alerts"], "notifier", handle, batch=batch, make=make)  # type: ignore[arg-type] # as good as one
    sink.run(pretend.stop)


def test_each_batch_is_committed_after_it_was_handled_and_the_last_before_leaving() -> None:
    """An empty poll is neither; a stop asked for meanwhile lets the batch in hand be finished."""
    pretend = _Pretend([[_Message(1), _Message(2)], [], [_Message(3)]], Event())
    _run(pretend, lambda records: pretend.log.append(f"handle {[record.offset for record in records]}"))
    assert pretend.log == ["subscribe ['alerts']", "handle [1, 2]", "commit [3]", "handle [3]", "commit [4]", "close"]


def test_a_batch_that_was_not_handled_is_not_committed() -> None:
    """What the handler raises comes through, and the group is left."""
    pretend = _Pretend([[_Message(1)], []], Event())

    def fail(_: list[Record]) -> None:
        raise ValueError("bug")

    with pytest.raises(ValueError, match="bug"):
        _run(pretend, fail)
    assert pretend.log == ["subscribe ['alerts']", "close"]


def test_an_error_of_kafka_stops_the_loop_before_anything_is_handled() -> None:
    """An error among records is no record."""
    gone = KafkaError(KafkaError.UNKNOWN_TOPIC_OR_PART)
    pretend = _Pretend([[_Message(1), _Message(2, gone)], []], Event())
    with pytest.raises(FirstbellError, match="reading alerts"):
        _run(pretend, lambda _: pretend.log.append("handle"))
    assert pretend.log == ["subscribe ['alerts']", "close"]


def test_a_partition_that_went_elsewhere_is_handled_there_again() -> None:
    """A commit that comes too late because of a rebalance is no failure."""
    pretend = _Pretend([[_Message(1)], []], Event())
    pretend.commit_error = KafkaError.ILLEGAL_GENERATION
    _run(pretend, lambda _: None)
    assert pretend.log == ["subscribe ['alerts']", "commit [2]", "close"]


def test_a_commit_that_fails_otherwise_stops_the_loop() -> None:
    """Going on would handle ever more records again after a restart."""
    pretend = _Pretend([[_Message(1)], []], Event())
    pretend.commit_error = KafkaError.GROUP_AUTHORIZATION_FAILED
    with pytest.raises(FirstbellError, match="reading alerts"):
        _run(pretend, lambda _: None)


def _keyed(*keys: bytes, first: int = 1) -> list[_Message]:
    return [_Message(offset, key=key) for offset, key in enumerate(keys, first)]


def _told(pretend: _Pretend, batch: int) -> list[str]:
    _run(pretend, lambda records: pretend.log.append(f"handle {[record.offset for record in records]}"), batch)
    return pretend.log[1:-1]


def test_a_full_batch_is_not_cut_between_records_of_one_key() -> None:
    """What may go on is handled with what comes next, and not committed before."""
    pretend = _Pretend([_keyed(b"a", b"b", b"c"), _keyed(b"c", first=4)], Event())
    assert _told(pretend, 3) == ["handle [1, 2]", "commit [3]", "handle [3, 4]", "commit [5]"]


def test_what_was_left_is_handled_where_nothing_more_comes() -> None:
    """At once: it is waited for a moment only."""
    pretend = _Pretend([_keyed(b"a", b"b"), []], Event())
    assert _told(pretend, 2) == ["handle [1]", "commit [2]", "handle [2]", "commit [3]"]


def test_one_key_that_fills_a_batch_is_handled() -> None:
    """Else it would be waited for ever."""
    assert _told(_Pretend([_keyed(b"a", b"a")], Event()), 2) == ["handle [1, 2]", "commit [3]"]


def test_what_was_left_goes_with_its_partition() -> None:
    """Whoever has it next is handed it again."""
    pretend = _Pretend([_keyed(b"a", b"b"), []], Event())
    pretend.revoking = {0}
    assert _told(pretend, 2) == ["handle [1]", "commit [2]"]
