"""What a step is about to ask the desk for, said beforehand: a few trips to Redis instead of one for each thing.

Nothing here decides anything: what is not foreseen is asked for when it is needed.
"""

from collections.abc import Iterator, Sequence

from streams.contract.messages import Alert
from streams.notify.config.config import Config
from streams.notify.lifecycle.muting import indexes_of_sources, may_mute
from streams.notify.lifecycle.orders import Orders
from streams.notify.lifecycle.routing import routed
from streams.notify.lifecycle.standings import case_of
from streams.notify.lifecycle.state import Case, Closed, Group, Parcel
from streams.notify.lifecycle.timing import timing
from streams.notify.lifecycle.waiting import group_key, way_of
from streams.notify.working.desk import Desk

__all__ = ["fetch_for_alerts", "fetch_for_groups", "fetch_for_parcels"]


def fetch_for_alerts(desk: Desk, alerts: Sequence[Alert], orders: Orders, now: float) -> None:
    """Alerts will be taken in: their cases, and where their receivers wait or will wait."""
    ids = [alert.alert_id for alert in alerts]
    desk.warm(Case, ids)
    desk.warm(Closed, [name for name in ids if desk.get(Case, name) is None])
    cases = [case_of(desk, alert.alert_id) for alert in alerts]
    standings = [standing for case in cases if case for standing in case.standings.values()]
    waiting = [standing.waits for standing in standings if standing.waits]
    coming = [key for alert, case in zip(alerts, cases, strict=True) for key in _groups(alert, case, orders, now)]
    desk.warm(Group, [*waiting, *coming])
    desk.warm(Parcel, [standing.parcel for standing in standings if standing.parcel])
    desk.warm_members([f"holds:{alert.alert_id}" for alert in alerts if may_mute(alert, orders)])


def _groups(alert: Alert, case: Case | Closed | None, orders: Orders, now: float) -> Iterator[str]:
    """Name the groups that a change most likely goes into."""
    config: Config = orders.config
    ways = {receiver: standing.route for receiver, standing in case.standings.items()} if case else {}
    if alert.change in {"raised", "reopened"}:
        ways |= routed(alert, config)
    for receiver, route in ways.items():
        way = way_of(config, route)
        yield group_key(receiver, way, timing(alert, way, config, now).lane, alert)


def fetch_for_groups(desk: Desk, keys: Sequence[str], orders: Orders) -> None:
    """Groups will be let go: the cases of their alerts, and what may hold these back."""
    desk.warm(Group, keys)
    alerts = [entry.alert for key in keys if (group := desk.get(Group, key)) for entry in group.entries.values()]
    indexes = list(dict.fromkeys(index for alert in alerts for index in indexes_of_sources(alert, orders)))
    desk.warm_members(indexes)
    sources = [source for index in indexes for source in desk.members(index)]
    desk.warm(Case, [*(alert.alert_id for alert in alerts), *sources])


def fetch_for_parcels(desk: Desk, keys: Sequence[str], *, done: bool = False) -> None:
    """Parcels will be begun, or are *done*: their alerts' cases, and who waits for them."""
    desk.warm(Parcel, keys)
    desk.warm(Case, [alert.alert_id for key in keys if (parcel := desk.get(Parcel, key)) for alert in parcel.alerts])
    if done:
        desk.warm_members([f"after:{key}" for key in keys])
