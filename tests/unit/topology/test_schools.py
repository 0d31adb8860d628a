"""The schools stage: registers in, mark batches out."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest
from msgspec import structs

from streams.contract.batches import decode_batch
from streams.contract.messages import DeadLetter, Origin
from streams.errors import PositionLost, Undelivered
from streams.pipeline.intake import Intake
from streams.topology.keeper import Held
from streams.topology.records import Record
from streams.topology.schools import SchoolsStage
from streams.topology.unbroken import Unbroken
from tests.unit.topology.fakes import (
    FakeApp,
    FakeBoards,
    FakeKeeper,
    FakeWriter,
    Noted,
    engine_of,
    event,
    gatherer,
    letter,
    plan,
    register,
    school_boards,
    surroundings,
)


class FakeCourier:
    def __init__(self, app: FakeApp) -> None:
        self.app = app
        self.error: Exception | None = None
        self.delivered: list[Record] = []
        self.acked_before: list[tuple[int, int]] = []

    def deliver(self, records: list[Record]) -> int:
        if self.error:
            raise self.error
        self.acked_before = list(self.app.consumer.acked)
        self.delivered += records
        return len(records)


class Bench:
    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.app, self.probe = FakeApp(), Noted()
        self.courier = FakeCourier(self.app)
        self.read: list[tuple[int | None, Origin]] = []
        self.held: Held[FakeBoards] = Held(2, FakeBoards(), FakeWriter(before=self._note), "topic-id", next_offset=None)
        around = surroundings(plan(), self.probe, pool)
        engine = engine_of(self._read)
        unbroken = Unbroken(lambda _topic, _partition, offset: offset, pool)
        boards = school_boards(around, FakeKeeper(self.held), gatherer(self.app, plan()))
        self.stage = SchoolsStage(around, engine, cast("Any", self.courier), unbroken, boards)

    def _note(self) -> None:
        self.delivered_before = len(self.courier.delivered)
        self.acked_before = list(self.app.consumer.acked)

    def _read(self, value: bytes, *, received_ms: int | None, origin: Origin) -> Intake:
        self.read.append((received_ms, origin))
        refused: list[DeadLetter] = [letter()] if value == b"bad" else []
        if value == b"bad":
            return Intake(None, refused)
        made = register(value.decode(), pupil=value.decode() * 26)
        return Intake(structs.replace(made, origin=(origin.partition or 0, origin.offset or 0)), refused)

    def handle(self, *values: bytes | None) -> None:
        events = [event(self.app, 2, offset, value, key=b"school") for offset, value in enumerate(values)]
        asyncio.run(self.stage.handle(events))

    def marks(self) -> dict[int | None, list[str]]:
        return {
            record.partition: [register.register_id for register in decode_batch(record.value or b"").registers]
            for record in self.courier.delivered
            if record.topic == "marks"
        }


@pytest.fixture
def bench() -> Iterator[Bench]:
    with ThreadPoolExecutor(2) as pool:
        yield Bench(pool)


def test_marks_go_out_as_one_record_a_partition_in_the_order_of_registers(bench: Bench) -> None:
    """Whatever partitions they come from and go to."""
    bench.handle(b"a", b"b", b"c", b"a", b"b")
    names = [name for part in bench.marks().values() for name in part]
    assert sorted(names) == ["a", "a", "b", "b", "c"]
    for part in bench.marks().values():
        assert part == [name for name in ["a", "b", "c", "a", "b"] if name in part]


def test_events_are_acknowledged_in_order_after_the_delivery(bench: Bench) -> None:
    """Not one before everything is taken by Kafka."""
    bench.handle(b"a", b"bad", b"c")
    assert bench.courier.acked_before == []
    assert bench.app.consumer.acked == [(2, 0), (2, 1), (2, 2)]


def test_registers_go_on_the_board_after_their_marks_are_delivered_and_before_they_are_acknowledged(
    bench: Bench,
) -> None:
    """One transaction with school alerts, pages and the position; a refused register moves the position too."""
    bench.handle(b"a", b"bad", b"c")
    (records,) = cast("FakeWriter", bench.held.writer).written
    assert [record.topic for record in records] == ["alerts", "alerts", *["boards-changelog"] * 3]
    assert (bench.delivered_before, bench.acked_before) == (len(bench.courier.delivered), [])
    assert (bench.held.state.registers, bench.held.next_offset) == (["a", "c"], 3)


def test_what_is_not_delivered_is_not_acknowledged(bench: Bench) -> None:
    """The worker stops, and it comes again."""
    bench.courier.error = Undelivered("lost")
    with pytest.raises(Undelivered):
        bench.handle(b"a")
    assert bench.app.consumer.acked == []


def test_a_register_that_was_passed_over_stops_the_worker(bench: Bench) -> None:
    """Faust would commit past it."""
    bench.handle(b"a")
    with pytest.raises(PositionLost, match="went on at 2, and 1 was due"):
        asyncio.run(bench.stage.handle([event(bench.app, 2, 2, b"c")]))
    assert bench.app.consumer.acked == [(2, 0)]


def test_a_dead_letter_goes_under_the_key_of_its_register(bench: Bench) -> None:
    """And is counted by its reason once it is delivered."""
    bench.handle(b"bad", b"a")
    assert [(r.topic, r.key) for r in bench.courier.delivered if r.topic == "dead"] == [("dead", b"school")]
    assert ("dead_letter", "too-old") in bench.probe.told


def test_a_register_was_received_when_kafka_says_and_comes_from_its_place(bench: Bench) -> None:
    """Milliseconds since 1970; topic, partition, offset."""
    bench.handle(b"a")
    assert bench.read == [(1_725_872_400_000, Origin(topic="marks", partition=2, offset=0))]
