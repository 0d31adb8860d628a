"""Records of `firstbell.deliveries`, made from working state; and the ids of deliveries."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

from streams.contract.deliveries import DeliveryRecord, DeliveryState, Item
from streams.contract.messages import Alert
from streams.notify.lifecycle.state import Parcel, kind_of
from streams.notify.reasons import Why

__all__ = ["beginning", "delivery_id", "instant", "intent", "outcome", "seconds_of", "suppressed"]


def delivery_id(receiver: str, alerts: Iterable[tuple[Alert, int]]) -> str:
    """Name what is told to whom: the same for the same, whoever works it out, and whenever."""
    told = "\n".join(f"{alert.alert_id}:{alert.sequence}:{alert.change}:{again}" for alert, again in alerts)
    return "dlv_" + hashlib.sha256(f"{receiver}\n{told}".encode()).hexdigest()[:28]


def instant(at: float) -> str:
    """Write an instant as in all messages."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds_of(text: str) -> float:
    """Read an instant."""
    return datetime.fromisoformat(text).timestamp()


def beginning(offsets: dict[str, int], now: float) -> DeliveryRecord:
    """Say where a first start from now on begins to tell: by partition of the alerts, the first offset."""
    return DeliveryRecord(
        delivery_id="began",
        state="began",
        reason=Why.STARTED,
        receiver="",
        route="",
        kind="digest",
        items=[],
        at=instant(now),
        offsets=offsets,
    )


def intent(parcel: Parcel, now: float) -> DeliveryRecord:
    """Say that it is about to be sent for the first time: from now on it counts as told."""
    return _record(parcel, "intent", Why.DUE, now, first=True)


def outcome(
    parcel: Parcel,
    state: DeliveryState,
    reason: str,
    now: float,
    *,
    status: int | None = None,
    next_try: float | None = None,
) -> DeliveryRecord:
    """Say what came of a try."""
    return _record(parcel, state, reason, now, status=status, next_try=instant(next_try) if next_try else None)


def suppressed(alert: Alert, receiver: str, route: str, why: Why, now: float) -> DeliveryRecord:
    """Say that *receiver* is not told of *alert*, or not now."""
    return DeliveryRecord(
        delivery_id=delivery_id(f"{receiver}\n{why}", [(alert, 0)]),
        state="suppressed",
        reason=why,
        receiver=receiver,
        route=route,
        kind=alert.change,
        items=[_item(alert, 0)],
        at=instant(now),
    )


def _record(
    parcel: Parcel,
    state: DeliveryState,
    reason: str,
    now: float,
    *,
    status: int | None = None,
    next_try: str | None = None,
    first: bool = False,
) -> DeliveryRecord:
    return DeliveryRecord(
        delivery_id=parcel.delivery_id,
        state=state,
        reason=str(reason),
        receiver=parcel.receiver,
        route=parcel.route,
        kind=kind_of(parcel.alerts),
        items=[_item(alert, again) for alert, again in zip(parcel.alerts, parcel.again, strict=True)],
        at=instant(now),
        attempt=parcel.attempt,
        status=status,
        next_try=next_try,
        links=parcel.links if first else {},
        schools=parcel.schools if first else {},
        lane=parcel.lane if first else None,
    )


def _item(alert: Alert, again: int) -> Item:
    return Item(
        alert_id=alert.alert_id,
        sequence=alert.sequence,
        change=alert.change,
        rule=alert.rule,
        urn=alert.urn,
        severity=alert.severity,
        again=again,
    )
