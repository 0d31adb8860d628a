"""The first stage: registers to mark batches, and to the schools' boards."""

import asyncio

from streams.contract.batches import BatchRegister
from streams.contract.messages import DeadLetter, Origin
from streams.topology.boards import Read, SchoolBoards, by_partition
from streams.topology.courier import Courier
from streams.topology.crash_points import Point, reach
from streams.topology.engine import Engine, IntakeLike
from streams.topology.event import Event
from streams.topology.probe import Result, Stage
from streams.topology.records import Record, batch_records, dead_letter_record
from streams.topology.surroundings import Surroundings
from streams.topology.turns import Turn
from streams.topology.unbroken import Unbroken

MAX_RECORD = 128 << 10  # bytes of a mark batch, some thousands of marks: the pupils stage commits whole records


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

    async def handle(self, events: list[Event]) -> None:
        """Do one batch.

        1. read every register, none passed over: marks to send on, and dead letters;
        2. split the marks into one record per partition of `marks`, the order of registers kept;
        3. deliver marks and dead letters, and wait until Kafka has taken them;
        4. put the registers on the boards, the partitions side by side, each in one transaction with its school alerts
           and its position; acknowledge, in order.

        Raises:
            PositionLost: registers were passed over. Undelivered: Kafka did not take what came of them.
                Nothing is acknowledged, or only partitions whose boards are written.
        """
        held = await self._boards.ready({event.message.partition for event in events})
        await self._unbroken.check(events)
        reads, refused = await self._read(events)
        registers = [read.register for read in reads if read.register is not None]
        records = [*self._batches(registers), *self._dead_letters(refused)]
        began = self._around.clock()
        await asyncio.get_running_loop().run_in_executor(self._around.pool, self._courier.deliver, records)
        reach(Point.MARKS_DELIVERED)
        parts = by_partition(reads)
        await asyncio.gather(*(self._boards.put(held[partition], part) for partition, part in parts.items()))
        self._around.lag.done(events)
        self._report(reads, refused, self._around.clock() - began)

    async def _read(self, events: list[Event]) -> tuple[list[Read], list[tuple[bytes | None, DeadLetter]]]:
        reads: list[Read] = []
        refused: list[tuple[bytes | None, DeadLetter]] = []
        turn = Turn(self._around.clock)
        for event in events:
            intake = self._intake(event)
            reads.append(Read(event, intake.register))
            refused += [(event.message.key, letter) for letter in intake.refused]
            await turn.maybe_yield()
        return reads, refused

    def _intake(self, event: Event) -> IntakeLike:
        message = event.message
        stamped = message.timestamp is not None and message.timestamp >= 0
        return self._engine.read_register(
            message.value or b"",
            received_ms=round(message.timestamp * 1000) if stamped else None,
            origin=Origin(topic=message.topic, partition=message.partition, offset=message.offset),
        )

    def _batches(self, registers: list[BatchRegister]) -> list[Record]:
        parts = self._engine.split(registers, self._around.plan.partitions)
        topic = self._around.plan.topics.marks
        return [
            record
            for partition, part in parts.items()
            if part
            for record in batch_records(topic, partition, part, MAX_RECORD)
        ]

    def _dead_letters(self, refused: list[tuple[bytes | None, DeadLetter]]) -> list[Record]:
        return [dead_letter_record(self._around.plan.topics.dead_letters, letter, key) for key, letter in refused]

    def _report(self, reads: list[Read], refused: list[tuple[bytes | None, DeadLetter]], seconds: float) -> None:
        self._around.probe.registers_read(len(reads))
        self._around.probe.marks(Result.ACCEPTED, sum(len(read.register.marks) for read in reads if read.register))
        self._around.probe.marks(Result.REFUSED, sum(letter.mark is not None for _, letter in refused))
        for _, letter in refused:
            self._around.probe.dead_letter(letter.reason)
        self._around.probe.batch(Stage.SCHOOLS, len(reads))
        self._around.probe.committed(Stage.SCHOOLS, seconds)
        self._around.probe.progressed()
