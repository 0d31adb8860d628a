"""The first stage: registers to mark batches."""

import asyncio

from streams.contract.batches import BatchRegister
from streams.contract.messages import DeadLetter, Origin
from streams.topology.courier import Courier
from streams.topology.crash_points import Point, reach
from streams.topology.engine import Engine, IntakeLike
from streams.topology.event import Event
from streams.topology.gather import acknowledge
from streams.topology.probe import Result, Stage
from streams.topology.records import Record, batch_records, dead_letter_record
from streams.topology.surroundings import Surroundings
from streams.topology.turns import Turn
from streams.topology.unbroken import Unbroken

MAX_RECORD = 128 << 10  # bytes of a mark batch, some thousands of marks: the pupils stage commits whole records


class SchoolsStage:
    """Reads registers, refuses what is bad, splits the rest by pupil. At least once: marks are latest-wins."""

    def __init__(self, around: Surroundings, engine: Engine, courier: Courier, unbroken: Unbroken) -> None:
        self._around = around
        self._engine = engine
        self._courier = courier
        self._unbroken = unbroken

    async def handle(self, events: list[Event]) -> None:
        """Do one batch.

        1. read every register, none passed over: marks to send on, and dead letters;
        2. split the marks into one record per partition of `marks`, the order of registers kept;
        3. deliver marks and dead letters, and wait until Kafka has taken them;
        4. acknowledge, in order.

        Raises:
            PositionLost: registers were passed over. Undelivered: Kafka did not take what came of them.
                Nothing is acknowledged.
        """
        await self._unbroken.check(events)
        registers, refused = await self._read(events)
        records = [*self._batches(registers), *self._dead_letters(refused)]
        began = self._around.clock()
        await asyncio.get_running_loop().run_in_executor(self._around.pool, self._courier.deliver, records)
        reach(Point.MARKS_DELIVERED)
        acknowledge(events)
        self._around.lag.done(events)
        self._report(len(events), registers, refused, self._around.clock() - began)

    async def _read(self, events: list[Event]) -> tuple[list[BatchRegister], list[tuple[bytes | None, DeadLetter]]]:
        registers: list[BatchRegister] = []
        refused: list[tuple[bytes | None, DeadLetter]] = []
        turn = Turn(self._around.clock)
        for event in events:
            intake = self._intake(event)
            if intake.register is not None:
                registers.append(intake.register)
            refused += [(event.message.key, letter) for letter in intake.refused]
            await turn.maybe_yield()
        return registers, refused

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

    def _report(
        self,
        read: int,
        registers: list[BatchRegister],
        refused: list[tuple[bytes | None, DeadLetter]],
        seconds: float,
    ) -> None:
        self._around.probe.registers_read(read)
        self._around.probe.marks(Result.ACCEPTED, sum(len(register.marks) for register in registers))
        self._around.probe.marks(Result.REFUSED, sum(letter.mark is not None for _, letter in refused))
        for _, letter in refused:
            self._around.probe.dead_letter(letter.reason)
        self._around.probe.batch(Stage.SCHOOLS, read)
        self._around.probe.committed(Stage.SCHOOLS, seconds)
        self._around.probe.progressed()
