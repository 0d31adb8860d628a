"""How much waits, for metrics: looked at now and then."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from streams.notify.lifecycle.flushing import day_key
from streams.notify.lifecycle.pacing import circuit
from streams.notify.lifecycle.parcels import LEASES, PARKED, TO_SEND
from streams.notify.lifecycle.state import Day, Endpoint, Group, Parcel
from streams.notify.lifecycle.waiting import GROUPS
from streams.notify.working.desk import Desk

__all__ = ["Survey", "survey"]

_MOST = 10_000  # keys of a timetable


class Survey(NamedTuple):
    """Alerts that wait by receiver, when the oldest that is due was published, parked deliveries, messages of today.

    `left_alone`: receivers whose endpoint fails.
    """

    pending: Counter[str]
    oldest: float | None
    parked: int
    spent: dict[str, int]
    left_alone: set[str]


def survey(desk: Desk, receivers: Iterable[str], now: float) -> Survey:
    """Look at everything once."""
    pending: Counter[str] = Counter()
    due: list[float] = []
    groups = desk.due(GROUPS, float("inf"), _MOST)
    desk.warm(Group, groups)
    for group in filter(None, (desk.get(Group, key) for key in groups)):
        pending[group.receiver] += len(group.entries)
        due += [entry.published for entry in group.entries.values() if entry.ready <= now and entry.held is None]
    keys = [*desk.due(LEASES, float("inf"), _MOST)]
    for receiver in desk.members(TO_SEND):
        keys += [
            *desk.due(f"first:{receiver}", float("inf"), _MOST),
            *desk.due(f"ready:{receiver}", float("inf"), _MOST),
        ]
    desk.warm(Parcel, keys)
    for parcel in filter(None, (desk.get(Parcel, key) for key in keys)):
        pending[parcel.receiver] += len(parcel.alerts)
        due.append(parcel.published)
    names = list(receivers)
    spent = {name: (desk.get(Day, day_key(name, now)) or Day()).messages for name in names}
    desk.warm(Endpoint, names)
    left_alone = {name for name in names if circuit(desk.get(Endpoint, name) or Endpoint(), now) == "open"}
    return Survey(pending, min(due, default=None), len(desk.members(PARKED)), spent, left_alone)
