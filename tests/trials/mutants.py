"""`firstbell worker` with one promise broken on purpose: `python mutants.py NAME`. The checker must catch every one."""


# ruff: noqa: SLF001 - a mutant reaches where nobody should

import asyncio
import os
import signal
import sys
import uuid
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable

from confluent_kafka import Producer

from streams.cli import main
from streams.errors import Undelivered
from streams.topology import clients
from streams.topology.courier import Courier, hand_over
from streams.topology.event import Event
from streams.topology.failstop import FailStop
from streams.topology.gather import acknowledge
from streams.topology.keeper import Held, Keeper, Writer
from streams.topology.plan import Plan
from streams.topology.pupils import Batch, PupilsStage
from streams.topology.records import Record
from streams.topology.schools import SchoolsStage
from streams.topology.transaction import PartitionWriter


def ack_before_commit() -> None:
    """Acknowledge a batch as soon as it is computed, some time before it is written."""
    compute = PupilsStage._compute

    async def computed(self: PupilsStage, batch: Batch, waiting: deque[Event]) -> None:
        await compute(self, batch, waiting)
        acknowledge(batch.events)
        await asyncio.sleep(2.0)  # twice the interval in which Faust commits

    PupilsStage._compute = computed  # type: ignore[method-assign]


def state_outside() -> None:
    """Write pages and position beside the transaction, at once."""
    write, opened = PartitionWriter.write, PartitionWriter.open.__func__  # type: ignore[attr-defined]

    def opened_too(cls: type[PartitionWriter], plan: Plan, partition: int, table: str) -> PartitionWriter:
        writer: PartitionWriter = opened(cls, plan, partition, table)
        writer.beside = Producer(clients.producer(plan))  # type: ignore[attr-defined]
        writer.state = {plan.ledgers.changelog, plan.boards.changelog}  # type: ignore[attr-defined]
        return writer

    def written(self: PartitionWriter, records: Iterable[Record]) -> None:
        every = list(records)
        hand_over(self.beside, [record for record in every if record.topic in self.state])  # type: ignore[attr-defined]
        self.beside.flush()  # type: ignore[attr-defined]
        write(self, [record for record in every if record.topic not in self.state])  # type: ignore[attr-defined]

    PartitionWriter.open = classmethod(opened_too)  # type: ignore[method-assign, assignment]
    PartitionWriter.write = written  # type: ignore[method-assign]


def no_fencing() -> None:
    """Write under a name that nobody else has, so that nobody is fenced."""
    name = uuid.uuid4().hex
    Plan.transactional_id = lambda _self, partition, table: f"{name}-{table}-{partition}"  # type: ignore[method-assign]


def not_skipped() -> None:
    """Apply what lies before the position once more."""

    def is_new(_self: PupilsStage, batch: Batch, event: Event) -> bool:
        batch.next_offset = event.message.offset + 1
        return True

    PupilsStage._is_new = is_new  # type: ignore[method-assign]


def swallow() -> None:
    """Take a record that was not delivered for one that was."""
    deliver = Courier.deliver

    def delivered(self: Courier, records: Iterable[Record]) -> int:
        try:
            return deliver(self, records)
        except Undelivered:
            self._failed = None
            return 0

    Courier.deliver = delivered  # type: ignore[method-assign]


def not_cleared() -> None:
    """Keep the ledgers of a partition that was asked back, and go on with them when it comes again."""
    tables: dict[Keeper, dict[int, Held]] = defaultdict(dict)
    load = Keeper._load

    async def loaded(self: Keeper, writers: dict[int, Writer], began: float) -> bool:
        done, old = await load(self, writers, began), tables[self]
        for partition in writers:
            if partition in old and partition in self._held:
                kept = old[partition]
                kept.writer = self._held[partition].writer
                kept.revoking.clear()
                self._held[partition] = kept
        old.update(self._held)
        return done

    Keeper._load = loaded  # type: ignore[method-assign]


def polite_stop() -> None:
    """On an exception, stop as Faust does: what raised is acknowledged, and committed on the way out."""

    def stop(_self: FailStop, during: str, error: BaseException) -> None:
        print(f"stopping politely: {during}: {type(error).__name__}", flush=True)  # noqa: T201 - into the worker's log
        os.kill(os.getpid(), signal.SIGTERM)

    FailStop.__call__ = stop  # type: ignore[method-assign, assignment]
    for stage in (PupilsStage, SchoolsStage):
        stage.handle = _acknowledging(stage.handle)  # type: ignore[method-assign, assignment]


def _acknowledging(handle: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """Acknowledge what raised, as Faust does when the generator of an agent is collected."""

    async def handled(stage: object, events: list[Event]) -> None:
        try:
            await handle(stage, events)
        except BaseException:
            acknowledge(events)
            raise

    return handled


MUTANTS: dict[str, Callable[[], None]] = {
    "ack-before-commit": ack_before_commit,
    "state-outside": state_outside,
    "no-fencing": no_fencing,
    "not-skipped": not_skipped,
    "swallow": swallow,
    "not-cleared": not_cleared,
    "polite-stop": polite_stop,
}

if __name__ == "__main__":
    MUTANTS[sys.argv[1]]()
    sys.argv = ["firstbell", "worker"]
    main()
