"""What is closed and told, kept small after a while: who knows what of it, and no more.

Open alerts are kept whole for ever. A closed one may still be withdrawn, reopened or moved by a late mark, and those
who were told must hear of that: so what they know is kept for as long as the alerts' topic keeps its raise. One that
may hold others back is kept whole for so long: after a wipe those are judged anew, whenever their hours begin.
"""

from streams.notify.config.durations import seconds
from streams.notify.lifecycle.muting import forget_source, may_mute
from streams.notify.lifecycle.orders import Orders
from streams.notify.lifecycle.state import Case, Closed, knowing
from streams.notify.working.desk import Desk

__all__ = ["CLOSED", "retire", "watch"]

_SOURCE_KEPT = 1095 * 86_400.0  # s, as the alerts' topic
CLOSED = "closed"  # timetable of closed cases, by when they are to be kept small


def watch(desk: Desk, alert_id: str, case: Case, orders: Orders, now: float) -> None:
    """Note when a case that was just put will have been closed for long."""
    kept = _SOURCE_KEPT if may_mute(case.alert, orders) else seconds(orders.config.top.keep_closed)
    desk.at(CLOSED, alert_id, None if knowing(case.alert) == "on" else now + kept)


def retire(desk: Desk, alert_id: str, orders: Orders, now: float) -> None:
    """Keep a case small; one of which something is still on its way waits as long again."""
    desk.at(CLOSED, alert_id, None)
    case = desk.get(Case, alert_id)
    if case is None:
        return
    if any(standing.waits or standing.parcel or standing.open for standing in case.standings.values()):
        watch(desk, alert_id, case, orders, now)
        return
    forget_source(desk, case.alert, orders)
    desk.put(Case, alert_id, None)
    if case.standings:
        desk.put(Closed, alert_id, Closed(sequence=case.alert.sequence, standings=case.standings))
