"""What is still to be told, in groups: put there, taken back, let go."""

from msgspec import structs

from streams.contract.messages import Alert
from streams.notify.config.config import Config
from streams.notify.config.policy import Policy, policy
from streams.notify.config.tables import Route
from streams.notify.lifecycle.standings import stand
from streams.notify.lifecycle.state import NEVER, Case, Entry, Group, Lane, Parcel, Standing
from streams.notify.lifecycle.timing import group_due, timing
from streams.notify.working.desk import Desk

__all__ = [
    "GROUPS",
    "dissolve",
    "entry_of",
    "forget",
    "group_key",
    "put_entry",
    "queue",
    "reschedule",
    "take_back",
    "wake",
    "way_of",
]

GROUPS = "groups"  # timetable of groups


def entry_of(desk: Desk, standing: Standing, alert_id: str) -> Entry | None:
    """What waits in a group; None where nothing does."""
    group = desk.get(Group, standing.waits) if standing.waits else None
    return group.entries.get(alert_id) if group else None


def queue(desk: Desk, receiver: str, entry: Entry, standing: Standing, config: Config, *, now: float) -> Standing:
    """Put *entry*, whose alert has the change that is to be told, where it has to wait."""
    way = way_of(config, standing.route)
    when = timing(entry.alert, way, config, now)
    return put_entry(desk, receiver, structs.replace(entry, ready=when.ready), standing, way, lane=when.lane)


def put_entry(desk: Desk, receiver: str, entry: Entry, standing: Standing, way: Policy, *, lane: Lane) -> Standing:
    """Put *entry* into the group of its lane; it waits there from now on."""
    key = group_key(receiver, way, lane, entry.alert)
    group = desk.get(Group, key) or Group(receiver=receiver, route=way.name, lane=lane)
    group = structs.replace(group, entries={**group.entries, entry.alert.alert_id: entry})
    desk.put(Group, key, group)
    reschedule(desk, key, group, way)
    return structs.replace(standing, waits=key, parcel=None)


def group_key(receiver: str, way: Policy, lane: Lane, alert: Alert) -> str:
    """Name the group that an alert belongs to: a digest takes all of its route."""
    values = [] if lane == "digest" else [_value(alert, field) for field in way.group_by]
    return "|".join([receiver, way.name, lane, *values])


def _value(alert: Alert, field: str) -> str:
    return str(alert.alert_id if field == "alert" else getattr(alert, field) or "")


def reschedule(desk: Desk, key: str, group: Group, way: Policy) -> None:
    """Make a group due when its first entry may go; one that is empty goes when its interval is over."""
    if group.entries:
        ready = min(entry.ready for entry in group.entries.values())
        desk.at(GROUPS, key, NEVER if ready >= NEVER else group_due(group.lane, ready, group.flushed, way).ready)
    elif group.flushed is None or way.group_interval == 0:
        desk.put(Group, key, None)
        desk.at(GROUPS, key, None)
    else:
        desk.at(GROUPS, key, group.flushed + way.group_interval)


def take_back(desk: Desk, alert_id: str, standing: Standing, config: Config) -> Standing:
    """Take out what waits for a receiver about an alert and is not begun; the others of its parcel wait anew."""
    if standing.waits is not None:
        _leave_group(desk, alert_id, standing.waits, config)
    if standing.parcel is not None:
        dissolve(desk, standing.parcel, config, without=alert_id)
    return structs.replace(standing, waits=None, parcel=None)


def _leave_group(desk: Desk, alert_id: str, key: str, config: Config) -> None:
    group = desk.get(Group, key)
    if group is None:
        return
    entries = {name: entry for name, entry in group.entries.items() if name != alert_id}
    group = structs.replace(group, entries=entries)
    desk.put(Group, key, group)
    reschedule(desk, key, group, way_of(config, group.route))


def dissolve(desk: Desk, delivery_id: str, config: Config, *, without: str | None = None) -> None:
    """Undo a parcel that was never begun; what lay in it is judged anew, but for the alert *without*."""
    parcel = desk.get(Parcel, delivery_id)
    if parcel is None:
        return
    forget(desk, parcel)
    way = way_of(config, parcel.route)
    for alert, again in zip(parcel.alerts, parcel.again, strict=True):
        case = desk.get(Case, alert.alert_id)
        if alert.alert_id == without or case is None:
            continue
        entry = Entry(alert=alert, ready=parcel.published, published=parcel.published, again=again)
        standing = put_entry(desk, parcel.receiver, entry, case.standings[parcel.receiver], way, lane=parcel.lane)
        stand(desk, alert.alert_id, parcel.receiver, standing)


def forget(desk: Desk, parcel: Parcel) -> None:
    """Take a parcel away, with every time and place that it has."""
    desk.put(Parcel, parcel.delivery_id, None)
    for timetable in (f"first:{parcel.receiver}", f"ready:{parcel.receiver}", "leases"):
        desk.at(timetable, parcel.delivery_id, None)
    for before in parcel.after:
        desk.unlink(f"after:{before}", parcel.delivery_id)


def wake(desk: Desk, hold: str, now: float, config: Config) -> None:
    """Let go of everything that the silence or the alert named *hold* held back: it is judged anew."""
    for key in desk.members(f"holds:{hold}"):
        desk.unlink(f"holds:{hold}", key)
        group = desk.get(Group, key)
        if group is None:
            continue
        entries = {
            name: structs.replace(entry, held=None, ready=now) if entry.held == hold else entry
            for name, entry in group.entries.items()
        }
        group = structs.replace(group, entries=entries)
        desk.put(Group, key, group)
        reschedule(desk, key, group, way_of(config, group.route))


def way_of(config: Config, route: str) -> Policy:
    """The policy of *route*; where the file has it no more, that of a route that says nothing."""
    return config.policies.get(route) or policy((Route(name=route),))
