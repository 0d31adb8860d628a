"""Parcels through their channels: claimed, sent side by side, and what came of them told to the planner."""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, TypeVar

import structlog

from streams.contract.deliveries import DeliveryRecord
from streams.notify.channels.channel import Channel, Message, Outcome, Reason
from streams.notify.lifecycle.pacing import MANY
from streams.notify.lifecycle.shares import Granted, Hand
from streams.notify.lifecycle.state import Parcel, kind_of
from streams.notify.reasons import Why
from streams.notify.service.places import Claimed
from streams.notify.service.planner import Planner
from streams.notify.working.room import RedisRoom

__all__ = ["Clocks", "Persist", "Sender", "message_of"]

log = structlog.get_logger("firstbell.notify")

T = TypeVar("T")


class Persist(Protocol):
    """Runs a step until it succeeds."""

    def __call__(self, step: Callable[[], T], /) -> T:
        """Give what it gives."""


_IDLE = 0.25  # s between looks when nothing wakes us; other notifiers' work is seen so late
_LEAST = 0.001  # s
_KEEPS = 3  # times that a lease is renewed before it would be over


@dataclass(frozen=True)
class Clocks:
    """`now`: seconds since 1970; `steady`: seconds that only go forward."""

    now: Callable[[], float]
    steady: Callable[[], float]


