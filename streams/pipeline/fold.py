"""Folding a stream of changes to what stands: per pupil (or school) and rule, the intervals of the alerts that hold."""

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
    found: dict[tuple[str, str], list[Interval]] = {}
    for alert in _standing(alert for alert in alerts if alert.pupil is not None):
        if _live(alert, years):
            found.setdefault((alert.pupil or "", alert.rule), []).append((alert.from_, alert.to))
    return found


def fold_schools(alerts: Iterable[Alert]) -> dict[tuple[int, str], list[Interval]]:
    """Return, by school and rule, the intervals of alerts about schools whose last change is not `withdrawn`."""
    found: dict[tuple[int, str], list[Interval]] = {}
    for alert in _standing(alert for alert in alerts if alert.pupil is None):
        found.setdefault((alert.urn, alert.rule), []).append((alert.from_, alert.to))
    return found


def _standing(alerts: Iterable[Alert]) -> list[Alert]:
    last = {alert.alert_id: alert for alert in alerts}
    standing = [alert for alert in last.values() if alert.change != "withdrawn"]
    return sorted(standing, key=lambda alert: _slot(alert.from_))


def _live(alert: Alert, years: Mapping[str, int]) -> bool:
    return alert.to is None or _slot(alert.to) >= year_start(years[alert.pupil or ""])


def _slot(session: Session) -> int:
    return slot(date.fromisoformat(session.date), session.session)
