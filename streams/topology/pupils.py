"""The second stage: marks to ledgers and alerts, exactly once."""

import asyncio
from collections import defaultdict, deque

import msgspec

from streams.contract.batches import READABLE, BatchRegister, Command, MarkBatch, decode_batch
from streams.errors import EngineFailed, FirstbellError, PositionLost, Stop, StoredFormUnknown
from streams.topology.durable import Durable
from streams.topology.engine import LedgersLike, WorkLike
from streams.topology.event import Event
from streams.topology.failing import engine_failed
from streams.topology.gather import Gatherer, acknowledge, by_partition
from streams.topology.keeper import Held
from streams.topology.pace import Pace
from streams.topology.probe import Result, Stage
from streams.topology.records import Record, alert_record, dead_letter_record, page_records, quarantine_record
from streams.topology.surroundings import Surroundings
from streams.topology.turns import Turn

AT_ONCE = 4_000  # marks that are taken together, which costs each of them less; then others have their turn
MOST = 10_000  # marks of a batch; more cost each of them no less, and the room for their pupils' records is kept
APART = 0.025  # s between the beginnings of two batches of a partition
COMPUTE_FOR = 0.5  # s; what a batch has computed by then is committed, so that none is in hand for long


class Batch:
    """One partition's batch on its way: its events, and what came of them."""

    def __init__(self, held: Held[LedgersLike]) -> None:
        self.held = held
        self.work: WorkLike = held.state.work()
        self.events: list[Event] = []
        self.next_offset = held.next_offset
        self.registers = 0
        self.applied = 0
        self.skipped = 0
        self.set_asides: list[BatchRegister] = []
        self.taken: list[BatchRegister] = []
        self.received: list[int] = []  # for each alert, when the register behind it was received (ms; -1 unknown)

    @property
    def has_room(self) -> bool:
        """Whether the batch may go on: its partition is not asked back, and few of its pupils come up again.

        Whoever brought a late mark after a flip, or one that moved an episode, goes the exact way for the rest of it.
        """
        most = min(MOST, max(AT_ONCE, len(self.held.state)))
        return self.applied < most and not self.held.revoking.is_set()

    def obey(self, command: Command) -> None:
        """Do what a person asked of one pupil's state."""
        before = len(self.work.alerts)
        self.work.obey(command)
        self.received += [-1] * (len(self.work.alerts) - before)  # no register is behind them

    def set_aside(self, register: BatchRegister) -> None:
        """Refuse all marks of a register on which the engine fails."""
        self.work.set_aside(register)
        self.set_asides.append(register)
        self.registers += 1
        self.applied += register.marks.size

    def take(self, registers: list[BatchRegister]) -> None:
        """Apply registers to the working copies.

        Raises:
            EngineFailed: the engine has a bug; nothing of the batch may be kept.
        """
        self.taken += registers
        try:
            outcomes = self.work.take(*registers)
        except FirstbellError:
            raise
        except Exception:
            self._blame()
            raise
        for register, outcome in zip(registers, outcomes, strict=True):
            if outcome.alerts:
                self.received += [register.received_ms] * len(outcome.alerts)
        self.registers += len(registers)
        self.applied += _marks(registers)

    def _blame(self) -> None:
        """Take what was taken so far once more, one by one, and say which register the engine fails on."""
        again = self.held.state.work()
        for register in self.taken:
            try:
                again.take(register)
            except Exception as error:
                raise EngineFailed(engine_failed(*register.origin, error)) from error


