"""A message as JSON: a CloudEvent in structured mode, the same bytes at every try of one delivery.

It carries no time of sending, which would make the second try differ from the first.
"""

from typing import Any

import msgspec

from streams.contract.hooks import HookAlert, HookData, HookEvent
from streams.contract.messages import Alert
from streams.notify.channels.channel import Message

CONTENT_TYPE = "application/cloudevents+json"

_encoder = msgspec.json.Encoder()


def body_of(message: Message, *, full: bool) -> bytes:
    """Encode *message*; thin says what, where and a link, and nothing of the pupil."""
    event = HookEvent(
        specversion="1.0",
        id=message.delivery_id,
        source="urn:firstbell:notifier",
        type="uk.firstbell.delivery.v1",
        datacontenttype="application/json",
        data=HookData(kind=message.kind, alerts=[_thin(message, each) for each in message.alerts]),
    )
    return _encoder.encode(_filled(event, message.alerts) if full else event)


def _thin(message: Message, alert: Alert) -> HookAlert:
    return HookAlert(
        alert_id=alert.alert_id,
        sequence=alert.sequence,
        rule=alert.rule,
        severity=alert.severity,
        change=alert.change,
        reason=alert.reason,
        urn=alert.urn,
        school=message.schools.get(alert.urn),
        link=message.links.get(alert.alert_id),
    )


def _filled(event: HookEvent, alerts: tuple[Alert, ...]) -> dict[str, Any]:
    """*event* with all of each alert in it."""
    made: dict[str, Any] = msgspec.to_builtins(event)
    told = made["data"]["alerts"]
    made["data"]["alerts"] = [msgspec.to_builtins(alert) | said for alert, said in zip(alerts, told, strict=True)]
    return made
