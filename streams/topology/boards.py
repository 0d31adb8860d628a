"""The boards of the schools stage: registers put up, the clock looked at, each partition in transactions of its own."""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import NamedTuple

import structlog

from streams.board.county import County
from streams.board.standing import Standing, standing
from streams.contract.batches import BatchRegister
from streams.contract.messages import Alert
from streams.errors import EngineFailed, Undelivered
from streams.topology.durable import Durable
from streams.topology.engine import BoardsLike, BoardWorkLike
from streams.topology.event import Event
from streams.topology.failing import engine_failed
from streams.topology.gather import Gatherer, acknowledge
from streams.topology.keeper import Held
from streams.topology.pace import Pace
from streams.topology.records import Record, alert_record, page_records
from streams.topology.reference import Reference
from streams.topology.steady import Steady
from streams.topology.surroundings import Surroundings
from streams.topology.turns import Turn

APART = 0.2  # s between two transactions of a partition's boards: a school's alert is about minutes, not moments

log = structlog.get_logger("firstbell.worker")

AskBehind = Callable[[dict[int, int]], set[int]]
"""`Behind`: of partitions of `registers`, each with the next offset wanted, those in which a record waits."""


class Read(NamedTuple):
    """A register that was read, and what of it counts; None: it was refused whole."""

    event: Event
    register: BatchRegister | None


