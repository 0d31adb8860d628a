"""Turns: two stages share one event loop, so a long computation gives the other its turn now and then.

And what uses a client in a thread is not left in the middle.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

SLICE = 0.02  # s that a stage computes before it lets others in


class Turn:
    """Counts one stage's time. `clock` in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until = 0.0

    async def maybe_yield(self) -> None:
        """Let others in where this stage has had its slice."""
        if self._clock() >= self._until:
            await asyncio.sleep(0)
            self._until = self._clock() + SLICE


async def to_its_end(call: Awaitable[T]) -> T:
    """Await *call*; cancelled meanwhile, wait for its end first, since a thread cannot be called back."""
    task = asyncio.ensure_future(call)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
