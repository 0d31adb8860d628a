"""Who holds what: one table's partitions that are this worker's, from assignment to revocation.

On assignment, inside Faust's callback, during which aiokafka sends no heartbeats, so quickly:
1. give back the partitions that are gone;
2. look at what hangs of the new ones, which the fence would make Kafka forget (`mending`);
3. fence them (`init_transactions`), and end what hangs;
4. ask where every changelog partition now ends, for Faust.
Then, outside of it, while heartbeats go on and Faust waits with the flow:
5. load the new ones, as far as 4 says, and check their positions.
Only then may anything be written, also to those that stay: Faust compares the ends of 4 with those it finds itself, and
would wait for ever for a record that was written in between.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Generic, ParamSpec, Protocol, TypeVar

import structlog

from streams.topology.crash_points import Point, reach
from streams.topology.engine import State
from streams.topology.position import Position
from streams.topology.reading import Loaded
from streams.topology.records import Record

log = structlog.get_logger("firstbell.worker")

P = ParamSpec("P")
T = TypeVar("T")


class Writer(Protocol):
    """One partition's transactions (`PartitionWriter`)."""

    def write(self, records: list[Record]) -> None:
        """Write all or none."""

    def close(self) -> None:
        """Let it go."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """Whom a table's keeper tells of what it does; see `Probe`. `ready` is of this table alone."""

    assigned: Callable[[int], None]
    held: Callable[[int], None]
    recovered: Callable[[float], None]
    ready: Callable[[bool], None]


@dataclass
class Held(Generic[State]):
    """One partition: what it holds, the producer that may write it, and the next offset of its source to apply."""

    partition: int
    state: State
    writer: Writer
    topic_id: str
    next_offset: int | None
    changelog_id: str = ""
    revoking: asyncio.Event = field(default_factory=asyncio.Event)  # set: asked back, or not yet given
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)  # held by who computes and writes


@dataclass(frozen=True)
class Kafka(Generic[State]):
    """The blocking calls that a keeper needs, each made in a thread. `look` gives what ends what hangs, once fenced."""

    look: Callable[[set[int]], Callable[[], None]]
    fence: Callable[[int], Writer]
    ends: Callable[[set[int]], dict[int, int]]
    load: Callable[[dict[int, int], Callable[[], bool]], dict[int, Loaded[State]]]


