"""A changelog is read on from where the reading stopped, and its records make what is found."""

from collections.abc import Iterator
from typing import Any, cast

import pytest
from confluent_kafka import KafkaError, KafkaException, TopicPartition

from streams.topology.position import POSITION_KEY, Position, encode_position
from streams.topology.reading import EOF, Loaded, Reading, take
from tests.unit.topology.fakes import FakeLedgers

POSITION = Position(next_offset=7, topic_id="id", partitions=4, stored_form=1)


class FakeMessage:
    """A record; one of *error*, an end or a failure, has the offset of that."""

    def __init__(self, key: bytes, value: bytes | None, partition: int = 0, error: int = 0, offset: int = 0) -> None:
        self._key, self._value, self._partition, self._error, self._offset = key, value, partition, error, offset

    def error(self) -> KafkaError | None:
        return KafkaError(self._error) if self._error else None

    def partition(self) -> int:
        return self._partition

    def offset(self) -> int:
        return self._offset

    def key(self) -> bytes:
        return self._key

    def value(self) -> bytes | None:
        return self._value


def end(partition: int, offset: int) -> FakeMessage:
    """The end of a partition."""
    return FakeMessage(b"", None, partition, EOF, offset)


class FakeConsumer:
    """Gives these messages, a list a call."""

    def __init__(self, *calls: list[FakeMessage]) -> None:
        self._calls: Iterator[list[FakeMessage]] = iter(calls)
        self.log: list[tuple[str, list[int]]] = []

    def incremental_assign(self, places: list[TopicPartition]) -> None:
        self.log.append(("assign", sorted(place.partition for place in places)))

    def incremental_unassign(self, places: list[TopicPartition]) -> None:
        self.log.append(("unassign", sorted(place.partition for place in places)))

    def consume(self, _most: int, *, timeout: float) -> list[FakeMessage]:
        assert timeout > 0
        return next(self._calls, [])

    def close(self) -> None:
        self.log.append(("close", []))


def reading(consumer: FakeConsumer, *partitions: int) -> Reading[FakeLedgers]:
    """Read *partitions*."""
    made = Reading(cast("Any", consumer), "changelog", "its id", FakeLedgers)
    made.keep(set(partitions))
    return made


def taken(*records: tuple[bytes, bytes | None]) -> Loaded[Any]:
    loaded: Loaded[Any] = Loaded(FakeLedgers())
    take(loaded, cast("Any", [FakeMessage(*record) for record in records]))
    return loaded


def test_pages_are_loaded_and_the_last_position_counts() -> None:
    """In the order of the changelog."""
    found = taken((b"page", b"1"), (POSITION_KEY, encode_position(POSITION)), (b"page", None))
    assert (found.position, found.state.loaded) == (POSITION, [(b"page", b"1"), (b"page", None)])


def test_a_position_that_was_taken_away_is_none() -> None:
    """A rebuild that was cut off: without a position no worker takes its pages for whole."""
    assert taken((POSITION_KEY, encode_position(POSITION)), (POSITION_KEY, None)).position is None
    assert taken((POSITION_KEY, None), (POSITION_KEY, encode_position(POSITION))).position == POSITION


def test_a_partition_is_read_up_to_its_end_and_not_to_an_earlier_one() -> None:
    """An end that was seen before the partition was fenced says nothing: more may have been written since."""
    found = reading(FakeConsumer([end(0, 5), end(1, 3)], [FakeMessage(b"page", b"2"), end(0, 8)]), 0, 1)
    assert not found.has_ended()
    assert found.step()
    assert (found.has_ended(), found.is_at({0: 8, 1: 3})) == (True, False)
    assert found.step()
    assert found.is_at({0: 8, 1: 3})
    assert found.found[0].state.loaded == [(b"page", b"2")]
    assert not found.step()


def test_what_is_kept_is_read_on_and_what_is_not_is_dropped() -> None:
    """New partitions are read from their beginning; a record of one that was let go is nobody's."""
    consumer = FakeConsumer(
        [FakeMessage(b"a", b"1", 0), FakeMessage(b"b", b"1", 1), end(1, 1)], [FakeMessage(b"c", b"1")]
    )
    found = reading(consumer, 0, 1)
    found.step()
    found.keep({1, 2})
    found.step()
    assert consumer.log == [("assign", [0, 1]), ("unassign", [0]), ("assign", [2])]
    assert {p: loaded.state.loaded for p, loaded in found.found.items()} == {1: [(b"b", b"1")], 2: []}
    assert (found.is_at({1: 1}), found.is_at({1: 1, 2: 1})) == (True, False)


def test_what_kafka_refuses_is_raised() -> None:
    """Whoever reads decides what becomes of it."""
    with pytest.raises(KafkaException):
        reading(FakeConsumer([FakeMessage(b"", None, 0, KafkaError.TOPIC_AUTHORIZATION_FAILED)]), 0).step()
