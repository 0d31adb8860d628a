"""Faust's consumer, made to fetch nothing between a rebalance and its seek.

After a rebalance Faust resumes the partitions, then seeks each to its committed offset, then clears the streams'
queues, with awaits in between. A record fetched in that time can be taken for one already read, or lie in a queue that
is cleared, and is then passed over while those behind it are acknowledged. Seen on a busy machine; the pupils stage
finds it by its position, the schools stage would not. So partitions are resumed when all of that is done.
"""

from collections.abc import Iterable
from typing import Any

from faust.transport.drivers.aiokafka import Consumer, Transport
from faust.types import TP


class SteadyConsumer(Consumer):
    """A consumer whose partitions resume with the flow, which Faust resumes last."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - handed on as they come
        self._waiting: set[TP] = set()
        super().__init__(*args, **options)

    def resume_partitions(self, tps: Iterable[TP]) -> None:
        """Note that *tps* are to resume with the flow."""
        self._waiting.update(tps)

    def pause_partitions(self, tps: Iterable[TP]) -> None:
        """Pause *tps*, and those that were to resume."""
        paused = set(tps)
        self._waiting -= paused
        self._buffered_partitions -= paused
        super().pause_partitions(paused)

    def on_buffer_drop(self, tp: TP) -> None:
        """Fetch again from a partition whose queue has room, unless it is paused."""
        if tp not in self._paused_partitions:
            super().on_buffer_drop(tp)

    def resume_flow(self) -> None:
        """Resume the flow, and the partitions that waited for it."""
        waiting, self._waiting = self._waiting, set()
        super().resume_partitions(waiting)
        super().resume_flow()

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Pause what is assigned before Faust counts it as active."""
        self.pause_partitions(assigned)
        await super().on_partitions_assigned(assigned, generation_id)


class SteadyTransport(Transport):
    """Faust's transport with that consumer."""

    Consumer = SteadyConsumer
