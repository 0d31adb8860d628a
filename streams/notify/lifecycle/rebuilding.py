"""All working state, made anew from what the topics say: alerts in their order, and what was told of each."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from msgspec import structs

from streams.contract.deliveries import DeliveryRecord, Item, Lane
from streams.contract.messages import Alert
from streams.notify.lifecycle.changes import apply
from streams.notify.lifecycle.flushing import day_key
from streams.notify.lifecycle.in_force import note_made_by
from streams.notify.lifecycle.latecomers import Latecomers
from streams.notify.lifecycle.orders import Effects, Orders
from streams.notify.lifecycle.parcels import FINAL, PARKED, put_on_time
from streams.notify.lifecycle.recalling import recall
from streams.notify.lifecycle.records import seconds_of
from streams.notify.lifecycle.remembered import TRIED_AGAIN, Remembered
from streams.notify.lifecycle.reminders import remind_later
from streams.notify.lifecycle.state import Day, Parcel
from streams.notify.working.desk import Desk

__all__ = ["DISABLED", "Seen", "rebuild"]

DISABLED = "disabled"  # index of receivers that want no more


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
) -> list[DeliveryRecord]:
    """Fill the empty *desk*. *handled*: by partition, the offset before which alerts were taken in already.

    What was taken in is judged as of then, since what became of it is recorded; the rest as of *now*, and so are those
    that the file of then may not have routed (`latecomers`). Gives the records to be written of what is not told.
    """
    note_made_by(desk, orders.config)
    known = Remembered(records, now)
    late, found = Latecomers(desk, known, orders.config, now), list[DeliveryRecord]()
    for seen in alerts:
        alert, key = seen.alert, (seen.alert.alert_id, seen.alert.sequence)
        taken = seen.offset < handled.get(seen.partition, 0)
        begun = seen.offset >= known.began.get(str(seen.partition), 0)
        at, said = seen.published if taken else now, Effects()
        apply(desk, alert, orders, at, published=seen.published, effects=said, begun=begun)
        told = known.items.pop(key, [])
        if not taken:
            found += _unsaid(said.records, told)
        for record, item in told:
            recall(desk, record, item, orders.config, heard=record.delivery_id in known.heard)
        if key in known.wanted:
            known.alerts[key] = alert
        if taken:
            late.look_at(alert)
    for record in known.last.values():
        _put_back(desk, record, known, orders, now)
    for receiver, spent in known.today.items():
        desk.put(Day, day_key(receiver, now), Day(len(spent)))
    for receiver in known.disabled:
        desk.link(DISABLED, receiver)
    return found + late.listed()


def _unsaid(records: Iterable[DeliveryRecord], told: Iterable[tuple[DeliveryRecord, Item]]) -> list[DeliveryRecord]:
    """Give those of *records* to whose receivers nothing is on record as *told*."""
    receivers = {record.receiver for record, _ in told}
    return [record for record in records if record.receiver not in receivers]


def _put_back(desk: Desk, record: DeliveryRecord, known: Remembered, orders: Orders, now: float) -> None:
    if record.state == "suppressed":
        return
    told = [(known.alerts.get((item.alert_id, item.sequence)), item) for item in record.items]
    parcel = Parcel(
        delivery_id=record.delivery_id,
        receiver=record.receiver,
        route=record.route,
        lane=_lane(record),
        alerts=tuple(structs.replace(alert, change=item.change) for alert, item in told if alert is not None),
        again=tuple(item.again for alert, item in told if alert is not None),
        published=seconds_of(record.at),
        links=record.links,
        schools=record.schools,
        begun=seconds_of(record.at),
        attempt=record.attempt,
        parked=seconds_of(record.at) if record.state in TRIED_AGAIN else None,
        heard=record.delivery_id in known.heard or record.state == "intent",
    )
    if record.state == "delivered":
        remind_later(desk, record, orders, seconds_of(record.at))
    if len(parcel.alerts) < len(record.items) or (record.state in FINAL and record.state not in TRIED_AGAIN):
        return
    desk.put(Parcel, parcel.delivery_id, parcel)
    if parcel.parked is not None:
        desk.link(PARKED, parcel.delivery_id)
    else:
        put_on_time(desk, parcel, seconds_of(record.next_try) if record.next_try else now)


def _lane(record: DeliveryRecord) -> Lane:
    return record.lane or ("first" if record.kind == "withdrawn" else "now")
