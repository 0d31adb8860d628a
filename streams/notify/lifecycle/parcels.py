"""Deliveries on their way: made, begun by one notifier, done or to be tried again, taken over."""

from collections.abc import Callable, Collection, Sequence

from msgspec import structs

from streams.contract.deliveries import DeliveryState
from streams.contract.messages import Change
from streams.notify.config.config import Config
from streams.notify.config.durations import seconds
from streams.notify.lifecycle.fetching import fetch_for_parcels
from streams.notify.lifecycle.records import delivery_id
from streams.notify.lifecycle.routing import is_declared
from streams.notify.lifecycle.standings import stand, standing_of
from streams.notify.lifecycle.state import Endpoint, Entry, Group, Parcel, Standing, knowing
from streams.notify.lifecycle.waiting import dissolve, forget
from streams.notify.working.desk import Desk

__all__ = ["FINAL", "LEASES", "PARKED", "TO_SEND", "claim", "finish", "pack", "put_on_time", "retry_later", "sweep"]

LEASES = "leases"  # timetable of parcels that a notifier sends now
PARKED = "parked"  # index of parcels that only a person lets go
TO_SEND = "to-send"  # index of receivers with parcels
FINAL: tuple[DeliveryState, ...] = ("delivered", "refused", "gone", "parked", "cancelled")
_NOT_TOLD = ("refused", "gone")


def pack(desk: Desk, group: Group, entries: Sequence[Entry], config: Config, now: float) -> Parcel:
    """Make one delivery of *entries* of a group. It waits for those under way that speak of the same alerts."""
    alerts = tuple(entry.alert for entry in entries)
    again = tuple(entry.again for entry in entries)
    standings = {alert.alert_id: _standing(desk, alert.alert_id, group.receiver) for alert in alerts}
    parcel = Parcel(
        delivery_id=delivery_id(group.receiver, zip(alerts, again, strict=True)),
        receiver=group.receiver,
        route=group.route,
        lane=group.lane,
        alerts=alerts,
        again=again,
        published=min(entry.published for entry in entries),
        links={alert.alert_id: link for alert in alerts if (link := config.link(alert)) is not None},
        schools={str(alert.urn): config.names[alert.urn] for alert in alerts if alert.urn in config.names},
        after=tuple(sorted({each for standing in standings.values() for each in standing.open})),
    )
    for alert_id, standing in standings.items():
        stand(desk, alert_id, group.receiver, structs.replace(standing, waits=None, parcel=parcel.delivery_id))
    desk.put(Parcel, parcel.delivery_id, parcel)
    put_on_time(desk, parcel, now)
    return parcel


def _standing(desk: Desk, alert_id: str, receiver: str) -> Standing:
    return standing_of(desk, alert_id, receiver) or Standing(route="")


def put_on_time(desk: Desk, parcel: Parcel, when: float) -> None:
    """Make *parcel* due at *when*, or once all those are done that must be before it."""
    for before in parcel.after:
        desk.link(f"after:{before}", parcel.delivery_id)
    timetable = "first" if parcel.lane == "first" else "ready"
    desk.at(f"{timetable}:{parcel.receiver}", parcel.delivery_id, None if parcel.after else when)
    desk.link(TO_SEND, parcel.receiver)


def claim(
    desk: Desk, owner: str, room: Callable[[str], int], now: float, config: Config
) -> tuple[list[Parcel], set[str]]:
    """Take parcels that are due, for *owner* alone until its lease is over: at most *room* of each receiver.

    And name the receivers for which more are due. Withdrawals come first. From here on all in them counts as told. One
    that raises something to a receiver that is declared for it no more is undone.
    """
    receivers = sorted(desk.members(TO_SEND))
    desk.warm(Endpoint, receivers)
    rooms = {receiver: room(receiver) for receiver in receivers}
    tables = [f"{lane}:{receiver}" for receiver in rooms for lane in ("first", "ready")]
    desk.warm_times(tables, max(rooms.values(), default=0) + 2)
    due = {receiver: _due(desk, receiver, now, wanted + 1) for receiver, wanted in rooms.items()}
    keys = [key for receiver, wanted in rooms.items() for key in due[receiver][:wanted]]
    fetch_for_parcels(desk, keys)
    taken = [parcel for key in keys if (parcel := _begin(desk, key, owner, now, config)) is not None]
    return taken, {receiver for receiver, wanted in rooms.items() if len(due[receiver]) > wanted}


def _due(desk: Desk, receiver: str, now: float, wanted: int) -> list[str]:
    due = [*desk.due(f"first:{receiver}", now, wanted), *desk.due(f"ready:{receiver}", now, wanted)]
    if not due and not _has_any(desk, receiver):
        desk.unlink(TO_SEND, receiver)
    return due[:wanted]


