"""Partitions from assignment to revocation."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor

import pytest

from streams.errors import PositionLost
from streams.topology.keeper import Kafka, Keeper, Writer
from streams.topology.position import Position
from streams.topology.readiness import ledger_report, readiness
from streams.topology.reading import Loaded
from tests.support.waiting import until
from tests.unit.topology.fakes import FakeLedgers, FakeWriter, Noted

Cancelled = Callable[[], bool]


class FakeKafka:
    """Fences and loads at once; partition 9 cannot be loaded. A blocked load ends when it is cancelled."""

    def __init__(self) -> None:
        self.log: list[tuple[str, object]] = []
        self.writers: list[FakeWriter] = []
        self.blocked_loads = 0
        self.loading = threading.Event()

    def look(self, partitions: set[int]) -> Callable[[], None]:
        self.log.append(("look", set(partitions)))
        return lambda: self.log.append(("mend", set(partitions)))

    def fence(self, partition: int) -> Writer:
        self.log.append(("fence", partition))
        self.writers.append(FakeWriter())
        return self.writers[-1]

    def ends(self, partitions: set[int]) -> dict[int, int]:
        self.log.append(("ends", set(partitions)))
        return {partition: 10 * partition for partition in partitions}

    def load(self, ends: dict[int, int], cancelled: Cancelled) -> dict[int, Loaded]:
        partitions = set(ends)
        assert ends == {partition: 10 * partition for partition in partitions}
        self.log.append(("load", partitions))
        if self.blocked_loads:
            self.blocked_loads -= 1
            self.loading.set()
            until(cancelled)
            return {}
        if 9 in partitions:
            raise PositionLost("nine")
        return {p: Loaded(FakeLedgers(), _position(p), "id") for p in partitions}


def _position(partition: int) -> Position:
    return Position(next_offset=partition * 100, topic_id="id", partitions=4, stored_form=1)


class Bench:
    def __init__(self) -> None:
        self.kafka, self.probe = FakeKafka(), Noted()

    def run(self, story: Callable[[Keeper], Coroutine[object, object, None]]) -> None:
        async def told() -> None:
            with ThreadPoolExecutor(4) as pool:
                report = ledger_report(self.probe, readiness(self.probe, ["ledgers"]))
                calls = Kafka(self.kafka.look, self.kafka.fence, self.kafka.ends, self.kafka.load)
                await story(Keeper("ledgers", calls, pool, report, lambda: 0.0))

        asyncio.run(told())

    def happened(self, what: str) -> list[object]:
        return [fact for name, fact in self.kafka.log if name == what]


def test_what_hangs_is_looked_for_before_the_fence_and_ended_after_it_and_before_the_ends_are_asked() -> None:
    """The fence makes Kafka forget how it was to end; and a marker moves the end."""
    bench = Bench()

    async def story(keeper: Keeper) -> None:
        await keeper.assign({1}, 5)
        await keeper.loaded()

    bench.run(story)
    assert [name for name, _ in bench.kafka.log] == ["look", "fence", "mend", "ends", "load"]


def test_new_partitions_are_fenced_then_their_ends_asked_then_loaded() -> None:
    """And held from then on, each from its position."""
    bench = Bench()

    async def story(keeper: Keeper) -> None:
        await keeper.assign({1, 2}, 5)
        await keeper.loaded()
        assert {held.partition: held.next_offset for held in keeper.all()} == {1: 100, 2: 200}
        assert (keeper.last_offset(2), keeper.last_offset(3)) == (19, None)

    bench.run(story)
    assert [name for name, _ in bench.kafka.log] == ["look", "fence", "fence", "mend", "ends", "load"]
    assert ("assigned", 2) in bench.probe.told
    assert bench.probe.told[-1] == ("ready", True)


def test_what_stays_over_the_next_generation_is_kept_and_what_leaves_is_closed() -> None:
    """Only what is new is fenced and loaded; ends are asked for all, since Faust asks for all."""
    bench = Bench()

    async def story(keeper: Keeper) -> None:
        await keeper.assign({1, 2}, 5)
        await keeper.loaded()
        kept, leaving = keeper.get(1), keeper.get(2)
        assert not keeper.leaving
        keeper.revoking()
        assert kept is not None
        assert (keeper.holds(kept), keeper.leaving) == (False, True)
        await keeper.assign({1, 3}, 6)
        assert not keeper.leaving
        assert not keeper.holds(kept)
        await keeper.loaded()
        assert keeper.get(1) is kept
        assert keeper.holds(kept)
        assert keeper.get(2) is None
        assert isinstance(leaving and leaving.writer, FakeWriter)

    bench.run(story)
    assert bench.happened("fence") == [1, 2, 3]
    assert bench.happened("ends") == [{1, 2}, {1, 3}]
    assert [writer.closed for writer in bench.kafka.writers] == [False, True, False]


def test_after_a_missed_generation_nothing_is_kept() -> None:
    """Another worker may have held the partition, and written, in between."""
    bench = Bench()

    async def story(keeper: Keeper) -> None:
        for generation in (5, 7):
            await keeper.assign({1}, generation)
            await keeper.loaded()

    bench.run(story)
    assert bench.happened("fence") == [1, 1]
    assert bench.happened("load") == [{1}, {1}]


def test_loading_is_given_up_when_the_next_assignment_comes() -> None:
    """What it had fenced is closed, and fenced anew if it is assigned again."""
    bench = Bench()
    bench.kafka.blocked_loads = 1

    async def story(keeper: Keeper) -> None:
        await keeper.assign({1}, 5)
        await asyncio.to_thread(bench.kafka.loading.wait)
        await keeper.assign({1, 2}, 6)
        await keeper.loaded()
        assert len(keeper.all()) == 2

    bench.run(story)
    assert bench.happened("fence") == [1, 1, 2]
    assert [writer.closed for writer in bench.kafka.writers] == [True, False, False]


def test_nothing_may_be_written_before_faust_waits_for_the_load() -> None:
    """It would miss the record; and what the group asked back meanwhile stays asked back."""
    bench = Bench()

    async def story(keeper: Keeper[FakeLedgers]) -> None:
        await keeper.assign({1}, 5)
        assert keeper._loading is not None  # noqa: SLF001 - Faust, which waits for it otherwise, has not asked
        await asyncio.shield(keeper._loading)  # noqa: SLF001 - likewise
        (held,) = keeper.all()
        assert not keeper.holds(held)
        keeper.revoking()
        await keeper.loaded()
        assert not keeper.holds(held)
        await keeper.assign({1}, 6)
        await keeper.loaded()
        assert keeper.holds(held)

    bench.run(story)


def test_what_is_being_written_is_waited_for() -> None:
    """Before a partition is given back."""
    bench = Bench()

    async def story(keeper: Keeper[FakeLedgers]) -> None:
        await keeper.assign({1}, 5)
        await keeper.loaded()
        (held,) = keeper.all()
        await held.busy.acquire()
        waiting = asyncio.create_task(keeper.close())
        await asyncio.sleep(0)
        assert not bench.kafka.writers[0].closed
        held.busy.release()
        await waiting
        assert bench.kafka.writers[0].closed

    bench.run(story)


def test_ledgers_that_cannot_be_loaded_are_told_to_who_waits_for_them() -> None:
    """And the worker is not ready."""
    bench = Bench()

    async def story(keeper: Keeper) -> None:
        await keeper.assign({9}, 1)
        with pytest.raises(PositionLost):
            await keeper.loaded()

    bench.run(story)
    assert ("ready", True) not in bench.probe.told


def test_a_dropped_partition_is_closed_and_loaded_anew_when_it_comes_back() -> None:
    """Its ledgers in memory are not the last word any more."""
    bench = Bench()

    async def story(keeper: Keeper) -> None:
        await keeper.assign({1}, 1)
        await keeper.loaded()
        (held,) = keeper.all()
        await keeper.drop(held)
        assert keeper.get(1) is None
        await keeper.assign({1}, 2)
        await keeper.loaded()
        await keeper.close()

    bench.run(story)
    assert bench.happened("load") == [{1}, {1}]
    assert all(writer.closed for writer in bench.kafka.writers)


def test_the_group_may_ask_back_a_little_after_the_fence_was_felt() -> None:
    """A woken worker's producer hears of it before its consumer does."""
    bench = Bench()

    async def story(keeper: Keeper) -> None:
        await keeper.assign({1}, 1)
        await keeper.loaded()
        (held,) = keeper.all()
        assert not await keeper.asked_back(held, 0.001)
        waiting = asyncio.create_task(keeper.asked_back(held, 60.0))
        await asyncio.sleep(0)
        keeper.revoking()
        assert await waiting

    bench.run(story)
