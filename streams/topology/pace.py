"""Pace: turns that do not follow one another at once, so that each finds more to do.

A transaction costs about as much for one mark as for a thousand, and one that begins right behind another of the same
producer is put off by Kafka until the markers of that are written. The first after a quiet time begins at once.
"""

import asyncio
import contextlib
from collections.abc import Callable


class Pace:
    """Keeps the beginnings of turns *apart* seconds apart. `clock` in seconds, never going back."""

    def __init__(self, apart: float, clock: Callable[[], float]) -> None:
        self._apart = apart
        self._clock = clock
        self._next = clock()

    async def turn(self, hurry: asyncio.Event | None = None) -> None:
        """Wait until a turn may begin, or *hurry* is set."""
        left = self._next - self._clock()
        if left > 0:
            await _wait(left, hurry)
        self._next = self._clock() + self._apart


async def _wait(seconds: float, hurry: asyncio.Event | None) -> None:
    if hurry is None:
        await asyncio.sleep(seconds)
        return
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):  # makes no task, as `asyncio.wait_for` does
            await hurry.wait()