class Keeper(Generic[State]):
    """Keeps the held partitions in step with the group's assignments. Used in the event loop's thread only."""

    def __init__(
        self, table: str, kafka: Kafka[State], pool: ThreadPoolExecutor, report: Report, clock: Callable[[], float]
    ) -> None:
        self._table = table
        self._kafka = kafka
        self._pool = pool
        self._report = report
        self._clock = clock
        self._held: dict[int, Held[State]] = {}
        self._ends: dict[int, int] = {}
        self._generation = -1
        self._asked_back, self._answered = 0, 0  # how often the group did, and how often it had at the last assignment
        self._cancelled = threading.Event()
        self._loading: asyncio.Task[bool] | None = None

    def get(self, partition: int) -> Held[State] | None:
        """Give a partition that is held and loaded."""
        return self._held.get(partition)

    def holds(self, held: Held[State]) -> bool:
        """Tell whether *held* is this worker's still, and nobody has asked for it back."""
        return self._held.get(held.partition) is held and not held.revoking.is_set()

    @property
    def leaving(self) -> bool:
        """Whether the group has asked for all partitions back, and given none since."""
        return self._asked_back != self._answered

    async def asked_back(self, held: Held[State], within: float) -> bool:
        """Tell whether *held* is this worker's no more, waiting so many seconds for the group to say so."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(held.revoking.wait(), within)
        return not self.holds(held)

    def all(self) -> list[Held[State]]:
        """Give every partition that is held and loaded."""
        return list(self._held.values())

    def last_offset(self, partition: int) -> int | None:
        """Give the last offset of a changelog partition as of the assignment, for Faust; -1 where it is empty."""
        end = self._ends.get(partition)
        return None if end is None else end - 1

    def revoking(self) -> None:
        """Note that the group asks for all partitions back; some may stay."""
        self._report.ready(False)  # noqa: FBT003 - it is the one fact told
        self._asked_back += 1
        for held in self._held.values():
            held.revoking.set()

    async def assign(self, partitions: set[int], generation: int) -> None:
        """Take *partitions* and no others: steps 1 to 4, and the start of 5.

        A partition is kept only when this is the next generation after the last: having missed one, somebody else may
        have held it, and written, in between.
        """
        await self._stop_loading()
        kept = set(self._held) & partitions if generation == self._generation + 1 else set()
        self._generation, self._answered = generation, self._asked_back
        await self._give_back(set(self._held) - kept)
        new = sorted(partitions - kept)
        began = self._clock()
        writers = await self._take(new)
        reach(Point.AFTER_FENCE)
        self._ends = await self._in_thread(self._kafka.ends, partitions)
        self._report.assigned(len(partitions))
        log.info("partitions assigned", table=self._table, generation=generation, new=new, kept=sorted(kept))
        self._cancelled.clear()
        self._loading = asyncio.create_task(self._load(writers, began))

    async def loaded(self) -> None:
        """Wait until the assigned partitions are loaded, or asked back; from now on they may be written.

        Raises:
            FirstbellError: they cannot be, or do not fit.
        """
        if self._loading is None:
            return
        ready = await asyncio.shield(self._loading)
        if ready and self._asked_back == self._answered:
            for held in self._held.values():
                held.revoking.clear()
        self._report.ready(ready)

    async def drop(self, held: Held[State]) -> None:
        """Let go of a partition that another worker has taken."""
        if self._held.get(held.partition) is held:
            await self._give_back({held.partition})

    async def idle(self) -> None:
        """Wait until nobody writes to what is held. Nobody begins once it is asked back."""
        for held in self.all():
            async with held.busy:
                pass

    async def close(self) -> None:
        """Give everything back."""
        await self.idle()
        await self._stop_loading()
        await self._give_back(set(self._held))

    async def _take(self, partitions: list[int]) -> dict[int, Writer]:
        mend = await self._in_thread(self._kafka.look, set(partitions))
        writers = await asyncio.gather(*(self._in_thread(self._kafka.fence, partition) for partition in partitions))
        await self._in_thread(mend)
        return dict(zip(partitions, writers, strict=True))

    async def _load(self, writers: dict[int, Writer], began: float) -> bool:
        ends = {partition: self._ends[partition] for partition in writers}
        found = await self._in_thread(self._kafka.load, ends, self._cancelled.is_set)
        if len(found) < len(writers):  # cancelled
            await asyncio.gather(*(self._in_thread(writer.close) for writer in writers.values()))
            return False
        for partition, loaded in found.items():
            ids = loaded.topic_id, _next(loaded.position), loaded.changelog_id
            held = Held(partition, loaded.state, writers[partition], *ids)
            held.revoking.set()
            self._held[partition] = held
        if found:
            seconds = self._clock() - began
            self._report.recovered(seconds)
            facts = {"count": sum(len(loaded.state) for loaded in found.values()), "seconds": round(seconds, 3)}
            log.info("partitions loaded", table=self._table, partitions=sorted(found), **facts)
        self._count()
        return True

    async def _stop_loading(self) -> None:
        if self._loading is not None:
            self._cancelled.set()
            await self._loading
            self._loading = None

    async def _give_back(self, partitions: set[int]) -> None:
        gone = [self._held.pop(partition) for partition in partitions]
        await asyncio.gather(*(self._in_thread(held.writer.close) for held in gone))
        self._count()

    def _count(self) -> None:
        self._report.held(sum(len(held.state) for held in self._held.values()))

    async def _in_thread(self, call: Callable[P, T], *args: P.args, **_: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, call, *args)


def _next(position: Position | None) -> int | None:
    return None if position is None else position.next_offset
