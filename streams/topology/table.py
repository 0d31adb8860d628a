"""A table that Faust neither fills nor writes: its store loads itself, in step with the keeper.

Faust still does what it is good at: it assigns each changelog partition with the source partition of the same number,
and holds the flow until `on_recovery_completed` returns.
"""

import asyncio
from typing import Any, NoReturn

import faust
from faust.stores import memory
from faust.tables import TableManager
from faust.types import TP
from yarl import URL

from streams.topology.failstop import FailStop
from streams.topology.keeper import Keeper


class KeptStore(memory.Store[bytes, bytes]):
    """The store behind a table: holds nothing itself, and tells Faust that there is nothing to recover."""

    keeper: Keeper[Any]
    fail_stop: FailStop

    async def on_recovery_completed(self, active_tps: set[TP], standby_tps: set[TP]) -> None:
        """Wait until what is assigned is loaded; only then does Faust let the flow go on."""
        del active_tps, standby_tps
        try:
            await self.keeper.loaded()
        except Exception as error:  # noqa: BLE001 - likewise
            self.fail_stop("loading the tables", error)

    def persisted_offset(self, tp: TP) -> int | None:
        """Give the last offset of the changelog, control records included, so that Faust reads none of it."""
        return self.keeper.last_offset(tp.partition)


class DurableTable(faust.Table[bytes, bytes]):
    """The table called *name*. Its changelog is written by its stage, in transactions, and by nobody else."""

    def __init__(self, app: faust.App, name: str, *, keeper: Keeper[Any], fail_stop: FailStop, partitions: int) -> None:
        super().__init__(app, name=name, partitions=partitions, key_type=bytes, value_type=bytes)
        self._keeper = keeper
        self._fail_stop = fail_stop

    def _new_store(self) -> KeptStore:
        store = KeptStore(URL("memory://"), self.app, self, table_name=self.name)
        store.keeper, store.fail_stop = self._keeper, self._fail_stop
        return store

    async def take(self, assigned: set[TP], generation: int) -> None:
        """Give back, fence and ask for ends; loading begins."""
        changelog = self.changelog_topic_name
        try:
            await self._keeper.assign({tp.partition for tp in assigned if tp.topic == changelog}, generation)
        except Exception as error:  # noqa: BLE001 - Faust would log it and go on
            self._fail_stop("taking partitions", error)

    def send_changelog(self, *_: object, **__: object) -> NoReturn:
        """Refuse: Faust's own producer knows no transactions."""
        raise TypeError(f"the {self.name} are written by their stage, in its transactions")


class Tables(TableManager):
    """Takes the partitions of all tables side by side: while it does, nobody works. Faust takes one after the other."""

    async def on_rebalance(
        self, assigned: set[TP], revoked: set[TP], newly_assigned: set[TP], generation_id: int = 0
    ) -> None:
        """Take them, then let Faust recover.

        Its own *revoked* and *newly_assigned* are not used: they say nothing of generations that were missed.
        """
        ours = [table for table in self.values() if isinstance(table, DurableTable)]
        await asyncio.gather(*(table.take(assigned, generation_id) for table in ours))
        await super().on_rebalance(assigned, revoked, newly_assigned, generation_id)
