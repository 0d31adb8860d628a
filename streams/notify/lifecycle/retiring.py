"""What is closed and told, kept small after a while: who knows what of it, and no more.

Open alerts are kept whole for ever. A closed one may still be withdrawn, reopened or moved by a late mark, and those
who were told must hear of that: so what they know is kept for as long as the alerts' topic keeps its raise.
"""

from streams.notify.config.durations import seconds
from streams.notify.lifecycle.muting import may_mute
from streams.notify.lifecycle.orders import Orders
from streams.notify.lifecycle.state import Case, Closed, knowing
from streams.notify.working.desk import Desk

__all__ = ["CLOSED", "retire", "watch"]

CLOSED = "closed"  # timetable of closed cases, by when they are to be kept small


def watch(desk: Desk, alert_id: str, case: Case, orders: Orders, now: float) -> None:
    """Note when a case that was just put will have been closed for long; one that may hold others back never is."""
    closed = knowing(case.alert) != "on" and not may_mute(case.alert, orders)
    desk.at(CLOSED, alert_id, now + seconds(orders.config.top.keep_closed) if closed else None)


def retire(desk: Desk, alert_id: str, orders: Orders, now: float) -> None:
    """Keep a case small; one of which something is still on its way waits as long again."""
    desk.at(CLOSED, alert_id, None)
    case = desk.get(Case, alert_id)
    if case is None:
        return
    if any(standing.waits or standing.parcel or standing.open for standing in case.standings.values()):
        watch(desk, alert_id, case, orders, now)
        return
    desk.put(Case, alert_id, None)
    if case.standings:
        desk.put(Closed, alert_id, Closed(sequence=case.alert.sequence, standings=case.standings))
