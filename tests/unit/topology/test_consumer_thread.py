"""A fetch that waits while the group rebalances takes nothing that would then be dropped."""

# ruff: noqa: SLF001, ASYNC109, ARG002 - aiokafka's and Faust's own names and signatures

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import ConsumerStoppedError
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread
from faust.types import TP

from streams.topology.consumer import FETCH_WAIT, SteadyThread

A, B = TP("marks", 0), TP("marks", 1)


class FakeSubscriptions:
    def __init__(self) -> None:
        self.reassignment_in_progress = False

    @contextmanager
    def fetch_context(self) -> Iterator[None]:
        yield


class FakeFetcher:
    """Holds records by partition; gives those of the partitions asked for, and to an empty set all, as aiokafka."""

    def __init__(self) -> None:
        self._closed = False
        self._subscriptions = FakeSubscriptions()
        self._waiters: list[asyncio.Future[None]] = []
        self.records: dict[TP, list[int]] = {}

    def _create_fetch_waiter(self) -> asyncio.Future[None]:
        self._waiters.append(asyncio.get_running_loop().create_future())
        return self._waiters[-1]

    def arrive(self, tp: TP, *offsets: int) -> None:
        self.records.setdefault(tp, []).extend(offsets)
        for waiter in [each for each in self._waiters if not each.done()]:
            waiter.set_result(None)

    async def fetched_records(
        self, partitions: set[TP], timeout: float, max_records: int | None
    ) -> dict[TP, list[int]]:
        while True:
            taken = {tp: offsets for tp, offsets in self.records.items() if not partitions or tp in partitions}
            if taken or not timeout:
                break
            await asyncio.wait([self._create_fetch_waiter()], timeout=timeout)
        self.records = {tp: offsets for tp, offsets in self.records.items() if tp not in taken}
        return taken


class World:
    """A thread with its consumer, and no Kafka."""

    def __init__(self, kind: type[AIOKafkaConsumerThread] = SteadyThread) -> None:
        self.fetcher, self.active = FakeFetcher(), {A, B}
        self.thread = cast("Any", kind.__new__(kind))
        self.thread.consumer = self
        self.flow_active = True
        self._fetcher, self._closed = self.fetcher, False

    async def fetch(self, timeout: float = 5.0) -> dict[TP, list[int]]:
        found: dict[TP, list[int]] = await self.thread._fetch_records(
            self, self.active, timeout=timeout, max_records=500
        )
        return found


async def _while_paused(world: World) -> dict[TP, list[int]]:
    """Begin to fetch, pause everything as a rebalance does, and let records arrive again from the seek."""
    fetching = asyncio.create_task(world.fetch(0.05))
    await asyncio.sleep(0)
    world.active.clear()
    world.fetcher.arrive(A, 58, 59)
    return await fetching


def test_what_arrives_while_all_is_paused_stays_where_it_is() -> None:
    """Faust would drop it, since it is paused, and go on behind it."""

    async def trial() -> None:
        world = World()
        assert await _while_paused(world) == {}
        world.active.update({A, B})
        assert await world.fetch() == {A: [58, 59]}

    asyncio.run(trial())


def test_faust_itself_takes_it() -> None:
    """The reason for a thread of our own: should this fail, Faust is mended."""

    async def trial() -> None:
        assert await _while_paused(World(AIOKafkaConsumerThread)) == {A: [58, 59]}

    asyncio.run(trial())


def test_nothing_is_taken_during_a_reassignment_or_without_flow() -> None:
    """It waits for no longer than it may."""

    async def trial() -> None:
        world = World()
        world.fetcher.arrive(A, 1)
        world.fetcher._subscriptions.reassignment_in_progress = True
        assert await world.fetch(0.0) == {}
        world.fetcher._subscriptions.reassignment_in_progress = False
        world.flow_active = False
        assert await world.fetch(0.0) == {}
        world.flow_active = True
        assert await world.fetch(0.0) == {A: [1]}

    asyncio.run(trial())


def test_what_arrives_while_it_waits_is_taken_at_once() -> None:
    """Of the partitions that are active; what else arrives does not end the wait."""

    async def trial() -> None:
        world = World()
        world.active.discard(B)
        fetching = asyncio.create_task(world.fetch())
        await asyncio.sleep(0)
        world.fetcher.arrive(B, 7)
        await asyncio.sleep(0)
        world.fetcher.arrive(A, 3)
        assert await fetching == {A: [3]}

    asyncio.run(trial())


def test_a_fetcher_that_is_closed_says_so() -> None:
    """As Faust expects when it stops."""

    async def trial() -> None:
        world = World()
        world.fetcher._closed = True
        with pytest.raises(ConsumerStoppedError):
            await world.fetch()

    asyncio.run(trial())


def test_the_broker_holds_no_request_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Partitions that resume while one is held wait until it is answered: 1.5 s by Faust's own wish."""
    made = SimpleNamespace(_fetch_max_wait_ms=1500)
    monkeypatch.setattr(AIOKafkaConsumerThread, "_create_worker_consumer", lambda *_: made)
    assert World().thread._create_worker_consumer(None)._fetch_max_wait_ms == FETCH_WAIT
    assert "_fetch_max_wait_ms" in AIOKafkaConsumer.start.__code__.co_names  # where it is read
