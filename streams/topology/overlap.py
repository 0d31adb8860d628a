"""Batches of one stage side by side: while one waits for Kafka's answer, the next is computed.

The stage keeps the order of what has one: it takes a batch's place in every line before it first waits.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from streams.topology.event import Event


class StageLike(Protocol):
    """A stage: does one batch and acknowledges it."""

    async def handle(self, events: list[Event]) -> None:
        """Do one batch."""


class Overlap:
    """Has *stage* do batches, *most* of them at once. What one raises goes to *failed*, which must end the process."""

    def __init__(self, stage: StageLike, most: int, failed: Callable[[Exception], None]) -> None:
        self._stage = stage
        self._room = asyncio.Semaphore(most)
        self._failed = failed
        self._tasks: set[asyncio.Task[None]] = set()  # the loop itself keeps none alive

    async def room(self) -> None:
        """Wait until one more may be begun."""
        await self._room.acquire()

    def begin(self, events: list[Event]) -> None:
        """Begin a batch, for which there is room."""
        task = asyncio.create_task(self._do(events))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _do(self, events: list[Event]) -> None:
        try:
            await self._stage.handle(events)
        except Exception as error:  # noqa: BLE001 - whatever it is
            self._failed(error)
        finally:
            self._room.release()
