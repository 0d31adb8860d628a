"""The commit sequence of the pupils stage."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any, cast

import pytest

from streams.contract.batches import BatchRegister, Command, MarkBatch, encode_commands
from streams.contract.operations import decode_operation, operation_headers
from streams.errors import EngineFailed, PositionLost, Stop, StoredFormUnknown, Undelivered
from streams.topology.durable import Durable
from streams.topology.event import Event
from streams.topology.keeper import Held
from streams.topology.position import POSITION_KEY, decode_position
from streams.topology.probe import Result
from streams.topology.pupils import PupilsStage
from streams.topology.records import Record
from streams.topology.transaction import FencedError
from tests.support.listed import listed
from tests.unit.topology.fakes import (
    PUPIL,
    FakeApp,
    FakeKeeper,
    FakeLedgers,
    FakeWriter,
    Noted,
    batch_value,
    event,
    gatherer,
    plan,
    register,
    surroundings,
)


class Bench:
    """A stage with one or two partitions, and everything it touches."""

    def __init__(self, pool: ThreadPoolExecutor, **fields: object) -> None:
        self.app = FakeApp()
        self.probe = Noted()
        self.writer = FakeWriter()
        self.ledgers = FakeLedgers()
        self.held = Held(0, self.ledgers, self.writer, "topic-id", next_offset=5)
        self.other = Held(1, FakeLedgers(), FakeWriter(), "topic-id", next_offset=None)
        self.keeper = FakeKeeper(self.held, self.other)
        around = surroundings(plan(**fields), self.probe, pool)
        gathers = gatherer(self.app, plan())
        durable = Durable(around, plan().ledgers, cast("Any", self.keeper), gathers, stored_form=1)
        self.stage = PupilsStage(around, durable, gathers)

    def handle(self, *events: Event) -> None:
        asyncio.run(self.stage.handle(list(events)))

    def event(self, offset: int, *registers: str, partition: int = 0) -> Event:
        made = event(self.app, partition, offset, batch_value(*registers))
        self.app.consumer.track_message(made.message)
        return made

    def written(self) -> list[Record]:
        return [record for batch in self.writer.written for record in batch]


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as made:
        yield made


@pytest.fixture
def bench(pool: ThreadPoolExecutor) -> Bench:
    return Bench(pool)


def _position(records: list[Record]) -> int:
    return decode_position(next(record.value for record in records if record.key == POSITION_KEY)).next_offset


def test_one_transaction_holds_alerts_dead_letters_pages_and_the_position_in_that_order(bench: Bench) -> None:
    """All of it goes out together, and only then is the batch acknowledged."""
    bench.writer.before = lambda: bench.probe.told.append(("writing", list(bench.app.consumer.acked)))
    bench.handle(bench.event(5, "a", "old"), bench.event(6, "b"))
    (records,) = bench.writer.written
    assert [record.topic for record in records] == ["alerts", "alerts", "dead", "changelog", "changelog", "changelog"]
    assert _position(records) == 7
    assert ("writing", []) in bench.probe.told
    assert bench.app.consumer.acked == [(0, 5), (0, 6)]
    assert (bench.ledgers.registers, bench.held.next_offset) == (["a", "b"], 7)


def _handed_in_meanwhile(bench: Bench, first: Event, *later: list[Event]) -> None:
    """Hand in *first*, and *later* while that is written."""

    async def tried() -> None:
        loop, handed, tasks = asyncio.get_running_loop(), threading.Event(), list[asyncio.Task[None]]()

        def hand_in() -> None:
            tasks.extend(loop.create_task(bench.stage.handle(events)) for events in later)
            loop.call_soon(loop.call_soon, loop.call_soon, handed.set)  # once they have begun to wait

        def while_writing() -> None:
            if not tasks:
                loop.call_soon_threadsafe(hand_in)
                assert handed.wait(10)

        bench.writer.before = while_writing
        await bench.stage.handle([first])
        await asyncio.gather(*tasks)

    asyncio.run(tried())


def test_what_is_handed_in_while_a_batch_is_written_goes_into_the_next_in_its_order(bench: Bench) -> None:
    """Waiting for Kafka holds nobody up, and what gathers meanwhile is one transaction."""
    later = [bench.event(6, "b")], [bench.event(7, "c"), bench.event(0, "d", partition=1)]
    _handed_in_meanwhile(bench, bench.event(5, "a"), *later)
    assert [_position(records) for records in bench.writer.written] == [6, 8]
    assert (bench.ledgers.registers, bench.other.next_offset) == (["a", "b", "c"], 1)
    assert [place for place in bench.app.consumer.acked if place[0] == 0] == [(0, 5), (0, 6), (0, 7)]


def test_asked_back_while_a_batch_is_written_what_was_handed_in_meanwhile_is_dropped(bench: Bench) -> None:
    """The batch in hand is finished, and no rebalance waits for the rest."""
    first, second = bench.event(5, "a"), bench.event(6, "b")
    bench.app.consumer.unacked.discard(first.message)  # acknowledging does that in Faust

    def asked_back() -> None:
        bench.held.revoking.set()

    written = bench.writer.written
    bench.writer.written = cast("Any", SimpleNamespace(append=lambda records: (written.append(records), asked_back())))
    _handed_in_meanwhile(bench, first, [second])
    assert (len(written), bench.app.consumer.acked, bench.app.consumer.unacked) == (1, [(0, 5)], set())


def test_records_before_the_position_are_skipped_by_offset_and_acknowledged(bench: Bench) -> None:
    """Also where the same ones come twice in one batch."""
    bench.handle(*(bench.event(offset, f"r{offset}") for offset in (3, 4, 5, 6, 5, 6, 7)))
    assert bench.ledgers.registers == ["r5", "r6", "r7"]
    assert _position(bench.written()) == 8
    assert len(bench.app.consumer.acked) == 7
    assert ("marks", Result.SKIPPED, 4) in bench.probe.told


def test_a_batch_of_nothing_new_is_acknowledged_without_a_transaction(bench: Bench) -> None:
    """There is nothing to write."""
    bench.handle(bench.event(3, "a"), bench.event(4, "b"))
    assert bench.writer.written == []
    assert bench.app.consumer.acked == [(0, 3), (0, 4)]


def test_a_gap_in_the_marks_stops_the_worker(bench: Bench) -> None:
    """The topic has none of its own, so something was lost."""
    with pytest.raises(PositionLost, match="went on at 7, and 6 was due"):
        bench.handle(bench.event(5, "a"), bench.event(7, "b"))
    assert (bench.writer.written, bench.app.consumer.acked) == ([], [])


def test_without_a_position_the_first_record_is_where_it_begins(bench: Bench) -> None:
    """A new partition, whose first records may have gone by age."""
    bench.handle(bench.event(90, "a", partition=1))
    assert bench.other.next_offset == 91


def test_partitions_have_a_transaction_each(bench: Bench) -> None:
    """And commit side by side."""
    bench.handle(bench.event(5, "a"), bench.event(0, "b", partition=1))
    assert _position(bench.written()) == 6
    assert bench.other.next_offset == 1


@pytest.mark.parametrize("error", [Undelivered("lost"), FencedError("fenced")])
def test_a_transaction_that_fails_leaves_no_trace(bench: Bench, error: Exception) -> None:
    """Not in memory, not acknowledged; the worker stops."""
    bench.writer.error = error
    with pytest.raises(type(error)):
        bench.handle(bench.event(5, "a"))
    assert (bench.ledgers.registers, bench.held.next_offset, bench.app.consumer.acked) == ([], 5, [])


def test_a_bug_in_the_engine_comes_out_with_nothing_written(bench: Bench) -> None:
    """Also when the registers before it were good."""
    with pytest.raises(EngineFailed, match=r"partition 0, offset 0 of the registers topic \(KeyError\)") as failed:
        bench.handle(bench.event(5, "a", "bug"))
    assert isinstance(failed.value.__cause__, KeyError)
    assert (bench.writer.written, bench.ledgers.registers, bench.app.consumer.acked) == ([], [], [])


def test_a_register_set_aside_goes_to_dead_letters_and_is_remembered(pool: ThreadPoolExecutor) -> None:
    """In the same transaction, so that neither is lost; what comes before and after it is taken."""
    bench = Bench(pool, quarantine=frozenset({(0, 0)}))
    bench.handle(bench.event(5, "bug"))
    (records,) = bench.writer.written
    assert [record.topic for record in records] == ["dead", "actions", "changelog"]
    deed = decode_operation(operation_headers(), records[1].value)
    assert deed is not None
    assert (deed.operation, deed.subject) == ("quarantine", "registers/0/0")
    assert (bench.app.consumer.acked, _position(records)) == ([(0, 5)], 6)


def test_commands_are_done_in_the_ordinary_transaction(bench: Bench) -> None:
    """Withdrawals, tombstones, the list of the erased and the position, together; no register is behind them."""
    command = Command("forget", PUPIL, 1)
    bench.handle(event(bench.app, 0, 5, encode_commands([command])))
    (records,) = bench.writer.written
    assert [record.topic for record in records] == ["alerts", "erased", "changelog"]
    assert (records[1].key, records[1].partition) == (b"forget", 0)
    assert _position(records) == 6
    assert not [told for told in bench.probe.told if told[0] == "alert_latency"]


def test_a_batch_of_the_version_before_is_read(bench: Bench) -> None:
    """Its registers are listed one by one."""
    bench.handle(event(bench.app, 0, 5, listed([register("a")])))
    assert bench.ledgers.registers == ["a"]


def test_fenced_after_it_was_asked_back_a_batch_is_dropped(bench: Bench) -> None:
    """The new owner does it; the rebalance waits for none of its events."""

    def taken() -> None:
        bench.held.revoking.set()

    bench.writer.before, bench.writer.error = taken, FencedError("fenced")
    bench.handle(bench.event(5, "a"))
    assert bench.keeper.dropped == [0]
    assert (bench.ledgers.registers, bench.app.consumer.acked, bench.app.consumer.unacked) == ([], [], set())


def test_asked_back_it_does_not_begin_what_waits(bench: Bench) -> None:
    """Drained events of the partition are dropped; they come again, to whoever has it then."""
    bench.held.revoking.set()
    bench.handle(bench.event(5, "a"))
    assert (bench.writer.written, bench.app.consumer.acked, bench.app.consumer.unacked) == ([], [], set())


def test_a_batch_whose_partition_was_lost_while_it_waited_is_dropped(bench: Bench) -> None:
    """The group has asked for everything back; that it is not held is then no mistake of Faust's."""
    bench.keeper.leaving = True
    bench.handle(bench.event(0, "a", partition=3))
    assert (bench.app.consumer.acked, bench.app.consumer.unacked) == ([], set())


