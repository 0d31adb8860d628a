"""A message as JSON: a CloudEvent in structured mode, the same bytes at every try of one delivery.

It carries no time of sending, which would make the second try differ from the first.
"""

from typing import Any

import msgspec

from streams.contract.messages import Alert
from streams.notify.channels.channel import Message

EVENT_TYPE = "uk.firstbell.delivery.v1"
EVENT_SOURCE = "urn:firstbell:notifier"
CONTENT_TYPE = "application/cloudevents+json"

_encoder = msgspec.json.Encoder()
_THIN = ("alert_id", "sequence", "rule", "severity", "change", "reason", "urn")


def body_of(message: Message, *, full: bool) -> bytes:
    """Encode *message*; thin says what, where and a link, and nothing of the pupil."""
    return _encoder.encode(
        {
            "specversion": "1.0",
            "id": message.delivery_id,
            "source": EVENT_SOURCE,
            "type": EVENT_TYPE,
            "datacontenttype": "application/json",
            "data": {"kind": message.kind, "alerts": [_alert(message, each, full=full) for each in message.alerts]},
        }
    )


def _alert(message: Message, alert: Alert, *, full: bool) -> dict[str, Any]:
    said = msgspec.to_builtins(alert) if full else {name: getattr(alert, name) for name in _THIN}
    return {**said, "school": message.schools.get(alert.urn), "link": message.links.get(alert.alert_id)}
