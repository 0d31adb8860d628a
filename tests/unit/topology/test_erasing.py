"""Taking the names of the erased off the boards of a worker."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self, cast

import pytest
from confluent_kafka import KafkaError

from streams.board.nameless import nameless
from streams.errors import Undelivered
from streams.topology.durable import Durable
from streams.topology.engine import Names
from streams.topology.erasing import Erasing, Pages, PagesOf
from streams.topology.keeper import Held
from streams.topology.position import POSITION_KEY
from streams.topology.transaction import FencedError
from tests.unit.topology.fakes import (
    PUPIL,
    FakeApp,
    FakeBoards,
    FakeKeeper,
    FakeReference,
    FakeWriter,
    Silent,
    gatherer,
    plan,
    surroundings,
)

NAMES = {100001: {PUPIL: nameless(0)}}


class Bench:
    """One partition, with a pupil on its roll who is on the list."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.writer, self.reference = FakeWriter(), FakeReference()
        self.held: Held[FakeBoards] = Held(0, FakeBoards("r"), self.writer, "id", next_offset=5)
        self.keeper = FakeKeeper(self.held)
        self.asked: list[tuple[int, Names]] = []
        self.reference.refuses, self.reference.listed = lambda pupil, _: pupil == PUPIL, 1
        around = surroundings(plan(heartbeat_interval=3.0), Silent(), pool)
        durable = Durable(around, plan().boards, cast("Any", self.keeper), gatherer(FakeApp(), plan()), stored_form=1)
        self.erasing = Erasing(around, durable, cast("Any", self.reference), self._pages)

    def _pages(self, partition: int, names: Names) -> Pages:
        self.asked.append((partition, names))
        return {b"a page": b"without"}

    def tick(self) -> None:
        asyncio.run(self.erasing.tick())


@pytest.fixture
def bench() -> Iterator[Bench]:
    with ThreadPoolExecutor(2) as pool:
        yield Bench(pool)


def test_pages_go_out_with_the_position_where_it_was_and_then_the_name_is_forgotten(bench: Bench) -> None:
    """Once; the next look finds the list as it was."""
    bench.tick()
    bench.tick()
    assert bench.asked == [(0, NAMES)]
    assert [(record.key, record.value) for record in bench.writer.written[0]][:1] == [(b"a page", b"without")]
    assert [record.key for record in bench.writer.written[0]][1:] == [POSITION_KEY]
    assert (bench.held.state.roll, bench.held.next_offset) == ([nameless(0)], 5)


def test_nothing_is_looked_at_while_nobody_was_erased(bench: Bench) -> None:
    """Nothing is read or written."""
    bench.reference.refuses = None
    bench.tick()
    assert (bench.asked, bench.writer.written, bench.held.state.roll) == ([], [], [PUPIL])


def test_a_list_that_has_grown_is_looked_at_again(bench: Bench) -> None:
    """And so is a partition that was loaded anew."""
    bench.tick()
    bench.held.state.roll = [PUPIL]
    bench.reference.listed = 2
    bench.tick()
    bench.keeper.of[0] = Held(0, FakeBoards("r"), bench.writer, "id", next_offset=5)
    bench.tick()
    assert len(bench.asked) == 3


def test_what_was_not_written_is_not_forgotten(bench: Bench) -> None:
    """Where the partition has gone to another worker, that one does it."""
    bench.writer.error = Undelivered("lost")
    with pytest.raises(Undelivered):
        bench.tick()
    bench.writer.error = FencedError("gone")
    bench.held.revoking.set()
    bench.tick()
    assert bench.held.state.roll == [PUPIL]


class FakeConsumer:
    """Gives these messages, then the end of the partition."""

    def __init__(self, *messages: "FakeMessage") -> None:
        self._waiting = [*messages]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""

    def assign(self, places: list[Any]) -> None:
        assert [place.partition for place in places] == [3]

    def consume(self, _most: int, *, timeout: float) -> list["FakeMessage"]:
        assert timeout > 0
        return [self._waiting.pop(0)] if self._waiting else []


class FakeMessage:
    def __init__(self, key: bytes, value: bytes | None, error: int | None = None) -> None:
        self._key, self._value, self._error = key, value, error

    def partition(self) -> int:
        return 3

    def key(self) -> bytes:
        return self._key

    def value(self) -> bytes | None:
        return self._value

    def error(self) -> KafkaError | None:
        return None if self._error is None else KafkaError(self._error)


END = FakeMessage(b"", None, KafkaError._PARTITION_EOF)  # noqa: SLF001 - librdkafka's name


def _found(*messages: FakeMessage) -> Pages:
    def renamed(key: bytes, value: bytes, names: Names) -> bytes | None:
        assert (key != POSITION_KEY, names) == (True, NAMES)
        return value.replace(b"name", b"----") if b"name" in value else None

    return PagesOf("boards", lambda: cast("Any", FakeConsumer(*messages)), renamed, 5.0)(3, NAMES)


def test_the_last_of_each_page_counts() -> None:
    """One that left, or has the name no more, is not written."""
    log = [
        (POSITION_KEY, b"7"),
        (b"a", b"name 1"),
        (b"b", b"name"),
        (b"c", b"name"),
        (b"a", b"name 2"),
        (b"b", None),
        (b"c", b"other"),
    ]
    assert _found(*(FakeMessage(*each) for each in log), END) == {b"a": b"---- 2"}


def test_a_changelog_that_cannot_be_read_ends_the_worker() -> None:
    """Nobody is left half erased."""
    with pytest.raises(Undelivered, match="no record"):
        _found(FakeMessage(b"a", b"name"))
    with pytest.raises(Undelivered, match="cannot be read"):
        _found(FakeMessage(b"", None, KafkaError.TOPIC_AUTHORIZATION_FAILED))
