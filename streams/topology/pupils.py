"""The second stage: marks to ledgers and alerts, exactly once."""

import asyncio
from collections import deque

import msgspec

from streams.contract.batches import BATCH_VERSION, BatchRegister, decode_batch
from streams.errors import PositionLost, Stop, StoredFormUnknown
from streams.topology.engine import WorkLike
from streams.topology.event import Event
from streams.topology.gather import Gatherer, acknowledge, by_partition
from streams.topology.keeper import Held, Keeper
from streams.topology.position import POSITION_KEY, Position, encode_position
from streams.topology.probe import Result, Stage
from streams.topology.records import Record, alert_record, dead_letter_record, page_records
from streams.topology.surroundings import Surroundings
from streams.topology.transaction import FencedError
from streams.topology.turns import Turn

AT_ONCE = 1_000  # marks that are taken together, which costs each of them less; then others have their turn
COMPUTE_FOR = 0.5  # s; what a batch has computed by then is committed, so that none is in hand for long


class Batch:
    """One partition's batch on its way: its events, and what came of them."""

    def __init__(self, held: Held) -> None:
        self.held = held
        self.work: WorkLike = held.ledgers.work()
        self.events: list[Event] = []
        self.next_offset = held.next_offset
        self.registers = 0
        self.applied = 0
        self.skipped = 0
        self.received: list[int] = []  # for each alert, when the register behind it was received (ms; -1 unknown)

    def take(self, registers: list[BatchRegister]) -> None:
        """Apply registers to the working copies."""
        for register, outcome in zip(registers, self.work.take(*registers), strict=True):
            self.received += [register.received_ms] * len(outcome.alerts)
        self.registers += len(registers)
        self.applied += _marks(registers)


