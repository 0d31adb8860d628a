"""Handing memory that was needed for a moment back to the operating system."""

import asyncio
import ctypes
from concurrent.futures import Executor

EVERY = 30.0
"""Seconds from one handing back to the next: the less there is to hand back, the sooner it is done."""


def give_back() -> None:
    """Hand back what is free: the C library keeps it for the next who asks, where it knows how to hand it back at all.

    Once a load is over, that is the buffers of all that was read.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


async def give_back_aside(pool: Executor) -> None:
    """Hand back what is free in a thread of *pool*, so that nobody waits for it."""
    await asyncio.get_running_loop().run_in_executor(pool, give_back)
