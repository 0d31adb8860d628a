"""Noticing that a transaction of this worker's own hangs while it goes on.

A commit is answered before its markers are written, so a worker may live through the loss of one: its alerts are then
held back from every committed reader. Only who takes the partition anew can end that: so the worker stops, and does it
when it is started again (`mending`).
"""

import asyncio
from collections.abc import Callable, Iterable

from streams.errors import Stop, Undelivered
from streams.kafka.markers import Open
from streams.topology.failstop import FailStop
from streams.topology.mending import places


class Lingering:
    """Looks every *interval* seconds; not below the time that a transaction has.

    `names` gives the transactional ids of what is held; `hanging` what hangs of them, and blocks.
    """

    def __init__(
        self,
        names: Callable[[], list[str]],
        hanging: Callable[[list[str]], Iterable[Open]],
        interval: float,
        fail_stop: FailStop,
    ) -> None:
        self._names = names
        self._hanging = hanging
        self._interval = interval
        self._fail_stop = fail_stop
        self._before: frozenset[Open] = frozenset()

    async def run(self) -> None:
        """Look again and again, for ever."""
        while True:
            try:
                self._look(await asyncio.to_thread(self._hanging, self._names()))
            except Undelivered:
                pass  # who waits for a broker that does not answer is `Watch`
            except Exception as error:  # noqa: BLE001 - whatever it is
                self._fail_stop("looking for transactions that hang", error)
            await asyncio.sleep(self._interval)

    def _look(self, found: Iterable[Open]) -> None:
        """What is there at two looks hangs: one alone may be a commit under way."""
        now = frozenset(found)
        if lingering := now & self._before:
            raise Stop(f"a transaction hangs in {places(lingering)}; started again, this worker ends it")
        self._before = now
