"""Telling again what still holds, where a route asks for that."""

from msgspec import structs

from streams.contract.deliveries import DeliveryRecord
from streams.notify.lifecycle.orders import Effects, Orders
from streams.notify.lifecycle.standings import stand
from streams.notify.lifecycle.state import Case, Entry, knowing
from streams.notify.lifecycle.waiting import queue, way_of
from streams.notify.reasons import Why
from streams.notify.working.desk import Desk

__all__ = ["REMINDERS", "remind", "remind_later"]

_HOLDS = ("raised", "reopened")
REMINDERS = "reminders"  # timetable of receiver|alert


def remind_later(desk: Desk, told: DeliveryRecord, orders: Orders, now: float) -> None:
    """Note when what was told at *now* is to be told again."""
    repeat = way_of(orders.config, told.route).repeat
    for item in told.items:
        if repeat is not None and item.change in _HOLDS:
            desk.at(REMINDERS, f"{told.receiver}|{item.alert_id}", now + repeat)


def remind(desk: Desk, key: str, orders: Orders, now: float, effects: Effects) -> None:
    """Tell it again, if it still holds and nothing else waits to be told."""
    desk.at(REMINDERS, key, None)
    receiver, _, alert_id = key.partition("|")
    case = desk.get(Case, alert_id)
    standing = case.standings.get(receiver) if case else None
    if case is None or standing is None or standing.waits or standing.parcel or standing.knows != "on":
        return
    if knowing(case.alert) == "on":
        told = structs.replace(case.alert, change="raised")
        entry = Entry(alert=told, ready=now, published=now, again=standing.again + 1)
        effects.note(Why.REMINDER)
        stand(desk, alert_id, receiver, queue(desk, receiver, entry, standing, orders.config, now=now))
