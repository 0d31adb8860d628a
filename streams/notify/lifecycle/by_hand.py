"""What people ask of single deliveries: to try one again that is parked, to park one."""

from msgspec import structs

from streams.contract.deliveries import DeliveryRecord, ParkDelivery, RetryDelivery
from streams.notify.lifecycle.changes import follow, tell_first
from streams.notify.lifecycle.orders import Effects, Orders
from streams.notify.lifecycle.parcels import PARKED, finish, put_on_time
from streams.notify.lifecycle.rebuilding import DISABLED
from streams.notify.lifecycle.records import outcome, seconds_of
from streams.notify.lifecycle.standings import case_of, stand, standing_of
from streams.notify.lifecycle.state import Case, Parcel, Standing, knowing
from streams.notify.lifecycle.waiting import forget
from streams.notify.reasons import Why
from streams.notify.working.desk import Desk

__all__ = ["park_by_hand", "retry_by_hand"]


def park_by_hand(desk: Desk, parcel: Parcel, action: ParkDelivery, now: float) -> DeliveryRecord | None:
    """Try it no more; one that was never sent may still be taken back, and is left as it is."""
    if parcel.parked is not None or parcel.owner is not None or parcel.begun is None:
        return None
    if seconds_of(action.at) < parcel.begun:
        return None
    finish(desk, parcel.delivery_id, None, "parked", now)
    return outcome(parcel, "parked", Why.BY_HAND, now)


def retry_by_hand(
    desk: Desk, parcel: Parcel, action: RetryDelivery, orders: Orders, *, now: float, effects: Effects
) -> DeliveryRecord | None:
    """Try it again, unless it would contradict what its receiver has heard since, or what is so."""
    if parcel.parked is None or seconds_of(action.at) < parcel.parked:
        return None
    desk.unlink(DISABLED, parcel.receiver)
    if _is_overtaken(desk, parcel):
        return _refuse(desk, parcel, orders, now=now, effects=effects)
    return _try_again(desk, parcel, orders, now=now, effects=effects)


def _is_overtaken(desk: Desk, parcel: Parcel) -> bool:
    """Whether its receiver has been told later things of one alert, or all of them should never have been."""
    if any(_is_past(desk, alert.alert_id, alert.sequence, parcel.receiver) for alert in parcel.alerts):
        return True
    return all(alert.change != "withdrawn" and _is_withdrawn(desk, alert.alert_id) for alert in parcel.alerts)


def _is_past(desk: Desk, alert_id: str, sequence: int, receiver: str) -> bool:
    """Whether later words of an alert were told, or will be; or it is long closed, and these are not its last ones."""
    case, standing = case_of(desk, alert_id), standing_of(desk, alert_id, receiver)
    if standing is not None and (standing.sequence > sequence or standing.parcel):
        return True
    return case is not None and not isinstance(case, Case) and case.sequence > sequence


def _is_withdrawn(desk: Desk, alert_id: str) -> bool:
    case = desk.get(Case, alert_id)
    return case is not None and knowing(case.alert) == "withdrawn"


def _refuse(desk: Desk, parcel: Parcel, orders: Orders, *, now: float, effects: Effects) -> DeliveryRecord:
    """Leave it parked; one that surely nobody heard will never be sent, and what of it still holds is told anew."""
    if parcel.heard:
        return outcome(parcel, "parked", Why.OVERTAKEN, now)
    forget(desk, parcel)
    desk.unlink(PARKED, parcel.delivery_id)
    for alert in parcel.alerts:
        tell_first(desk, alert.alert_id, parcel.receiver, orders, now=now, effects=effects)
    return outcome(parcel, "cancelled", Why.OVERTAKEN, now)


def _try_again(desk: Desk, parcel: Parcel, orders: Orders, *, now: float, effects: Effects) -> DeliveryRecord:
    """Make it due; whatever is told of its alerts waits for it, and what became of them meanwhile is told after it."""
    fresh = structs.replace(parcel, parked=None, begun=now, owner=None)
    desk.put(Parcel, parcel.delivery_id, fresh)
    desk.unlink(PARKED, parcel.delivery_id)
    put_on_time(desk, fresh, now)
    for alert in parcel.alerts:
        standing = standing_of(desk, alert.alert_id, parcel.receiver) or Standing(route=parcel.route)
        open_ = (*standing.open, parcel.delivery_id)
        told = structs.replace(standing, open=open_, knows=knowing(alert), sequence=alert.sequence)
        stand(desk, alert.alert_id, parcel.receiver, told)
        follow(desk, alert.alert_id, parcel.receiver, orders, now=now, effects=effects)
    return outcome(fresh, "retrying", Why.BY_HAND, now, next_try=now)