class PupilsStage:
    """Applies mark batches to the ledgers of their partition, and writes what changed in one transaction."""

    def __init__(self, around: Surroundings, keeper: Keeper, gatherer: Gatherer, stored_form: int) -> None:
        self._around = around
        self._keeper = keeper
        self._gatherer = gatherer
        self._stored_form = stored_form

    async def handle(self, events: list[Event]) -> None:
        """Work *events* off, the partitions side by side.

        Raises:
            Stop, Undelivered: the worker must not go on; nothing of the failed batch is acknowledged.
        """
        parts = by_partition(events)
        await asyncio.gather(*(self._work_off(self._held(partition), deque(part)) for partition, part in parts.items()))

    def _held(self, partition: int) -> Held:
        held = self._keeper.get(partition)
        if held is None:
            raise Stop(f"marks of partition {partition} came before its ledgers were loaded")
        return held

    async def _work_off(self, held: Held, waiting: deque[Event]) -> None:
        """Do batch after batch of one partition; asked back, finish the one in hand and drop what waits."""
        while waiting and self._keeper.holds(held):
            await self._do(Batch(held), waiting)
        self._gatherer.forget(waiting)

    async def _do(self, batch: Batch, waiting: deque[Event]) -> None:
        """Do one batch of one partition.

        1. compute in working copies, skipping what lies before the position, until nothing waits or the time is up;
        2. begin, produce, commit: alerts, dead letters, changed pages, position;
        3. swap the working copies in, and move the position;
        4. acknowledge, in order.

        Fenced on a partition that is asked back, or is within two heartbeats: the batch is dropped, and the new owner
        does it.
        """
        await self._compute(batch, waiting)
        if batch.next_offset == batch.held.next_offset:
            self._acknowledge(batch)  # every record lay before the position
            return
        records, began = self._records(batch), self._around.clock()
        try:
            await asyncio.get_running_loop().run_in_executor(self._around.pool, batch.held.writer.write, records)
        except FencedError:
            if not await self._keeper.asked_back(batch.held, self._around.plan.heartbeat_interval * 2):
                raise
            await self._drop(batch)
            return
        batch.work.commit()
        batch.held.next_offset = batch.next_offset
        self._acknowledge(batch)
        self._report(batch, self._around.clock() - began)

    async def _drop(self, batch: Batch) -> None:
        self._gatherer.forget(batch.events)
        await self._keeper.drop(batch.held)

    def _acknowledge(self, batch: Batch) -> None:
        acknowledge(batch.events)
        self._around.lag.done(batch.events)
        self._around.probe.marks(Result.SKIPPED, batch.skipped)
        self._around.probe.progressed()

    async def _compute(self, batch: Batch, waiting: deque[Event]) -> None:
        turn, until = Turn(self._around.clock), self._around.clock() + COMPUTE_FOR
        while waiting and (not batch.events or (self._around.clock() < until and not batch.held.revoking.is_set())):
            batch.take(self._next(batch, waiting))
            await turn.maybe_yield()

    def _next(self, batch: Batch, waiting: deque[Event]) -> list[BatchRegister]:
        """Return the registers of the next records: as many as make `AT_ONCE` marks, of those that wait."""
        found: list[BatchRegister] = []
        while waiting and _marks(found) < AT_ONCE:
            event = waiting.popleft()
            batch.events.append(event)
            registers = _decode(event)
            if self._is_new(batch, event):
                found += registers
            else:
                batch.skipped += _marks(registers)
        return found

    def _is_new(self, batch: Batch, event: Event) -> bool:
        offset, expected = event.message.offset, batch.next_offset
        if expected is not None and offset < expected:
            return False
        if expected is not None and offset > expected:
            # `marks` is neither compacted nor transactional, so its offsets have no gaps: something was lost.
            where = f"partition {event.message.partition} of {event.message.topic}"
            raise PositionLost(f"{where} went on at {offset}, and {expected} was due")
        batch.next_offset = offset + 1
        return True

    def _records(self, batch: Batch) -> list[Record]:
        topics, partition = self._around.plan.topics, batch.held.partition
        published = self._around.now()
        return [
            *(alert_record(topics.alerts, alert, published) for alert in batch.work.alerts),
            *(dead_letter_record(topics.dead_letters, letter) for letter in batch.work.refused),
            *page_records(topics.changelog, partition, batch.work.writes()),
            *page_records(topics.changelog, partition, [(POSITION_KEY, self._position(batch))]),
        ]

    def _position(self, batch: Batch) -> bytes:
        return encode_position(
            Position(
                next_offset=batch.next_offset or 0,
                topic_id=batch.held.topic_id,
                partitions=self._around.plan.partitions,
                stored_form=self._stored_form,
            )
        )

    def _report(self, batch: Batch, seconds: float) -> None:
        probe, visible = self._around.probe, self._around.now().timestamp()
        probe.marks(Result.APPLIED, batch.applied - len(batch.work.refused))
        probe.marks(Result.REFUSED, len(batch.work.refused))
        for letter in batch.work.refused:
            probe.dead_letter(letter.reason)
        for alert, received_ms in zip(batch.work.alerts, batch.received, strict=True):
            probe.alert(alert.rule, alert.change)
            if received_ms >= 0:
                probe.alert_latency(max(0.0, visible - received_ms / 1000))
        probe.batch(Stage.PUPILS, batch.registers)
        probe.committed(Stage.PUPILS, seconds)
        probe.pupils(sum(len(held.ledgers) for held in self._keeper.all()))


def _marks(registers: list[BatchRegister]) -> int:
    return sum(len(register.marks) for register in registers)


def _decode(event: Event) -> list[BatchRegister]:
    where = f"record {event.message.offset} of partition {event.message.partition} of {event.message.topic}"
    try:
        batch = decode_batch(event.message.value or b"")
    except msgspec.DecodeError as error:
        raise Stop(f"{where} is no mark batch: nobody but the schools stage may write there") from error
    if batch.version != BATCH_VERSION:
        raise StoredFormUnknown(f"{where} has form {batch.version}, and this version reads {BATCH_VERSION}")
    return batch.registers