@dataclass
class Sender:
    """Sends for *owner*, one notifier. `persist` runs a step until it succeeds; `told` hears of every record."""

    planner: Planner
    room: RedisRoom
    owner: str
    clocks: Clocks
    persist: Persist
    told: Callable[[Parcel, DeliveryRecord], None]
    beat: Callable[[], None]
    channels: Mapping[str, Channel] = field(default_factory=dict)
    _later: float = 0.0
    _taking: tuple[str, ...] = ()
    _sending: dict[str, Parcel] = field(default_factory=dict)
    _waiting: defaultdict[str, deque[Parcel]] = field(default_factory=lambda: defaultdict(deque))
    _under_way: Counter[str] = field(default_factory=Counter)
    _ended: Counter[str] = field(default_factory=Counter)
    _shares: Mapping[str, Granted] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _results: list[tuple[Parcel, Outcome]] = field(default_factory=list)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def equip(self, channels: Mapping[str, Channel]) -> None:
        """Use these from now on."""
        self.channels = channels

    def wake(self) -> None:
        """Look for work now. From the loop's thread."""
        self._woken.set()

    def own(self) -> list[str]:
        """Name the deliveries that are being sent here. From any thread."""
        return [*self._sending, *self._taking]

    async def idle(self) -> None:
        """Wait until what is being sent now has been sent."""
        begun = set(self._tasks)
        if begun:
            await asyncio.wait(begun)

    async def run(self, stopping: Callable[[], bool]) -> None:
        """Go on until *stopping*; what is being sent then is finished and recorded."""
        keeping = asyncio.create_task(self._keep())
        try:
            while not stopping():
                await self._turn()
        finally:
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping
        while self._tasks or self._results:
            if self._tasks:
                await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            await self._record()
            self._fill()
        await self._step(lambda: self.planner.leave(self.owner, self.clocks.now()))

    async def _turn(self) -> None:
        """1. tell what came of sends  2. take what is due  3. begin to send it  4. or wait."""
        self.beat()
        self._woken.clear()
        await self._record()
        taken = await self._take()
        for parcel in taken:
            self._sending[parcel.delivery_id] = parcel
            self._waiting[parcel.receiver].append(parcel)
        self._taking = ()
        self._fill()
        if not taken and not self._results:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), min(_IDLE, max(_LEAST, self._later - self.clocks.now())))

    async def _record(self) -> None:
        results, self._results = self._results, []
        if results:
            now = self.clocks.now()
            records = await self._step(lambda: self.planner.done(results, self.owner, now))
            parcels = {parcel.delivery_id: parcel for parcel, _ in results}
            for record in records:
                self.told(parcels[record.delivery_id], record)
            for parcel, _ in results:
                self._sending.pop(parcel.delivery_id, None)

    async def _take(self) -> list[Parcel]:
        """Take parcels, by shares that are known only once the step is over: until then the old ones are used up."""
        numbers = Counter(parcel.receiver for parcel in self._sending.values())
        ended, self._ended = self._ended, Counter()
        hands = {
            name: Hand(numbers[name], self._may_be_under_way(name, numbers[name]), ended[name]) for name in self._shares
        }
        taken, self._shares = await self._step(lambda: self._claimed(hands))
        return taken

    def _may_be_under_way(self, receiver: str, parcels: int) -> int:
        return max(self._under_way[receiver], min(parcels, self._slots(receiver)))

    def _slots(self, receiver: str) -> int:
        """How many may be under way: none where the share's lease is over, and others may have it."""
        share = self._shares.get(receiver)
        return share.slots if share and self.clocks.now() < share.until else 0

    def _claimed(self, hands: Mapping[str, Hand]) -> tuple[list[Parcel], Mapping[str, Granted]]:
        """Take parcels; where all was lost since, go on only with those that nobody else will send."""
        now = self.clocks.now()
        claimed = self.planner.claim(self.owner, lambda _: MANY, now, self._note, hands)
        self._later = claimed.later
        return self._checked(claimed, now), claimed.shares

    def _checked(self, claimed: Claimed, now: float) -> list[Parcel]:
        taken = claimed.parcels
        if not taken or self.room.is_same(claimed.epoch):
            return self._still_ours(taken, now)
        log.warning("the working state was lost while parcels were taken")
        return [parcel for parcel in taken if self.persist(partial(self.planner.adopt, parcel, self.owner, now))]

    def _note(self, delivery_ids: Collection[str]) -> None:
        self._taking = tuple(delivery_ids)

    def _still_ours(self, taken: list[Parcel], since: float) -> list[Parcel]:
        """Leave out what another has taken over, where writing the intents took so long that one could."""
        now = self.clocks.now()
        if now - since < self.planner.lease / _KEEPS:
            return taken
        kept = self.persist(lambda: self.planner.keep([each.delivery_id for each in taken], self.owner, now))
        return [each for each in taken if each.delivery_id in kept]

    def _fill(self) -> None:
        """Begin as many sends as may be under way."""
        for receiver, waiting in self._waiting.items():
            for _ in range(min(len(waiting), self._slots(receiver) - self._under_way[receiver])):
                task = asyncio.create_task(self._go_on(receiver, self.channels))
                self._under_way[receiver] += 1
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _go_on(self, receiver: str, channels: Mapping[str, Channel]) -> None:
        """Send one after the other, while there are some, by the same *channels* and within the share."""
        waiting = self._waiting[receiver]
        try:
            while waiting and channels is self.channels and self._under_way[receiver] <= self._slots(receiver):
                await self._send(waiting.popleft())
        finally:
            self._under_way[receiver] -= 1

    async def _send(self, parcel: Parcel) -> None:
        channel = self.channels.get(parcel.receiver)
        if channel is None:
            await self._step(lambda: self.planner.park(parcel, self.owner, Why.NO_SUCH_RECEIVER, self.clocks.now()))
            self._sending.pop(parcel.delivery_id, None)
            log.warning("parked: the file has no such receiver any more", receiver=parcel.receiver)
            return
        try:
            said = await channel.send(message_of(parcel))
        except Exception as error:  # noqa: BLE001 - a channel's own bug must not end the others' sends
            log.error("a channel failed", receiver=parcel.receiver, error=type(error).__name__)  # noqa: TRY400
            said = Outcome.retry(Reason.FAILED)
        self._results.append((parcel, said))
        self._ended[parcel.receiver] += 1
        self._woken.set()

    async def _keep(self) -> None:
        """Renew leases of what takes long."""
        while True:
            await asyncio.sleep(self.planner.lease / _KEEPS)
            held = self.own()
            if held:
                await self._step(lambda: self.planner.keep(held, self.owner, self.clocks.now()))  # noqa: B023

    async def _step(self, step: Callable[[], T]) -> T:
        return await asyncio.to_thread(self.persist, step)


def message_of(parcel: Parcel) -> Message:
    """What a channel is given. It is the same at every try, but for `attempt`."""
    return Message(
        delivery_id=parcel.delivery_id,
        receiver=parcel.receiver,
        kind=kind_of(parcel.alerts),
        alerts=parcel.alerts,
        schools={int(urn): name for urn, name in parcel.schools.items()},
        links=parcel.links,
        attempt=parcel.attempt,
    )
