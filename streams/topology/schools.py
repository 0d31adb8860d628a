"""The first stage: registers to mark batches, and to the schools' boards."""

import asyncio
import re
from dataclasses import dataclass

import structlog

from streams.contract.batches import BatchRegister
from streams.contract.messages import DeadLetter, Origin
from streams.errors import EngineFailed, SourceGoneBad
from streams.topology.boards import Read, SchoolBoards, by_partition
from streams.topology.breaker import Breaker
from streams.topology.courier import Courier
from streams.topology.crash_points import Point, reach
from streams.topology.engine import Engine, IntakeLike
from streams.topology.event import Event
from streams.topology.failing import engine_failed
from streams.topology.probe import Result, Stage
from streams.topology.records import Record, batch_records, dead_letter_record, quarantine_record
from streams.topology.surroundings import Surroundings
from streams.topology.turns import Turn
from streams.topology.unbroken import Unbroken

MAX_RECORD = 128 << 10  # bytes of a mark batch, some thousands of marks: the pupils stage commits whole records

log = structlog.get_logger("firstbell.worker")

Refused = tuple[bytes | None, DeadLetter]
"""A dead letter, and the key of the register that it came of."""

_SCHOOL = re.compile(rb"[1-9][0-9]{5}")


@dataclass(frozen=True)
class SetAside:
    """The intake of a register that a person set aside: refused whole, its bytes kept."""

    value: bytes
    origin: Origin

    @property
    def register(self) -> BatchRegister | None:
        """Nothing is accepted."""
        return None

    @property
    def refused(self) -> list[DeadLetter]:
        """All of it."""
        nothing = {"register_id": None, "urn": None, "date": None, "session": None, "mark": None}
        detail = "the engine fails on it, and it was set aside by hand"
        return [DeadLetter(reason="quarantined", detail=detail, origin=self.origin, value=self.value, **nothing)]


def is_bad(intake: IntakeLike) -> bool:
    """Whether a register is bad: refused whole, or at least half of its marks are."""
    taken = 0 if intake.register is None else intake.register.marks.size
    return bool(intake.refused) and len(intake.refused) >= taken


def _named(source: bytes) -> str:
    """Name a source in a log: a school by its URN, and nothing else that a sender may have put there."""
    return f"school {source.decode()}" if _SCHOOL.fullmatch(source) else "a source whose key is no school"


