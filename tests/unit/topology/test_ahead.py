"""A changelog is read before its partitions are assigned; whoever is assigned some goes on with what was read."""

from collections.abc import Callable
from typing import Any, cast

from streams.errors import Undelivered
from streams.topology.ahead import Ahead
from streams.topology.reading import Reading
from tests.support.waiting import until
from tests.unit.topology.fakes import FakeLedgers
from tests.unit.topology.test_reading import FakeConsumer, FakeMessage, end

ENDS = [end(0, 2), end(1, 0)]


class Pages(FakeLedgers):
    """Whose size is what was loaded."""

    def __len__(self) -> int:
        return len(self.loaded)


def ahead(*calls: list[FakeMessage]) -> tuple[Ahead[FakeLedgers], FakeConsumer]:
    """Read two partitions that give these."""
    consumer = FakeConsumer(*calls)
    return Ahead(lambda: Reading(cast("Any", consumer), "changelog", "id", Pages), 2), consumer


def _state(reading: Reading[FakeLedgers]) -> dict[int, list[tuple[bytes, bytes | None]]]:
    return {partition: loaded.state.loaded for partition, loaded in reading.found.items()}


def test_what_was_read_is_gone_on_with_once() -> None:
    """The next assignment begins at the beginning."""
    reader, _ = ahead([FakeMessage(b"page", b"1")], ENDS)
    reader.start(None)
    until(reader.is_up)
    assert _state(reader.go_on()) == {0: [(b"page", b"1")], 1: []}
    assert reader.go_on().found == {}


def test_what_nobody_is_assigned_is_dropped() -> None:
    """A worker that gets no partition holds nothing; nor does one that only keeps what it has begin."""
    reader, consumer = ahead(ENDS)
    reader.start(None)
    until(reader.is_up)
    reader.give_up()
    assert consumer.log[-1] == ("close", [])
    idle, consumer = ahead()
    idle.give_up()
    assert consumer.log == []


def test_one_that_was_never_begun_begins() -> None:
    """A worker that nobody lets read ahead loads as well."""
    assert ahead()[0].go_on().found == {}


def test_it_is_not_up_before_every_end_was_seen() -> None:
    """Whoever waits for it to join would wait again for the rest."""
    reader, _ = ahead([end(0, 2)])
    reader.start(None)
    assert not reader.is_up()
    reader.go_on()


def test_of_more_than_it_may_hold_partitions_are_let_go() -> None:
    """The others are read on, and those are loaded once they are assigned."""
    pages = [FakeMessage(b"a", b"1", 0), FakeMessage(b"b", b"1", 1), FakeMessage(b"c", b"1", 1)]
    reader, consumer = ahead(pages, [end(0, 1)])
    reader.start(1)
    until(reader.is_up)
    assert _state(reader.go_on()) == {0: [(b"a", b"1")]}
    assert consumer.log == [("assign", [0, 1]), ("unassign", [1])]


def test_where_it_fails_it_is_up_and_the_load_begins_anew() -> None:
    """Which meets what is wrong again, and ends the worker by its own words."""
    begun: list[Callable[[], Reading[FakeLedgers]]] = []
    _, consumer = ahead()

    def begin() -> Reading[FakeLedgers]:
        begun.append(begin)
        if len(begun) == 1:
            raise Undelivered("no answer")
        return Reading(cast("Any", consumer), "changelog", "id", FakeLedgers)

    reader = Ahead(begin, 2)
    reader.start(None)
    until(reader.is_up)
    assert reader.go_on().found == {}
    assert len(begun) == 2