def test_marks_before_their_ledgers_stop_the_worker(bench: Bench) -> None:
    """Faust holds the flow until they are loaded; where it does not, going on would write over them."""
    with pytest.raises(Stop, match="before its ledgers were loaded"):
        bench.handle(bench.event(0, "a", partition=3))


def test_what_is_no_mark_batch_stops_the_worker(bench: Bench) -> None:
    """Its place is named."""
    with pytest.raises(Stop, match="record 5 of partition 0 of marks is no mark batch"):
        bench.handle(event(bench.app, 0, 5, b"{}"))


def test_a_mark_batch_of_an_unknown_form_stops_the_worker(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer version wrote it."""

    def newer(_: bytes) -> MarkBatch:
        return MarkBatch(4, list[BatchRegister]())

    monkeypatch.setattr("streams.topology.pupils.decode_batch", newer)
    with pytest.raises(StoredFormUnknown, match=r"has form 4, and this version reads \(1, 2, 3\)"):
        bench.handle(bench.event(5, "a"))


def test_latency_is_from_the_registers_time_stamp_to_the_commit(bench: Bench) -> None:
    """For each alert, by the register that it came of."""
    bench.handle(bench.event(5, "a"))
    latencies = [fact for name, fact in ((told[0], told[-1]) for told in bench.probe.told) if name == "alert_latency"]
    assert latencies == [1.0]
    assert ("alert", "a-rule", "raised") in bench.probe.told


def test_a_long_computation_is_committed_in_pieces(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that none is in hand for long when the partition is asked back."""
    monkeypatch.setattr("streams.topology.pupils.COMPUTE_FOR", 0.0)
    monkeypatch.setattr("streams.topology.pupils.AT_ONCE", 1)
    bench.handle(bench.event(5, "a"), bench.event(6, "b"))
    assert len(bench.writer.written) == 2
    assert bench.held.next_offset == 7


def test_a_batch_ends_before_its_pupils_come_up_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody whom an earlier mark of it flipped goes the exact way for long."""
    monkeypatch.setattr("streams.topology.pupils.AT_ONCE", 1)
    bench.handle(bench.event(5, "a"), bench.event(6, "b"))
    assert len(bench.writer.written) == 2
    assert bench.held.next_offset == 7
