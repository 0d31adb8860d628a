"""Folding a stream of changes to what stands: per pupil and rule, the intervals of the alerts that hold."""

from collections.abc import Iterable, Mapping
from datetime import date

from streams.attendance.sessions import slot, year_start
from streams.contract.messages import Alert, Session

Interval = tuple[Session, Session | None]


def fold(alerts: Iterable[Alert], years: Mapping[str, int]) -> dict[tuple[str, str], list[Interval]]:
    """Return, by pupil and rule, the intervals of alerts whose last change is not `withdrawn` and that are live.

    Args:
        alerts: changes in the order of their sequences; those without a pupil are passed over.
        years: each pupil's final year, Y.
    """
    last = {alert.alert_id: alert for alert in alerts if alert.pupil is not None}
    standing = [alert for alert in last.values() if alert.change != "withdrawn" and _live(alert, years)]
    found: dict[tuple[str, str], list[Interval]] = {}
    for alert in sorted(standing, key=lambda alert: _slot(alert.from_)):
        found.setdefault((alert.pupil or "", alert.rule), []).append((alert.from_, alert.to))
    return found


def _live(alert: Alert, years: Mapping[str, int]) -> bool:
    return alert.to is None or _slot(alert.to) >= year_start(years[alert.pupil or ""])


def _slot(session: Session) -> int:
    return slot(date.fromisoformat(session.date), session.session)
