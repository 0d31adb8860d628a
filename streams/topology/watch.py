"""Noticing that Kafka is gone, also while there is nothing to do."""

import asyncio
from collections.abc import Callable

from confluent_kafka import KafkaException

from streams.errors import Undelivered
from streams.topology.failstop import FailStop


class Watch:
    """Stops the worker when Kafka has not answered for *patience* seconds, busy or idle."""

    def __init__(
        self,
        reach: Callable[[float], None],
        patience: float,
        fail_stop: FailStop,
        clock: Callable[[], float],
    ) -> None:
        self._reach = reach
        self._patience = patience
        self._fail_stop = fail_stop
        self._clock = clock

    async def run(self) -> None:
        """Ask again and again, for ever."""
        answered = self._clock()
        while True:
            try:
                await asyncio.to_thread(self._reach, self._patience / 3)
            except KafkaException:
                if self._clock() - answered >= self._patience:
                    self._fail_stop("waiting for Kafka", Undelivered(f"no answer for {self._patience:g} s"))
                await asyncio.sleep(self._patience / 10)  # a refused connection fails at once
            else:
                answered = self._clock()
                await asyncio.sleep(self._patience / 3)