class PupilsStage:
    """Applies mark batches to the ledgers of their partition, and writes what changed in one transaction."""

    def __init__(self, around: Surroundings, durable: Durable[LedgersLike], gatherer: Gatherer) -> None:
        self._around = around
        self._durable = durable
        self._gatherer = gatherer
        self._waiting: dict[int, deque[Event]] = defaultdict(deque)  # by partition, in order
        self._paces = defaultdict[int, Pace](lambda: Pace(APART, around.clock))  # likewise

    async def handle(self, events: list[Event]) -> None:
        """Work *events* off, the partitions side by side. While one batch is written, more may be handed in.

        Raises:
            Stop, Undelivered: the worker must not go on; nothing of the failed batch is acknowledged.
        """
        if self._durable.keeper.leaving:
            self._gatherer.forget(events)  # they come again, to whoever has their partitions then
            return
        parts = [(self._durable.held(partition), part) for partition, part in by_partition(events).items()]
        for held, part in parts:  # before anything is waited for: so they stand in order
            self._waiting[held.partition] += part
        await asyncio.gather(*(self._work_off(held, self._waiting[held.partition]) for held, _ in parts))

    async def _work_off(self, held: Held[LedgersLike], waiting: deque[Event]) -> None:
        """Do batch after batch of one partition; asked back, finish the one in hand and drop what waits.

        A batch takes all that waits, also what was handed in meanwhile.
        """
        while waiting:
            async with held.busy:
                if waiting:
                    await self._paces[held.partition].turn(held.revoking)
                if not self._durable.keeper.holds(held):
                    self._gatherer.forget(waiting)
                    waiting.clear()
                elif waiting:  # the batch before may have taken it
                    await self._do(Batch(held), waiting)

    async def _do(self, batch: Batch, waiting: deque[Event]) -> None:
        """Do one batch of one partition.

        1. compute in working copies, skipping what lies before the position, until nothing waits or the time is up;
        2. begin, produce, commit: alerts, dead letters, changed pages, position;
        3. swap the working copies in, and move the position;
        4. acknowledge, in order.

        Fenced on a partition that is asked back: the batch is dropped, and the new owner does it.
        """
        await self._compute(batch, waiting)
        if batch.next_offset == batch.held.next_offset:
            self._acknowledge(batch)  # every record lay before the position
            return
        records, began = self._records(batch), self._around.clock()
        if await self._durable.write(batch.held, records, batch.next_offset, batch.events):
            batch.work.commit()
            self._acknowledge(batch)
            self._report(batch, self._around.clock() - began)

    def _acknowledge(self, batch: Batch) -> None:
        acknowledge(batch.events)
        self._around.lag.done(batch.events)
        self._around.probe.marks(Result.SKIPPED, batch.skipped)
        self._around.probe.progressed()

    async def _compute(self, batch: Batch, waiting: deque[Event]) -> None:
        turn, until = Turn(self._around.clock), self._around.clock() + COMPUTE_FOR
        while waiting and (not batch.events or (batch.has_room and self._around.clock() < until)):
            self._take(batch, waiting)
            await turn.maybe_yield()

    def _take(self, batch: Batch, waiting: deque[Event]) -> None:
        """Do the next records: as many as make `AT_ONCE` marks, of those that wait, together up to each command."""
        found: list[BatchRegister] = []
        size = 0
        while waiting and size < AT_ONCE:
            event = waiting.popleft()
            batch.events.append(event)
            marks = _decode(event)
            if not self._is_new(batch, event):
                batch.skipped += _marks(marks.registers)
                continue
            found += self._not_set_aside(batch, marks.registers)
            size += _marks(marks.registers)
            if marks.commands:
                batch.take(found)
                found, size = [], 0
            for command in marks.commands:
                batch.obey(command)
        batch.take(found)

    def _not_set_aside(self, batch: Batch, registers: list[BatchRegister]) -> list[BatchRegister]:
        quarantine = self._around.plan.quarantine
        if not quarantine:
            return registers
        for register in registers:
            if register.origin in quarantine:
                batch.set_aside(register)
        return [register for register in registers if register.origin not in quarantine]

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
        topics, changelog = self._around.plan.topics, self._durable.table.changelog
        published = self._around.now()
        return [
            *(alert_record(topics.alerts, alert, published) for alert in batch.work.alerts),
            *(dead_letter_record(topics.dead_letters, letter) for letter in batch.work.refused),
            *page_records(changelog, batch.held.partition, batch.work.writes()),
            *page_records(topics.erased, batch.held.partition, batch.work.listed()),
            *(quarantine_record(topics, *register.origin, published) for register in batch.set_asides),
        ]

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
        probe.pupils(sum(len(held.state) for held in self._durable.keeper.all()))


def _marks(registers: list[BatchRegister]) -> int:
    return sum([register.marks.size for register in registers])


def _decode(event: Event) -> MarkBatch:
    where = f"record {event.message.offset} of partition {event.message.partition} of {event.message.topic}"
    try:
        batch = decode_batch(event.message.value or b"")
    except msgspec.DecodeError as error:
        raise Stop(f"{where} is no mark batch: nobody but the schools stage may write there") from error
    if batch.version not in READABLE:
        raise StoredFormUnknown(f"{where} has form {batch.version}, and this version reads {READABLE}")
    return batch
