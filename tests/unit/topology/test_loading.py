"""Loading goes on with what was read, up to the ends as of the fence."""

from types import SimpleNamespace
from typing import cast

import pytest
from confluent_kafka import TopicPartition

from streams.errors import PositionLost, Undelivered, WrongTopics
from streams.topology.ahead import Ahead
from streams.topology.loading import Loader
from streams.topology.offsets import Offsets
from streams.topology.plan import Table
from streams.topology.position import POSITION_KEY, Position, encode_position
from streams.topology.reading import Reading
from tests.unit.topology.fakes import FakeLedgers
from tests.unit.topology.test_reading import FakeConsumer, FakeMessage, end, reading

POSITION = Position(next_offset=7, topic_id="id of marks", partitions=4, stored_form=2)
RECORD = FakeMessage(POSITION_KEY, encode_position(POSITION))


class Consumer(FakeConsumer):
    """One whose group has committed 7 of each partition."""

    def committed(self, places: list[TopicPartition], timeout: float) -> list[TopicPartition]:
        assert timeout > 0
        return [TopicPartition(place.topic, place.partition, 7) for place in places]


def loader(found: Reading[FakeLedgers], changelog_id: str = "its id") -> Loader[FakeLedgers]:
    """Go on with *found*."""
    ids = {"marks": ("id of marks", 4), "changelog": (changelog_id, 4)}
    offsets = SimpleNamespace(
        topic=ids.__getitem__,
        first=lambda _, partitions: dict.fromkeys(partitions, 0),
        end=lambda _, partitions: dict.fromkeys(partitions, 9),
    )
    table = Table("ledgers", "changelog", "marks")
    return Loader(table, Ahead(lambda: found, 4), cast("Offsets", offsets), stored_form=2, patience=0.2)


def no() -> bool:
    """Not cancelled."""
    return False


def test_what_was_read_ahead_is_read_on_and_the_rest_of_it_dropped() -> None:
    """Partitions that were not assigned are nobody's; the connection is let go."""
    consumer = Consumer([RECORD, FakeMessage(b"page", b"1"), end(0, 2)], [FakeMessage(b"page", b"2"), end(0, 3)])
    found = reading(consumer, 0, 1)
    found.step()
    loaded = loader(found).load({0: 3}, no)
    assert {partition: one.position for partition, one in loaded.items()} == {0: POSITION}
    assert loaded[0].state.loaded == [(b"page", b"1"), (b"page", b"2")]
    assert (loaded[0].topic_id, loaded[0].changelog_id) == ("id of marks", "its id")
    assert consumer.log == [("assign", [0, 1]), ("unassign", [1]), ("close", [])]


def test_a_changelog_that_was_made_anew_meanwhile_stops_the_worker() -> None:
    """What was read is of another one."""
    with pytest.raises(WrongTopics):
        loader(reading(Consumer([RECORD, end(0, 1)])), "another id").load({0: 1}, no)


def test_pages_without_a_position_are_refused() -> None:
    """The group has read its source: marks would be missing."""
    with pytest.raises(PositionLost):
        loader(reading(Consumer([end(0, 0)]))).load({0: 0}, no)


def test_an_end_that_does_not_come_is_not_waited_for_for_ever() -> None:
    """Kafka is gone."""
    consumer = Consumer()
    with pytest.raises(Undelivered):
        loader(reading(consumer)).load({0: 1}, no)
    assert consumer.log[-1] == ("close", [])


def test_a_load_that_was_cancelled_gives_nothing() -> None:
    """The next assignment loads anew."""
    assert loader(reading(Consumer())).load({0: 1}, lambda: True) == {}


def test_where_nothing_is_new_nothing_is_asked() -> None:
    """What was read ahead is dropped."""
    consumer = Consumer()
    assert loader(reading(consumer)).load({}, no) == {}
    assert consumer.log == []
