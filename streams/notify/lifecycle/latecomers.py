"""Raises that were taken in, should have gone long ago, and of which there is no word on record.

The file of then may not have routed them: a receiver or a wider route came later, and a rebuild knows today's file
alone. So they are judged as if they came now: what is recent is told, what is stale is listed. What is on record as
held back was routed, and waits on; so does what could not go, its receiver being out of reach since then.
"""

from streams.contract.deliveries import DeliveryRecord
from streams.contract.messages import Alert
from streams.notify.config.config import Config
from streams.notify.lifecycle.records import suppressed
from streams.notify.lifecycle.remembered import Remembered
from streams.notify.lifecycle.standings import stand, standing_of
from streams.notify.lifecycle.state import Case, Group, Standing, knowing
from streams.notify.lifecycle.timing import caused_on, group_due, is_stale, opening
from streams.notify.lifecycle.waiting import take_back, way_of
from streams.notify.reasons import Why
from streams.notify.working.desk import Desk

__all__ = ["Latecomers"]

_GRACE = 3600.0  # s: what should have gone since then may still be on its way
_UNTOLD = ("nothing", "withdrawn")


class Latecomers:
    """Finds them on *desk* while it is filled, and takes them out."""

    def __init__(self, desk: Desk, known: Remembered, config: Config, now: float) -> None:
        self._desk, self._known, self._config, self._now = desk, known, config, now
        self._out: dict[tuple[str, str], Alert] = {}
        self._stale: dict[tuple[str, float], bool] = {}

    def look_at(self, alert: Alert) -> None:
        """Take *alert*, which was just put on the desk, from those who should have heard of it and did not."""
        case = self._desk.get(Case, alert.alert_id)
        for receiver, standing in case.standings.items() if case else ():
            if standing.waits and standing.knows in _UNTOLD and self._is_one(alert, receiver, standing):
                stand(
                    self._desk, alert.alert_id, receiver, take_back(self._desk, alert.alert_id, standing, self._config)
                )
                self._out[alert.alert_id, receiver] = alert

    def _is_one(self, alert: Alert, receiver: str, standing: Standing) -> bool:
        if self._known.held.get((alert.alert_id, receiver), 0) >= alert.sequence:
            return False
        return self._is_stale(alert, self._known.stuck(receiver) or self._now) and self._is_overdue(alert, standing)

    def _is_stale(self, alert: Alert, at: float) -> bool:
        """Whether it was at that instant; counted once for all alerts of a day, of which a history has many."""
        key = (caused_on(alert), at)
        if key not in self._stale:
            self._stale[key] = is_stale(alert, self._config, at)
        return self._stale[key]

    def _is_overdue(self, alert: Alert, standing: Standing) -> bool:
        group = self._desk.get(Group, standing.waits or "")
        if group is None:
            return False
        way = way_of(self._config, standing.route)
        settled = group_due(group.lane, group.entries[alert.alert_id].ready, None, way).ready
        goes = opening(group.lane, way, self._config, settled).ready
        return goes + way.group_interval + _GRACE < self._now

    def listed(self) -> list[DeliveryRecord]:
        """Give the records of those that still hold, and of which their receivers know nothing in the end."""
        return [
            suppressed(alert, receiver, standing.route, Why.STALE, self._now)
            for (alert_id, receiver), alert in self._out.items()
            if (standing := standing_of(self._desk, alert_id, receiver)) is not None
            if standing.knows in _UNTOLD and not (standing.waits or standing.parcel) and self._holds(alert_id)
        ]

    def _holds(self, alert_id: str) -> bool:
        case = self._desk.get(Case, alert_id)
        return case is not None and knowing(case.alert) == "on"
