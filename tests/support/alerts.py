"""Alerts and messages about invented children."""

from typing import Any

import msgspec

from streams.contract.messages import Alert, Cause, Session
from streams.notify.channels.channel import Message

PUPIL = "abcdefghijklmnopqrstuvwxyz"
URN = 100001
ALERT = Alert(
    alert_id="3b1f0c5a9d7e48628f6c1f5e0a2b4c6d",
    sequence=1,
    change="raised",
    reason="mark",
    rule="persistent-absence",
    rulebook="england-2024@1",
    pupil=PUPIL,
    urn=URN,
    from_=Session("2024-10-08", "AM"),
    to=None,
    cause=Cause("8f6c1f5e-am", "2024-10-08", "AM", "O", "2024-10-08T09:05:00+01:00"),
    evidence={"possible": 110, "absent": 12, "min_possible": 20, "enter_percent": 10},
    severity="high",
    audience=["school", "la-attendance"],
    restricted=False,
)


def alert(**fields: Any) -> Alert:  # noqa: ANN401 - any field
    """Give a raised alert, with *fields* put over it."""
    return msgspec.structs.replace(ALERT, **fields)


def message(*alerts: Alert, **fields: Any) -> Message:  # noqa: ANN401 - any field
    """Give a message about *alerts* (one raised where none is given), with *fields* put over it."""
    told = alerts or (ALERT,)
    changes = {each.change for each in told}
    made = Message(
        delivery_id="dlv_2f1b0c5a9d7e4862",
        receiver="riverside",
        kind=changes.pop() if len(changes) == 1 else "digest",
        alerts=told,
        schools={URN: "Riverside School"},
        links={each.alert_id: f"https://cases.example/alerts/{each.alert_id}" for each in told},
    )
    return msgspec.structs.replace(made, **fields)