def _has_any(desk: Desk, receiver: str) -> bool:
    ever = float("inf")
    return bool(desk.due(f"first:{receiver}", ever, 1) or desk.due(f"ready:{receiver}", ever, 1))


def _begin(desk: Desk, key: str, owner: str, now: float, config: Config) -> Parcel | None:
    parcel = desk.get(Parcel, key)
    if parcel is None:
        return None
    fresh = parcel.begun is None
    if fresh and not _may_begin(parcel, config):
        dissolve(desk, key, config)
        return None
    parcel = structs.replace(parcel, begun=parcel.begun or now, attempt=parcel.attempt + 1, owner=owner)
    forget(desk, parcel)
    desk.put(Parcel, key, parcel)
    desk.at(LEASES, key, now + seconds(config.top.lease))
    if fresh:
        for alert, again in zip(parcel.alerts, parcel.again, strict=True):
            told = _standing(desk, alert.alert_id, parcel.receiver)
            stand(
                desk,
                alert.alert_id,
                parcel.receiver,
                structs.replace(
                    told,
                    knows=knowing(alert),
                    sequence=alert.sequence,
                    told_at=now,
                    again=again,
                    waits=None,
                    parcel=None,
                    open=(*told.open, key),
                ),
            )
    return parcel


def _may_begin(parcel: Parcel, config: Config) -> bool:
    return all(alert.change != "raised" or is_declared(parcel.receiver, alert, config) for alert in parcel.alerts)


def retry_later(desk: Desk, key: str, owner: str, when: float) -> None:
    """Give a parcel back, to be tried again at *when*."""
    parcel = desk.get(Parcel, key)
    if parcel is not None and parcel.owner == owner:
        parcel = structs.replace(parcel, owner=None, heard=True)
        desk.put(Parcel, key, parcel)
        desk.at(LEASES, key, None)
        put_on_time(desk, parcel, when)


def finish(desk: Desk, key: str, owner: str | None, state: DeliveryState, now: float) -> bool:
    """Note that a parcel is done; those that waited for it may go. Whether it was still *owner*'s to say so."""
    parcel = desk.get(Parcel, key)
    if parcel is None or parcel.owner != owner:
        return False
    unheard = never_heard(state, heard=parcel.heard)
    forget(desk, parcel)
    if state in {"parked", "gone"}:
        desk.put(Parcel, key, structs.replace(parcel, owner=None, parked=now, heard=not unheard))
        desk.link(PARKED, key)
    for alert, again in zip(parcel.alerts, parcel.again, strict=True):
        told = _standing(desk, alert.alert_id, parcel.receiver)
        told = structs.replace(told, open=tuple(each for each in told.open if each != key))
        if unheard and is_first_word(alert.change, again) and told.sequence == alert.sequence:
            told = structs.replace(told, knows="nothing")
        stand(desk, alert.alert_id, parcel.receiver, told)
    release(desk, key, now)
    return True


def is_first_word(change: Change, again: int) -> bool:
    """Whether one who was not reached by this knows nothing of the alert; who is reminded was told before."""
    return change == "raised" and again == 0


def never_heard(state: str, *, heard: bool) -> bool:
    """Whether a receiver surely knows nothing of a delivery that came to this: each try was turned away."""
    return state in _NOT_TOLD and not heard


def release(desk: Desk, done: str, now: float) -> None:
    """Let the parcels go that waited for *done* alone."""
    for key in desk.members(f"after:{done}"):
        desk.unlink(f"after:{done}", key)
        parcel = desk.get(Parcel, key)
        if parcel is not None:
            parcel = structs.replace(parcel, after=tuple(each for each in parcel.after if each != done))
            desk.put(Parcel, key, parcel)
            put_on_time(desk, parcel, now)


def sweep(desk: Desk, now: float, lease: float, own: Collection[str] = (), most: int = 100) -> list[Parcel]:
    """Take parcels from notifiers whose lease is over; they are due at once, for anyone.

    *own* are those that the one who sweeps is sending itself: it lives, however slow it is, and keeps them.
    """
    lapsed = [parcel for key in desk.due(LEASES, now, most) if (parcel := desk.get(Parcel, key)) is not None]
    for parcel in lapsed:
        if parcel.delivery_id in own:
            desk.at(LEASES, parcel.delivery_id, now + lease)
            continue
        freed = structs.replace(parcel, owner=None, heard=True)
        desk.put(Parcel, parcel.delivery_id, freed)
        desk.at(LEASES, parcel.delivery_id, None)
        put_on_time(desk, freed, now)
    return [parcel for parcel in lapsed if parcel.delivery_id not in own]
