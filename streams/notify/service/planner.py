"""The steps of the notifier, each alone in the room: whatever it decides is whole, or nothing of it.

The order in every step: decide on the desk; write records to the topic; then commit the desk. So a record may come
twice, and none is missing. A send is the other way about: the desk first (taken), then the intent, then the send.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType

from streams.contract.deliveries import Action, DeliveryRecord, DeliveryState, ParkDelivery, RetryDelivery, SilenceOver
from streams.notify.channels.channel import Outcome, Verdict
from streams.notify.config.durations import seconds
from streams.notify.lifecycle.by_hand import park_by_hand, retry_by_hand
from streams.notify.lifecycle.changes import apply
from streams.notify.lifecycle.endpoints import Endpoints
from streams.notify.lifecycle.fetching import fetch_for_alerts, fetch_for_groups, fetch_for_parcels
from streams.notify.lifecycle.flushing import flush
from streams.notify.lifecycle.orders import Effects, Orders
from streams.notify.lifecycle.parcels import FINAL, LEASES, claim, finish, retry_later, sweep
from streams.notify.lifecycle.rebuilding import DISABLED, Seen
from streams.notify.lifecycle.recalling import adopt
from streams.notify.lifecycle.records import intent, outcome
from streams.notify.lifecycle.reminders import REMINDERS, remind, remind_later
from streams.notify.lifecycle.retiring import CLOSED, retire
from streams.notify.lifecycle.shares import Hand, Shares, give_back
from streams.notify.lifecycle.state import NEVER, Case, Parcel
from streams.notify.lifecycle.waiting import GROUPS, wake
from streams.notify.reasons import Why
from streams.notify.service.places import Claimed, Log, Room
from streams.notify.service.retrying import again
from streams.notify.working.desk import Desk

__all__ = ["SHARED_FOR", "Planner"]

SHARED_FOR = 15.0  # s that a share of an endpoint is held, at most: so long a dead notifier keeps others from it
_AT_ONCE = 200  # groups in a step
_TIMETABLES = (GROUPS, REMINDERS, LEASES, CLOSED)
_STATES: dict[Verdict, DeliveryState] = {
    Verdict.DELIVERED: "delivered",
    Verdict.GONE: "gone",
    Verdict.REFUSED: "refused",
}


class Planner:
    """Takes alerts in, lets groups go, hands out parcels and takes back what became of them.

    *count* is told of every decision; *chance* gives random numbers from 0 to 1.
    """

    def __init__(
        self, room: Room, log: Log, orders: Orders, *, chance: Callable[[], float], count: Callable[[Why, int], None]
    ) -> None:
        self._room, self._log, self._chance, self._count = room, log, chance, count
        self.orders = orders
        self.next_due = 0.0

    @property
    def lease(self) -> float:
        """For how long a parcel is one notifier's, in seconds."""
        return seconds(self.orders.config.top.lease)

    def take(self, alerts: Sequence[Seen], now: float) -> None:
        """Take in what was read."""
        effects = Effects()
        with self._room.step() as desk:
            fetch_for_alerts(desk, [seen.alert for seen in alerts], self.orders, now)
            for seen in alerts:
                apply(desk, seen.alert, self.orders, now, published=seen.published, effects=effects)
            self._log.append(effects.records)
        self._tell(effects)

    def turn(self, now: float, own: Callable[[], Collection[str]] = tuple) -> int:
        """Let groups go that are due, remind, free what a dead notifier held, keep small what is long closed.

        How many of them there were.

        *own* are parcels that this notifier is sending. `next_due` then is when there will be more to do.
        """
        effects = Effects()
        with self._room.step() as desk:
            desk.warm_times(_TIMETABLES, 2 * _AT_ONCE)
            groups = desk.due(GROUPS, now, _AT_ONCE)
            fetch_for_groups(desk, groups, self.orders)
            for key in groups:
                flush(desk, key, self.orders, now=now, effects=effects)
            reminders = desk.due(REMINDERS, now, _AT_ONCE)
            for key in reminders:
                remind(desk, key, self.orders, now=now, effects=effects)
            closed = desk.due(CLOSED, now, _AT_ONCE)
            desk.warm(Case, closed)
            for key in closed:
                retire(desk, key, self.orders, now)
            lapsed = self._sweep(desk, now, own())
            self._log.append(effects.records)
            times = [desk.first(timetable) for timetable in _TIMETABLES]
        self.next_due = min((each for each in times if each is not None), default=NEVER)
        self._tell(effects)
        return len(groups) + len(reminders) + len(closed) + lapsed

    def _sweep(self, desk: Desk, now: float, own: Collection[str]) -> int:
        lapsed = sweep(desk, now, self.lease, own)
        if lapsed:
            for key, record in self._log.outcomes(lapsed).items():
                if record.state in FINAL:
                    finish(desk, key, None, record.state, now)
        return len(lapsed)

    def claim(
        self,
        owner: str,
        room: Callable[[str], int],
        now: float,
        note: Callable[[Collection[str]], object] = lambda _: None,
        hands: Mapping[str, Hand] = MappingProxyType({}),
    ) -> Claimed:
        """Take parcels for *owner*, and write that they are about to be sent; *note* hears of them at once.

        *room* says how many more this notifier could take for a receiver, and *hands* what it has of each; what the
        endpoint may be asked by all of them together is looked at here.
        """
        with self._room.step() as desk:
            endpoints = Endpoints(desk, self._rates(), now)
            shares = Shares(
                desk, owner, self.orders.config.receivers, hands, now=now, lease=min(self.lease, SHARED_FOR)
            )

            def wanted(name: str) -> int:
                most = min(room(name), endpoints.room(name))
                return min(most, shares.room(name)) if most > 0 else 0

            taken, left = claim(desk, owner, wanted, now, self.orders.config)
            numbers = Counter(parcel.receiver for parcel in taken)
            endpoints.began(numbers)
            granted = shares.hold(numbers, left)
            epoch = desk.epoch
            note([parcel.delivery_id for parcel in taken])
        self._log.append([intent(parcel, now) for parcel in taken])
        return Claimed(taken, epoch, granted, min(endpoints.later, shares.later))

    def leave(self, owner: str, now: float) -> None:
        """Give back what *owner*, who sends nothing more, may have under way."""
        with self._room.step() as desk:
            give_back(desk, owner, list(self.orders.config.receivers), now)

    def _rates(self) -> dict[str, float | None]:
        return {name: receiver.rate for name, receiver in self.orders.config.receivers.items()}

    def keep(self, delivery_ids: Sequence[str], owner: str, now: float) -> set[str]:
        """Say that *owner* still sends these; those that nobody has taken over meanwhile."""
        kept = set()
        with self._room.step() as desk:
            desk.warm(Parcel, delivery_ids)
            for key in delivery_ids:
                parcel = desk.get(Parcel, key)
                if parcel is not None and parcel.owner == owner:
                    desk.at(LEASES, key, now + self.lease)
                    kept.add(key)
        return kept

    def done(self, results: Sequence[tuple[Parcel, Outcome]], owner: str, now: float) -> list[DeliveryRecord]:
        """Take in what came of sends that are still *owner*'s; the records written."""
        with self._room.step() as desk:
            fetch_for_parcels(desk, [parcel.delivery_id for parcel, _ in results], done=True)
            Endpoints(desk, {}, now).ended((parcel.receiver, said.against) for parcel, said in results)
            records = [
                record
                for parcel, said in results
                if (record := self._one_done(desk, parcel, said, owner, now)) is not None
            ]
            self._log.append(records)
        return records

    def _one_done(self, desk: Desk, parcel: Parcel, said: Outcome, owner: str, now: float) -> DeliveryRecord | None:
        held = desk.get(Parcel, parcel.delivery_id)
        if held is None or held.owner != owner:
            return None
        if said.verdict is Verdict.RETRY:
            return self._retry(desk, parcel, said, owner, now)
        if said.verdict is Verdict.GONE:
            desk.link(DISABLED, parcel.receiver)
        state = _STATES[said.verdict]
        record = outcome(parcel, state, said.reason, now, status=said.status)
        finish(desk, parcel.delivery_id, owner, state, now)
        if state == "delivered":
            remind_later(desk, record, self.orders, now)
        return record

    def _retry(self, desk: Desk, parcel: Parcel, said: Outcome, owner: str, now: float) -> DeliveryRecord:
        give_up = seconds(self.orders.config.top.give_up)
        begun = parcel.begun or now
        at = again(parcel.attempt, begun, now, give_up=give_up, chance=self._chance(), asked=said.seconds).at
        if at is None:
            finish(desk, parcel.delivery_id, owner, "parked", now)
            return outcome(parcel, "parked", Why.GAVE_UP, now, status=said.status)
        retry_later(desk, parcel.delivery_id, owner, at)
        return outcome(parcel, "retrying", said.reason, now, status=said.status, next_try=at)

    def park(self, parcel: Parcel, owner: str, why: Why, now: float) -> None:
        """Try no more what *owner* cannot send."""
        with self._room.step() as desk:
            if finish(desk, parcel.delivery_id, owner, "parked", now):
                self._log.append([outcome(parcel, "parked", why, now)])

    def adopt(self, parcel: Parcel, owner: str, now: float) -> bool:
        """Go on with a send that a wipe overtook, or say that it is not to be made. Whether it may be sent."""
        with self._room.step() as desk:
            why = adopt(desk, parcel, self.orders, now, self.lease)
            if why is Why.ELSEWHERE and not self._log.outcomes([parcel]):  # what another has sent meanwhile was sent
                self._log.append([outcome(parcel, "cancelled", why, now)])
        return why is Why.DUE and parcel.owner == owner

    def heed(self, action: Action, now: float) -> None:
        """Do what a person asked for. Again is harmless."""
        effects = Effects()
        with self._room.step() as desk:
            if isinstance(action, SilenceOver):
                wake(desk, action.silence_id, now, self.orders.config)
            elif isinstance(action, RetryDelivery | ParkDelivery):
                parcel = desk.get(Parcel, action.delivery_id)
                record = self._by_hand(desk, parcel, action, now, effects) if parcel else None
                self._log.append([*effects.records, *([record] if record else [])])
        self._tell(effects)

    def _by_hand(
        self, desk: Desk, parcel: Parcel, action: RetryDelivery | ParkDelivery, now: float, effects: Effects
    ) -> DeliveryRecord | None:
        if isinstance(action, ParkDelivery):
            return park_by_hand(desk, parcel, action, now)
        return retry_by_hand(desk, parcel, action, self.orders, now=now, effects=effects)

    def _tell(self, effects: Effects) -> None:
        for why, number in effects.counts.items():
            self._count(why, number)