class SchoolsStage:
    """Reads registers, refuses what is bad, splits the rest by pupil, and puts it on the boards.

    Marks and dead letters at least once (marks are latest-wins), what comes of the boards once.
    """

    def __init__(
        self, around: Surroundings, engine: Engine, courier: Courier, unbroken: Unbroken, boards: SchoolBoards
    ) -> None:
        self._around = around
        self._engine = engine
        self._courier = courier
        self._unbroken = unbroken
        self._boards = boards
        self._turn = asyncio.Lock()  # one batch at a time is read and delivered; meanwhile others are put on boards
        self._breaker = Breaker(around.plan.breaker_registers, around.plan.breaker_percent)

    async def handle(self, events: list[Event]) -> None:
        """Do one batch.

        1. read every register, none passed over: marks to send on, and dead letters;
        2. split the marks into one record per partition of `marks`, the order of registers kept;
        3. deliver marks and dead letters, and wait until Kafka has taken them;
        4. put the registers on the boards, the partitions side by side, each in one transaction with its school alerts
           and its position; acknowledge, in order. Meanwhile the next batch may be read and delivered.

        Raises:
            PositionLost: registers were passed over. Undelivered: Kafka did not take what came of them.
                Nothing is acknowledged, or only partitions whose boards are written.
        """
        async with self._turn:
            held = await self._boards.ready(events)
            if not held:
                return
            await self._unbroken.check(events)
            reads, refused = await self._read(events)
            began = self._around.clock()
            await self._deliver(events, reads, refused)
        parts = by_partition(reads)
        await asyncio.gather(*(self._boards.put(held[partition], part) for partition, part in parts.items()))
        self._around.lag.done(events)
        self._report(reads, refused, self._around.clock() - began)

    async def _deliver(self, events: list[Event], reads: list[Read], refused: list[Refused]) -> None:
        registers = [read.register for read in reads if read.register is not None]
        records = [*self._batches(registers), *self._dead_letters(refused), *self._quarantines(events)]
        await asyncio.get_running_loop().run_in_executor(self._around.pool, self._courier.deliver, records)
        reach(Point.MARKS_DELIVERED)

    async def _read(self, events: list[Event]) -> tuple[list[Read], list[Refused]]:
        reads: list[Read] = []
        refused: list[Refused] = []
        turn = Turn(self._around.clock)
        for event in events:
            intake = self._intake(event)
            self._watch(event, intake)
            reads.append(Read(event, intake.register))
            refused += [(event.message.key, letter) for letter in intake.refused]
            await turn.maybe_yield()
        return reads, refused

    def _intake(self, event: Event) -> IntakeLike:
        message = event.message
        stamped = message.timestamp is not None and message.timestamp >= 0
        origin = Origin(topic=message.topic, partition=message.partition, offset=message.offset)
        if self._is_set_aside(event):
            return SetAside(message.value or b"", origin)
        try:
            return self._engine.read_register(
                message.value or b"", received_ms=round(message.timestamp * 1000) if stamped else None, origin=origin
            )
        except Exception as error:
            raise EngineFailed(engine_failed(message.partition, message.offset, error)) from error

    def _is_set_aside(self, event: Event) -> bool:
        return (event.message.partition, event.message.offset) in self._around.plan.quarantine

    def _watch(self, event: Event, intake: IntakeLike) -> None:
        """Look whether the source of a register has gone bad.

        Raises:
            SourceGoneBad: it has, and the settings say to stop then.
        """
        if self._is_set_aside(event):
            return
        source, plan = event.message.key or b"", self._around.plan
        opened = self._breaker.saw(source, bad=is_bad(intake))
        if opened:
            log.error("a source has gone bad", source=_named(source), registers=plan.breaker_registers)
            self._around.probe.sources_bad(self._breaker.bad, 1)
        if opened and plan.breaker_stops:
            share = f"more than {plan.breaker_percent} % of the last {plan.breaker_registers} registers"
            raise SourceGoneBad(f"{share} of {_named(source)} are bad, and breaker_stops is set")

    def _batches(self, registers: list[BatchRegister]) -> list[Record]:
        parts = self._engine.split(registers, self._around.plan.partitions)
        topic = self._around.plan.topics.marks
        return [
            record
            for partition, part in parts.items()
            if part
            for record in batch_records(topic, partition, part, MAX_RECORD)
        ]

    def _quarantines(self, events: list[Event]) -> list[Record]:
        """What is to be remembered of registers set aside; before the acknowledgement, so never forgotten."""
        topics, now = self._around.plan.topics, self._around.now()
        aside = [event.message for event in events if self._is_set_aside(event)]
        return [quarantine_record(topics, message.partition, message.offset, now) for message in aside]

    def _dead_letters(self, refused: list[Refused]) -> list[Record]:
        return [dead_letter_record(self._around.plan.topics.dead_letters, letter, key) for key, letter in refused]

    def _report(self, reads: list[Read], refused: list[Refused], seconds: float) -> None:
        self._around.probe.registers_read(len(reads))
        self._around.probe.sources_bad(self._breaker.bad, 0)
        self._around.probe.marks(Result.ACCEPTED, sum(read.register.marks.size for read in reads if read.register))
        self._around.probe.marks(Result.REFUSED, sum(letter.mark is not None for _, letter in refused))
        for _, letter in refused:
            self._around.probe.dead_letter(letter.reason)
        self._around.probe.batch(Stage.SCHOOLS, len(reads))
        self._around.probe.committed(Stage.SCHOOLS, seconds)
        self._around.probe.progressed()
