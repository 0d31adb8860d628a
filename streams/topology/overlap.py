"""Batches of one stage side by side: while one waits for Kafka's answer, the next is computed.

The stage keeps the order of what has one: it takes a batch's place in every line before it first waits.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from streams.topology.event import Event
from streams.topology.gather import size_of
from streams.topology.pace import Pace


class StageLike(Protocol):
    """A stage: does one batch and acknowledges it."""

    async def handle(self, events: list[Event]) -> None:
        """Do one batch."""


class Overlap:
    """Has *stage* do batches, at its *pace* and as long as there are fewer than *most* bytes in hand.

    What one raises goes to *failed*, which must end the process.
    """

    def __init__(self, stage: StageLike, most: int, pace: Pace, failed: Callable[[Exception], None]) -> None:
        self._stage = stage
        self._most = most
        self._pace = pace
        self._failed = failed
        self._in_hand = 0
        self._done = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()  # the loop itself keeps none alive

    async def room(self) -> None:
        """Wait until one more may be begun."""
        while self._in_hand >= self._most:
            self._done.clear()
            await self._done.wait()
        await self._pace.turn()

    def begin(self, events: list[Event]) -> None:
        """Begin a batch, for which there is room."""
        size = sum(map(size_of, events))
        self._in_hand += size
        task = asyncio.create_task(self._do(events, size))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _do(self, events: list[Event], size: int) -> None:
        try:
            await self._stage.handle(events)
        except Exception as error:  # noqa: BLE001 - whatever it is
            self._failed(error)
        finally:
            self._in_hand -= size
            self._done.set()
