"""Faust's consumer, made to fetch nothing between a rebalance and its seek.

After a rebalance Faust resumes the partitions, then seeks each to its committed offset, then clears the streams'
queues, with awaits in between. A record fetched in that time can be taken for one already read, or lie in a queue that
is cleared, and is then passed over while those behind it are acknowledged. Seen on a busy machine; the pupils stage
finds it by its position, the schools stage would not. So partitions are resumed when all of that is done.

A fetch that waits for records while the group rebalances must not take any either. It shares its set of partitions with
the event loop, where a pause empties it, and to aiokafka an empty set is every partition; what it then takes after the
seek, Faust drops without a word, since those partitions are paused. So the set is looked at when records are taken.

And Faust makes two tasks for every message that it hands on, in case that must wait: a third of what an event costs.

A request for records that finds none is held by the broker for a while, by Faust's wish for 1.5 s, and there is one at
a time. A partition that is not in it, having been paused or not yet read empty when it was sent, waits for that long.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer  # type: ignore[import-untyped]
from aiokafka.errors import ConsumerStoppedError  # type: ignore[import-untyped]
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Transport
from faust.types import TP

from streams.topology.eager import begin
from streams.topology.handing import Records, hand_on
from streams.topology.plainly import SilentProducer

FETCH_WAIT = 50  # ms that the broker may hold a request for records when it has none


class SteadyThread(AIOKafkaConsumerThread):
    """Faust's own thread for fetching, which takes records only from partitions that are active at that moment."""

    def _create_worker_consumer(self, transport: Transport) -> AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_WAIT  # noqa: SLF001 - read when it starts; Faust has no setting for it
        return consumer

    async def _fetch_records(
        self,
        consumer: Any,  # noqa: ANN401 - aiokafka's, which has no types
        active_partitions: set[TP],
        timeout: float | None = None,  # noqa: ASYNC109 - Faust's signature
        max_records: int | None = None,
    ) -> Records:
        # All but the waiting goes without a break in the thread's loop, in which rebalances and seeks go on too.
        fetcher, until = consumer._fetcher, time.monotonic() + (timeout or 0.0)  # noqa: SLF001 - as Faust does
        with fetcher._subscriptions.fetch_context():  # noqa: SLF001 - likewise
            while not (taken := await self._take(fetcher, active_partitions, max_records)):
                if not await _arrives(fetcher, until - time.monotonic()):
                    return {}
        return taken

    async def _take(self, fetcher: Any, active_partitions: set[TP], max_records: int | None) -> Records:  # noqa: ANN401 - likewise
        """Take what has arrived; nothing while the group rebalances, or nothing is active."""
        if fetcher._closed:  # noqa: SLF001 - likewise
            raise ConsumerStoppedError
        now_active = frozenset(active_partitions)
        is_rebalancing = fetcher._subscriptions.reassignment_in_progress  # noqa: SLF001 - likewise
        if not self.consumer.flow_active or not now_active or is_rebalancing:
            return {}
        taken: Records = await fetcher.fetched_records(now_active, timeout=0, max_records=max_records)
        return taken


async def _arrives(fetcher: Any, within: float) -> bool:  # noqa: ANN401 - likewise
    """Wait until something new has arrived, of whichever partition; tell whether it did."""
    waiter = fetcher._create_fetch_waiter()  # noqa: SLF001 - likewise
    await asyncio.wait([waiter], timeout=max(0.0, within))
    if not waiter.done():
        waiter.cancel()
        return False
    return True


class SteadyConsumer(Consumer):
    """A consumer whose partitions resume with the flow, which Faust resumes last."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - handed on as they come
        self._waiting: set[TP] = set()
        super().__init__(*args, **options)

    def _new_consumer_thread(self) -> AIOKafkaConsumerThread:
        return SteadyThread(self, loop=self.loop, beacon=self.beacon)

    async def wait_first(self, *coros: Any, timeout: Any = None) -> Any:  # noqa: ANN401, ASYNC109 - Faust's signature
        """Hand a message on at once; only where that waits make tasks, to stop when the flow does."""
        if len(coros) == 1:  # an event, or so: it is meant to wait
            return await super().wait_first(*coros, timeout=timeout)
        handing_on, suspended = coros
        begun = begin(handing_on)
        if begun is not None:
            return await super().wait_first(begun, suspended, timeout=timeout)
        suspended.close()
        return None

    async def _wait_next_records(self, timeout: float) -> tuple[Records | None, set[TP] | None]:  # noqa: ASYNC109 - Faust's signature
        """Fetch, hand on together what may be, and give Faust the rest."""
        records, active = await super()._wait_next_records(timeout)
        if records is None or self.should_stop or self._has_to_commit:
            return records, active
        return hand_on(self, records, active), active

    @property
    def _has_to_commit(self) -> bool:
        """Whether Faust commits before the next record that it hands on."""
        return self._commit_every is not None and self._n_acked >= self._commit_every

    async def earliest_offsets(self, *_: TP) -> Mapping[TP, int]:
        """Tell nothing. Faust asks for changelogs, in case a table has less than they begin with: ours load themselves.

        It would wait for the answer, longer than for any other.
        """
        return {}

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
    """Faust's transport with that consumer, and a producer that nobody waits for."""

    Consumer = SteadyConsumer
    Producer = SilentProducer