class SchoolBoards:
    """Keeps the boards of the held partitions. What is put up is there once; redelivered registers change nothing."""

    def __init__(
        self,
        around: Surroundings,
        durable: Durable[BoardsLike],
        gatherer: Gatherer,
        reference: Reference,
        behind: AskBehind,
    ) -> None:
        self._around = around
        self._durable = durable
        self._gatherer = gatherer
        self._reference = reference
        self._behind = behind
        self._steady = Steady(around.now, around.clock)
        self._latest: dict[int, int] = {}  # partition -> when its last register was received, ms since 1970
        self._waiting: dict[int, deque[Read]] = defaultdict(deque)  # by partition, in order
        self._paces = defaultdict[int, Pace](lambda: Pace(APART, around.clock))  # likewise
        self._said: set[tuple[int, Standing]] = set()

    async def ready(self, events: list[Event]) -> dict[int, Held[BoardsLike]]:
        """Give the partitions of *events*, once it is known what schools there are.

        None of them where the group has asked them back: then nothing is begun, *events* are forgotten, and come again.

        Raises:
            Stop: one is not held.
        """
        await self._reference.loaded()
        if self._durable.keeper.leaving:
            self._gatherer.forget(events)
            return {}
        return {partition: self._durable.held(partition) for partition in {event.message.partition for event in events}}

    async def put(self, held: Held[BoardsLike], reads: list[Read]) -> None:
        """Put registers of one partition up, and acknowledge them; with them those that others put up meanwhile.

        1. apply to working copies those that are not before the position;
        2. write alerts, changed pages and the position in one transaction;
        3. swap the working copies in, acknowledge in order.

        Raises:
            Undelivered: it was not written.
        """
        waiting = self._waiting[held.partition]
        waiting += reads
        async with held.busy:
            if waiting:  # else whoever was before took these too
                await self._paces[held.partition].turn(held.revoking)
                await self._put_all(held, [waiting.popleft() for _ in range(len(waiting))])

    async def _put_all(self, held: Held[BoardsLike], reads: list[Read]) -> None:
        events = [read.event for read in reads]
        if self._durable.keeper.get(held.partition) is not held:  # the clock's turn found it taken by another
            self._gatherer.forget(events)
            return
        taken = list(_new(reads, held.next_offset or 0))
        if not taken or await self._put(held, [read.register for read in taken if read.register], events):
            acknowledge(events)

    async def _put(self, held: Held[BoardsLike], registers: list[BatchRegister], events: list[Event]) -> bool:
        county, turn, work = self._reference.county(), Turn(self._around.clock), held.state.work()
        for register in registers:
            try:
                work.take(register, county)
            except Exception as error:
                raise EngineFailed(engine_failed(*register.origin, error)) from error
            await turn.maybe_yield()
        next_offset = max(held.next_offset or 0, events[-1].message.offset + 1)
        if not await self._write(held, work, next_offset, events):
            return False
        self._flag(registers, county)
        if registers:
            self._latest[held.partition] = max(register.received_ms for register in registers)
        return True

    async def tick(self) -> None:
        """Look at the clock: decide what fell due in every held partition. Its position stays.

        A partition in which registers wait is looked at as of the last one taken: what waits may have come in time.
        """
        await self._reference.loaded()
        kept = [held for held in self._durable.keeper.all() if held.next_offset is not None and len(held.state)]
        await asyncio.gather(*(self._tick(held, time) for held, time in await self._times(kept)))
        self._around.probe.missing(sum(held.state.missing() for held in self._durable.keeper.all()))

    async def _times(self, kept: list[Held[BoardsLike]]) -> list[tuple[Held[BoardsLike], int]]:
        """Give those of *kept* that can be looked at, each with the time as of which."""
        now = self._steady()  # read before it is asked what has come until then
        wanted = {held.partition: held.next_offset or 0 for held in kept}
        try:
            behind = await asyncio.get_running_loop().run_in_executor(self._around.pool, self._behind, wanted)
        except Undelivered as error:  # a broker that is gone for long ends the worker elsewhere
            log.warning("the clock is looked at later", why=str(error))
            return []
        if now is None:  # not to be believed: as where registers wait
            behind = set(wanted)
        now_ms = int(now.timestamp() * 1000) if now else 0
        times = [(held, self._latest.get(held.partition) if held.partition in behind else now_ms) for held in kept]
        return [(held, time) for held, time in times if time is not None]

    async def _tick(self, held: Held[BoardsLike], now_ms: int) -> None:
        async with held.busy:
            if not self._durable.keeper.holds(held):
                return
            work = held.state.work()
            work.tick(now_ms, self._reference.county())
            await self._write(held, work, held.next_offset, [])

    async def _write(
        self, held: Held[BoardsLike], work: BoardWorkLike, next_offset: int | None, events: list[Event]
    ) -> bool:
        alerts, pages = list(work.alerts), list(work.writes())
        if alerts or pages or next_offset != held.next_offset:
            records = [*self._alerts(alerts), *page_records(self._durable.table.changelog, held.partition, pages)]
            if not await self._durable.write(held, records, next_offset, events):
                return False
        work.commit()
        self._report(alerts)
        return True

    def _alerts(self, alerts: list[Alert]) -> Iterable[Record]:
        topic, published = self._around.plan.topics.alerts, self._around.now()
        return (alert_record(topic, alert, published) for alert in alerts)

    def _flag(self, registers: list[BatchRegister], county: County) -> None:
        """Count registers of schools that should send none, and say so once a school."""
        counted = Counter[Standing]()
        for (urn, day), number in Counter((register.urn, register.slot >> 1) for register in registers).items():
            found = standing(county.schools.get(urn), date.fromordinal(day))
            counted[found] += number
            if found != "open" and len(county.schools):
                self._say(urn, found)
        for found in counted.keys() - {"open"}:
            self._around.probe.unlisted(found, counted[found])

    def _say(self, urn: int, found: Standing) -> None:
        if (urn, found) not in self._said:
            self._said.add((urn, found))
            log.warning("a register of a school that is not open; it was taken", urn=urn, school=found)

    def _report(self, alerts: list[Alert]) -> None:
        probe = self._around.probe
        for alert in alerts:
            probe.alert(alert.rule, alert.change)
        probe.schools(sum(len(held.state) for held in self._durable.keeper.all()))


def _new(reads: list[Read], due: int) -> Iterator[Read]:
    """Give those at or after the offset *due*, each once. There may be gaps; that nothing was passed over is known."""
    for read in reads:
        if read.event.message.offset >= due:
            due = read.event.message.offset + 1
            yield read


def by_partition(reads: list[Read]) -> dict[int, list[Read]]:
    """Group *reads* by partition, in order."""
    groups: dict[int, list[Read]] = defaultdict(list)
    for read in reads:
        groups[read.event.message.partition].append(read)
    return groups
