"""The schools stage: registers in, mark batches out."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any, cast

import pytest
from msgspec import structs

from streams.contract.batches import decode_batch
from streams.contract.messages import DeadLetter, Origin
from streams.errors import EngineFailed, PositionLost, SourceGoneBad, Undelivered
from streams.pipeline.intake import Intake
from streams.topology.keeper import Held
from streams.topology.records import Record
from streams.topology.schools import SchoolsStage, is_bad
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
    def __init__(self, pool: ThreadPoolExecutor, **fields: object) -> None:
        self.app, self.probe = FakeApp(), Noted()
        self.courier = FakeCourier(self.app)
        self.read: list[tuple[int | None, Origin]] = []
        self.held: Held[FakeBoards] = Held(2, FakeBoards(), FakeWriter(before=self._note), "topic-id", next_offset=None)
        around = surroundings(plan(**fields), self.probe, pool)
        engine = engine_of(self._read)
        unbroken = Unbroken(lambda _topic, _partition, offset: offset, pool)
        self.keeper = FakeKeeper(self.held)
        boards = school_boards(around, self.keeper, gatherer(self.app, plan()))
        self.stage = SchoolsStage(around, engine, cast("Any", self.courier), unbroken, boards)

    def _note(self) -> None:
        self.delivered_before = len(self.courier.delivered)
        self.acked_before = list(self.app.consumer.acked)

    def _read(self, value: bytes, *, received_ms: int | None, origin: Origin) -> Intake:
        if value == b"bug":
            raise KeyError(value)
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
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as made:
        yield made


@pytest.fixture
def bench(pool: ThreadPoolExecutor) -> Bench:
    return Bench(pool)


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


def test_the_next_batch_is_delivered_while_registers_go_on_their_boards(bench: Bench) -> None:
    """And goes on the boards behind them."""
    writer = cast("FakeWriter", bench.held.writer)
    second = Event()

    def while_writing() -> None:
        if not writer.written:
            assert second.wait(10)

    def delivered(records: list[Record]) -> int:
        if bench.courier.delivered:
            second.set()
        bench.courier.delivered += records
        return len(records)

    writer.before, bench.courier.deliver = while_writing, delivered  # type: ignore[method-assign] - the test's own
    batches = [[event(bench.app, 2, offset, value, key=b"school")] for offset, value in enumerate((b"a", b"b"))]

    async def tried() -> None:
        await asyncio.gather(*(bench.stage.handle(batch) for batch in batches))

    asyncio.run(tried())
    assert second.is_set()
    assert (bench.held.state.registers, bench.app.consumer.acked) == (["a", "b"], [(2, 0), (2, 1)])


def test_asked_back_nothing_of_what_waits_is_begun(bench: Bench) -> None:
    """Though its partition may be another's by now; it comes again."""
    bench.keeper.leaving = True
    waiting = event(bench.app, 7, 0, b"a", key=b"school")
    bench.app.consumer.track_message(waiting.message)
    asyncio.run(bench.stage.handle([waiting]))
    assert (bench.courier.delivered, bench.app.consumer.acked, bench.app.consumer.unacked) == ([], [], set())


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


def test_a_register_on_which_the_engine_fails_stops_the_worker_and_is_named(bench: Bench) -> None:
    """Nothing of its batch goes out, and nothing of what is in it is said."""
    with pytest.raises(EngineFailed, match=r"partition 2, offset 1 of the registers topic \(KeyError\)"):
        bench.handle(b"a", b"bug")
    assert (bench.courier.delivered, bench.app.consumer.acked) == ([], [])


def test_a_register_set_aside_by_hand_is_kept_whole_and_remembered(pool: ThreadPoolExecutor) -> None:
    """The engine does not see it; the rest goes on."""
    bench = Bench(pool, quarantine=frozenset({(2, 1)}))
    bench.handle(b"a", b"bug", b"c")
    dead = [record for record in bench.courier.delivered if record.topic == "dead"]
    assert [(record.value, record.key) for record in dead] == [(b"bug", b"school")]
    assert ("dl_reason", b"quarantined") in (dead[0].headers or [])
    (deed,) = [record.key for record in bench.courier.delivered if record.topic == "actions"]
    assert deed == b"quarantine:registers/2/1"
    assert len(bench.app.consumer.acked) == 3


def test_a_source_gone_bad_is_told_and_the_flow_goes_on(pool: ThreadPoolExecutor) -> None:
    """Once when it happens; its bad registers are in the dead letters, its good ones are taken."""
    bench = Bench(pool, breaker_registers=4, breaker_percent=50)
    bench.handle(b"a", b"bad", b"bad", b"bad")
    told = [facts for name, *facts in bench.probe.told if name == "sources_bad"]
    assert told == [[1, 1], [1, 0]]
    assert sum(record.topic == "dead" for record in bench.courier.delivered) == 3
    bench.handle(b"a", b"a")
    assert ("sources_bad", 0, 0) in bench.probe.told


def test_a_source_gone_bad_stops_the_worker_where_that_is_asked_for(pool: ThreadPoolExecutor) -> None:
    """Its name is a school or nothing: the key is the sender's."""
    bench = Bench(pool, breaker_registers=2, breaker_percent=50, breaker_stops=True)
    with pytest.raises(
        SourceGoneBad, match="more than 50 % of the last 2 registers of a source whose key is no school"
    ):
        bench.handle(b"bad", b"bad")
    assert (bench.courier.delivered, bench.app.consumer.acked) == ([], [])


@pytest.mark.parametrize(
    ("taken", "refused", "bad"), [(None, 1, True), (1, 0, False), (3, 2, False), (2, 2, True), (0, 0, False)]
)
def test_a_register_is_bad_where_half_of_it_is_refused(taken: int | None, refused: int, bad: bool) -> None:  # noqa: FBT001 - the answer
    """One mark with a wrong code is no reason to call a school's feed bad."""
    intake = Intake(None if taken is None else register(marks=taken), [letter()] * refused)
    assert is_bad(intake) is bad
