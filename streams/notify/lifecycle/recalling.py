"""What the delivery record says, put into working state: for a rebuild, and for a send that a wipe overtook."""

from msgspec import structs

from streams.contract.deliveries import DeliveryRecord, Item
from streams.contract.messages import Alert
from streams.notify.config.config import Config
from streams.notify.lifecycle.orders import Orders
from streams.notify.lifecycle.parcels import FINAL, LEASES, is_first_word, never_heard
from streams.notify.lifecycle.records import seconds_of
from streams.notify.lifecycle.standings import stand
from streams.notify.lifecycle.state import Case, Parcel, Standing, knowing
from streams.notify.lifecycle.waiting import take_back
from streams.notify.reasons import Why
from streams.notify.working.desk import Desk

__all__ = ["adopt", "recall"]

_STOPPED = (Why.STALE, Why.QUIET_REASON)


def recall(desk: Desk, record: DeliveryRecord, item: Item, config: Config, *, heard: bool) -> None:
    """Note that *record* (the last one of its delivery) told its receiver *item*, or listed it as not told.

    *heard*: an earlier try may have reached it.
    """
    case = desk.get(Case, item.alert_id)
    if case is None:
        return
    standing = case.standings.get(record.receiver, Standing(route=record.route))
    if record.state == "cancelled":  # never sent
        return
    if record.state == "suppressed":
        if record.reason in _STOPPED:
            stand(desk, item.alert_id, record.receiver, take_back(desk, item.alert_id, standing, config))
        return
    standing = take_back(desk, item.alert_id, standing, config)
    told = structs.replace(case.alert, change=item.change, sequence=item.sequence)
    unheard = never_heard(record.state, heard=heard) and is_first_word(item.change, item.again)
    knows = "nothing" if unheard else knowing(told)
    is_open = record.state not in FINAL
    standing = structs.replace(
        standing,
        route=record.route,
        knows=knows,
        sequence=item.sequence,
        again=item.again,
        told_at=seconds_of(record.at),
        open=(*standing.open, record.delivery_id) if is_open else standing.open,
    )
    stand(desk, item.alert_id, record.receiver, standing)


def adopt(desk: Desk, parcel: Parcel, orders: Orders, now: float, lease: float) -> Why:
    """Go on with a parcel whose intent was written while the working state was lost: DUE where it may be sent.

    KNOWN: the state made anew has it, and another will send it. ELSEWHERE: another parcel tells the same.
    """
    if desk.get(Parcel, parcel.delivery_id) is not None:
        return Why.KNOWN
    if any(_is_told(desk, parcel.receiver, alert) for alert in parcel.alerts):
        return Why.ELSEWHERE
    desk.put(Parcel, parcel.delivery_id, parcel)
    desk.at(LEASES, parcel.delivery_id, now + lease)
    for alert, again in zip(parcel.alerts, parcel.again, strict=True):
        case = desk.get(Case, alert.alert_id)
        standing = (case.standings.get(parcel.receiver) if case else None) or Standing(route=parcel.route)
        told = structs.replace(
            take_back(desk, alert.alert_id, standing, orders.config),
            knows=knowing(alert),
            sequence=alert.sequence,
            told_at=now,
            again=again,
            open=(*standing.open, parcel.delivery_id),
        )
        stand(desk, alert.alert_id, parcel.receiver, told)
    return Why.DUE


def _is_told(desk: Desk, receiver: str, alert: Alert) -> bool:
    case = desk.get(Case, alert.alert_id)
    standing = case.standings.get(receiver) if case else None
    return standing is not None and standing.sequence >= alert.sequence
