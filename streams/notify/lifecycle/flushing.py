"""A group whose time has come: what may go becomes deliveries, what may not waits on, with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import structs

from streams.contract.deliveries import DeliveryRecord
from streams.notify.config.calendar import day_of
from streams.notify.config.policy import Policy
from streams.notify.config.tables import Receiver
from streams.notify.lifecycle.muting import Hold, held_back
from streams.notify.lifecycle.orders import Effects, Orders
from streams.notify.lifecycle.parcels import pack
from streams.notify.lifecycle.records import suppressed
from streams.notify.lifecycle.routing import is_declared
from streams.notify.lifecycle.standings import stand
from streams.notify.lifecycle.state import NEVER, Case, Day, Entry, Group
from streams.notify.lifecycle.timing import next_digest, opening
from streams.notify.lifecycle.waiting import GROUPS, put_entry, reschedule, way_of
from streams.notify.reasons import Why
from streams.notify.working.desk import Desk

__all__ = ["day_key", "flush"]

_MOST_WITHOUT_RECEIVER = 100  # alerts in a delivery that can only be parked


def flush(desk: Desk, key: str, orders: Orders, now: float, effects: Effects) -> None:
    """Let the group *key* go, as far as it may.

    1. hours     out of hours all of it waits until they begin
    2. receivers that are not declared any more, silences, inhibitions   hold single entries back; not withdrawals
    3. budget    what is over it waits for the next digest; not withdrawals, urgent ones and digests
    4. deliveries   of the rest, each of as many alerts as the receiver takes
    """
    group = desk.get(Group, key)
    if group is None:
        desk.at(GROUPS, key, None)
        return
    way = way_of(orders.config, group.route)
    opens = opening(group.lane, way, orders.config, now)
    if opens.ready > now and group.entries:
        effects.note(opens.why)
        desk.at(GROUPS, key, opens.ready)
        return
    _Flush(desk, key, group, way, orders, now, effects).run()


@dataclass
class _Flush:
    _desk: Desk
    _key: str
    _group: Group
    _way: Policy
    _orders: Orders
    _now: float
    _effects: Effects

    def run(self) -> None:
        ripe = sorted(
            (entry for entry in self._group.entries.values() if entry.ready <= self._now),
            key=lambda entry: (entry.published, entry.alert.alert_id),
        )
        going = [entry for entry in ripe if not self._is_held(entry)]
        self._leave(going)
        if going:
            self._send(going)

    def _is_held(self, entry: Entry) -> bool:
        hold = None if self._group.lane == "first" else self._hold_of(entry)
        if hold is not None:
            self._hold(entry, hold)
        return hold is not None

    def _hold_of(self, entry: Entry) -> Hold | None:
        if entry.alert.change == "raised" and not is_declared(self._group.receiver, entry.alert, self._orders.config):
            return Hold(Why.NOT_DECLARED, NEVER, Why.NOT_DECLARED)
        return held_back(self._desk, entry, self._orders, self._now)

    def _hold(self, entry: Entry, hold: Hold) -> None:
        held = structs.replace(entry, held=hold.by, ready=hold.until)
        entries = {**self._group.entries, entry.alert.alert_id: held}
        self._group = structs.replace(self._group, entries=entries)
        self._desk.link(f"holds:{hold.by}", self._key)
        self._effects.note(hold.why, self._suppressed(entry, hold.why))

    def _leave(self, going: Sequence[Entry]) -> None:
        """Take out of the group what goes, and make it due for what stays."""
        gone = {entry.alert.alert_id for entry in going}
        entries = {name: entry for name, entry in self._group.entries.items() if name not in gone}
        flushed = self._now if going else self._group.flushed
        self._group = structs.replace(self._group, entries=entries, flushed=flushed)
        if not going and not entries:  # its interval is over, and nothing came
            self._group = structs.replace(self._group, flushed=None)
        self._desk.put(Group, self._key, self._group)
        reschedule(self._desk, self._key, self._group, self._way)

    def _send(self, going: Sequence[Entry]) -> None:
        receiver = self._orders.config.receivers.get(self._group.receiver)
        most = receiver.most if receiver else _MOST_WITHOUT_RECEIVER
        for first in range(0, len(going), most):
            part = going[first : first + most]
            if receiver and self._group.lane == "now" and self._is_over_budget(receiver):
                self._to_digest(part)
            else:
                pack(self._desk, self._group, part, self._orders.config, self._now)
                self._effects.note(Why.DUE)

    def _is_over_budget(self, receiver: Receiver) -> bool:
        if receiver.budget is None:
            return False
        key = day_key(receiver.name, self._now)
        spent = (self._desk.get(Day, key) or Day()).messages
        if spent < receiver.budget:
            self._desk.put(Day, key, Day(spent + 1))
        return spent >= receiver.budget

    def _to_digest(self, part: Sequence[Entry]) -> None:
        ready = next_digest(self._way, self._orders.config, self._now)
        for entry in part:
            case = self._desk.get(Case, entry.alert.alert_id)
            if case is not None:
                later = structs.replace(entry, ready=ready)
                standing = case.standings[self._group.receiver]
                standing = put_entry(self._desk, self._group.receiver, later, standing, self._way, lane="digest")
                stand(self._desk, entry.alert.alert_id, self._group.receiver, standing)
            self._effects.note(Why.OVER_BUDGET, self._suppressed(entry, Why.OVER_BUDGET))

    def _suppressed(self, entry: Entry, why: Why) -> DeliveryRecord:
        return suppressed(entry.alert, self._group.receiver, self._group.route, why, self._now)


def day_key(receiver: str, now: float) -> str:
    """Name the day of a receiver's budget."""
    return f"{receiver}|{day_of(now)}"
