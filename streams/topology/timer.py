"""Looking at the clock every so often, for as long as the worker runs."""

import asyncio
from collections.abc import Awaitable, Callable

from streams.topology.failstop import FailStop
from streams.topology.turns import to_its_end


class Timer:
    """Does *what*: calls *tick* every *interval* seconds, one call at a time. What it raises ends the worker."""

    def __init__(self, what: str, tick: Callable[[], Awaitable[None]], interval: float, fail_stop: FailStop) -> None:
        self._what = what
        self._tick = tick
        self._interval = interval
        self._fail_stop = fail_stop

    async def run(self) -> None:
        """Go on until cancelled; a call that has begun is ended first."""
        try:
            while True:
                await asyncio.sleep(self._interval)
                await to_its_end(self._tick())
        except Exception as error:  # noqa: BLE001 - whatever it is
            self._fail_stop(self._what, error)
