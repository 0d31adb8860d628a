"""Making one partition's batch durable: what came of it and the position in one transaction, or nothing."""

import asyncio
from typing import Generic

from streams.errors import Stop
from streams.topology.engine import State
from streams.topology.event import Event
from streams.topology.gather import Gatherer
from streams.topology.keeper import Held, Keeper
from streams.topology.plan import Table
from streams.topology.position import POSITION_KEY, Position, encode_position
from streams.topology.records import Record, page_records
from streams.topology.surroundings import Surroundings
from streams.topology.transaction import FencedError


class Durable(Generic[State]):
    """The held partitions of one *table*, and the way what changed in them is written."""

    def __init__(
        self, around: Surroundings, table: Table, keeper: Keeper[State], gatherer: Gatherer, stored_form: int
    ) -> None:
        self.table = table
        self.keeper = keeper
        self._around = around
        self._gatherer = gatherer
        self._stored_form = stored_form

    def held(self, partition: int) -> Held[State]:
        """Give a partition.

        Raises:
            Stop: it is not held: Faust let records through too early.
        """
        held = self.keeper.get(partition)
        if held is None:
            raise Stop(
                f"records of partition {partition} of {self.table.source} came before its {self.table.name} were loaded"
            )
        return held

    async def write(
        self, held: Held[State], records: list[Record], next_offset: int | None, events: list[Event]
    ) -> bool:
        """Write *records* and the position *next_offset* in one transaction; tell whether they are written.

        They are not where the worker is fenced on a partition that is asked back, or is within two heartbeats: the
        partition is dropped, *events* are forgotten, and the new owner does them.

        Raises:
            Undelivered: it failed in any other way. Whether it was committed may be unknown.
        """
        position = page_records(
            self.table.changelog, held.partition, [(POSITION_KEY, self._position(held, next_offset))]
        )
        wanted = [*records, *(position if next_offset is not None else ())]
        try:
            await asyncio.get_running_loop().run_in_executor(self._around.pool, held.writer.write, wanted)
        except FencedError:
            if not await self.keeper.asked_back(held, self._around.plan.heartbeat_interval * 2):
                raise
            self._gatherer.forget(events)
            await self.keeper.drop(held)
            return False
        held.next_offset = next_offset
        return True

    def _position(self, held: Held[State], next_offset: int | None) -> bytes:
        return encode_position(
            Position(
                next_offset=next_offset or 0,
                topic_id=held.topic_id,
                changelog_id=held.changelog_id,
                partitions=self._around.plan.partitions,
                stored_form=self._stored_form,
            )
        )
