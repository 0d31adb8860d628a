"""When a worker joins its group: at once where nobody works, and else when it has read what it may be given.

While it joins nobody works, and while it then loads, the marks of its partitions wait. So what can be read before is
read before. Where nobody works marks wait from the start, and joining and reading go side by side.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from typing import Protocol

import structlog

MOST = 300_000
"""Pupils that are read for a place among others, of whom perhaps few are then this worker's: up to 1 GB."""
WITHIN = 120.0  # s; who has not read all by then joins and reads on
_LOOK_EVERY = 0.05  # s

log = structlog.get_logger("firstbell.worker")


class AheadLike(Protocol):
    """`Ahead`."""

    def start(self, most: int | None) -> None:
        """Begin."""

    def is_up(self) -> bool:
        """Tell whether it has come to the end."""


class Joining:
    """Readies a worker. `others` blocks, and tells whether anybody works.

    None for one with a name of its own: its partitions are kept for it, and nobody works on them.
    """

    def __init__(self, others: Callable[[], bool] | None, pool: Executor, aheads: Iterable[AheadLike]) -> None:
        self._others = others
        self._pool = pool
        self._aheads = list(aheads)

    async def ready(self) -> None:
        """Wait until it is time to join.

        Raises:
            Undelivered: Kafka does not answer.
        """
        loop = asyncio.get_running_loop()
        others = self._others is not None and await loop.run_in_executor(self._pool, self._others)
        for ahead in self._aheads:
            ahead.start(MOST if others else None)
        if others:
            log.info("others work; reading before joining")
            await self._wait()

    async def _wait(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WITHIN):
                while not all(ahead.is_up() for ahead in self._aheads):  # noqa: ASYNC110 - threads know no such event
                    await asyncio.sleep(_LOOK_EVERY)
