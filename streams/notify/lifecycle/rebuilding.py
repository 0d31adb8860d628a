"""All working state, made anew from what the topics say: alerts in their order, and what was told of each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from msgspec import structs

from streams.contract.deliveries import DeliveryRecord, Item
from streams.contract.messages import Alert
from streams.notify.config.calendar import day_of
from streams.notify.lifecycle.changes import apply
from streams.notify.lifecycle.flushing import day_key
from streams.notify.lifecycle.orders import Effects, Orders
from streams.notify.lifecycle.parcels import FINAL, PARKED, put_on_time
from streams.notify.lifecycle.recalling import recall
from streams.notify.lifecycle.records import seconds_of
from streams.notify.lifecycle.reminders import remind_later
from streams.notify.lifecycle.state import Day, Parcel
from streams.notify.reasons import Why
from streams.notify.working.desk import Desk

__all__ = ["DISABLED", "Seen", "rebuild"]

DISABLED = "disabled"  # index of receivers that want no more
_TRIED_AGAIN = ("parked", "gone")  # by hand, if at all
Key = tuple[str, int]


class Seen(NamedTuple):
    """An alert as it was read: where, and when it was published (seconds since 1970)."""

    partition: int
    offset: int
    published: float
    alert: Alert


def rebuild(
    desk: Desk,
    alerts: Iterable[Seen],
    records: Iterable[DeliveryRecord],
    orders: Orders,
    now: float,
    *,
    handled: Mapping[int, int],
) -> None:
    """Fill the empty *desk*. *handled*: by partition, the offset before which alerts were taken in already.

    What was taken in is judged as of then, since what became of it is recorded; the rest as of *now*.
    """
    known = _Known(records, now)
    for seen in alerts:
        alert, key = seen.alert, (seen.alert.alert_id, seen.alert.sequence)
        taken = seen.offset < handled.get(seen.partition, 0)
        begun = seen.offset >= known.began.get(str(seen.partition), 0)
        at = seen.published if taken else now
        apply(desk, alert, orders, at, published=seen.published, effects=Effects(), begun=begun)
        for record, item in known.items.pop(key, ()):
            recall(desk, record, item, orders.config, heard=record.delivery_id in known.heard)
        if key in known.wanted:
            known.alerts[key] = alert
    for record in known.last.values():
        _put_back(desk, record, known, orders, now)
    for receiver, count in known.today.items():
        desk.put(Day, day_key(receiver, now), Day(count))
    for receiver in known.disabled:
        desk.link(DISABLED, receiver)


class _Known:
    """The records, put together: the last state of each delivery, and what told each alert."""

    def __init__(self, records: Iterable[DeliveryRecord], now: float) -> None:
        self.last: dict[str, DeliveryRecord] = {}
        self.heard: set[str] = set()
        self.began: dict[str, int] = {}
        self.today: defaultdict[str, int] = defaultdict(int)
        newest: dict[str, DeliveryRecord] = {}
        for record in records:
            self._take(record, now)
            if record.state not in {"suppressed", "intent", "began"}:
                newest[record.receiver] = max(record, newest.get(record.receiver, record), key=lambda each: each.at)
        self.disabled = [name for name, record in newest.items() if record.state == "gone"]
        self.alerts: dict[Key, Alert] = {}
        open_ = [record for record in self.last.values() if record.state not in FINAL or record.state in _TRIED_AGAIN]
        self.wanted = {(item.alert_id, item.sequence) for record in open_ for item in record.items}
        self.items: defaultdict[Key, list[tuple[DeliveryRecord, Item]]] = defaultdict(list)
        for record in sorted(self.last.values(), key=lambda each: each.at):
            for item in record.items:
                self.items[item.alert_id, item.sequence].append((record, item))

    def _take(self, record: DeliveryRecord, now: float) -> None:
        if record.state == "began":
            self.began = record.offsets
            return
        if record.state == "intent" and record.kind != "digest" and day_of(seconds_of(record.at)) == day_of(now):
            self.today[record.receiver] += 1
        before = self.last.get(record.delivery_id)
        if _may_have_arrived(record, before):
            self.heard.add(record.delivery_id)
        if before is not None and before.links:
            record = structs.replace(record, links=before.links, schools=before.schools)
        self.last[record.delivery_id] = record


def _may_have_arrived(record: DeliveryRecord, before: DeliveryRecord | None) -> bool:
    """Whether *record* says that a try may have reached its receiver; one nobody heard of is followed by another."""
    if record.state == "intent":
        return before is not None and before.state == "intent"
    return record.state in {"delivered", "parked"} or (record.state == "retrying" and record.reason != Why.BY_HAND)


def _put_back(desk: Desk, record: DeliveryRecord, known: _Known, orders: Orders, now: float) -> None:
    if record.state == "suppressed":
        return
    told = [(known.alerts.get((item.alert_id, item.sequence)), item) for item in record.items]
    parcel = Parcel(
        delivery_id=record.delivery_id,
        receiver=record.receiver,
        route=record.route,
        lane="first" if record.kind == "withdrawn" else "now",
        alerts=tuple(structs.replace(alert, change=item.change) for alert, item in told if alert is not None),
        again=tuple(item.again for alert, item in told if alert is not None),
        published=seconds_of(record.at),
        links=record.links,
        schools=record.schools,
        begun=seconds_of(record.at),
        attempt=record.attempt,
        parked=seconds_of(record.at) if record.state in _TRIED_AGAIN else None,
        heard=record.delivery_id in known.heard or record.state == "intent",
    )
    if record.state == "delivered":
        remind_later(desk, record, orders, seconds_of(record.at))
    if len(parcel.alerts) < len(record.items) or (record.state in FINAL and record.state not in _TRIED_AGAIN):
        return
    desk.put(Parcel, parcel.delivery_id, parcel)
    if parcel.parked is not None:
        desk.link(PARKED, parcel.delivery_id)
    else:
        put_on_time(desk, parcel, seconds_of(record.next_try) if record.next_try else now)
