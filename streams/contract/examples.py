"""Examples of the public messages, about invented children of an invented school."""

from typing import Any

import msgspec

from streams.contract.codec import encode_alert, encode_dead_letter_line
from streams.contract.deliveries import DeliveryRecord, Item
from streams.contract.hooks import HookAlert, HookData, HookEvent
from streams.contract.messages import Alert, Cause, DeadLetter, Origin, Session
from streams.contract.register import Mark, Register

__all__ = ["examples"]

_ANNA, _BEN = "abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba"  # pseudonyms, of no one
_URN = 100001
_DAY, _MORNING = "2024-10-01", "2024-10-01T09:05:00+01:00"
_CORRECTED = "2024-10-01T10:40:00+01:00"

_REGISTER = Register(
    register_id="8f6c1f5e-am",
    urn=_URN,
    date=_DAY,
    session="AM",
    recorded_at=_MORNING,
    source="example",
    marks=[
        Mark(pupil=_ANNA, code="O"),
        Mark(pupil=_BEN, code="L", minutes_late=12, recorded_at="2024-10-01T09:17:00+01:00"),
    ],
)
_CORRECTION = Register(
    register_id="8f6c1f5e-am-2",
    urn=_URN,
    date=_DAY,
    session="AM",
    recorded_at=_CORRECTED,
    source="example",
    marks=[Mark(pupil=_ANNA, code="B")],
)
_RAISED = Alert(
    alert_id="3b1f0c5a9d7e48628f6c1f5e0a2b4c6d",
    sequence=1,
    change="raised",
    reason="mark",
    rule="persistent-absence",
    rulebook="england-2024@1",
    pupil=_ANNA,
    urn=_URN,
    from_=Session(_DAY, "AM"),
    to=None,
    cause=Cause("8f6c1f5e-am", _DAY, "AM", "O", _MORNING),
    evidence={
        "possible": 33,
        "absent": 4,
        "since": 20240903,
        "until": 20241001,
        "min_possible": 20,
        "enter_percent": 10,
        "exit_below_percent": 9,
    },
    severity="high",
    audience=["school", "la-attendance"],
    restricted=False,
)
_WITHDRAWN = msgspec.structs.replace(
    _RAISED,
    sequence=2,
    change="withdrawn",
    reason="correction",
    cause=Cause("8f6c1f5e-am-2", _DAY, "AM", "B", _CORRECTED),
    evidence={},
)
_EASED = msgspec.structs.replace(
    _RAISED,
    sequence=2,
    change="eased",
    to=Session("2024-10-18", "PM"),
    cause=Cause("91ab77d0-pm", "2024-10-18", "PM", "\\", "2024-10-18T13:20:00+01:00"),
    evidence=_RAISED.evidence | {"possible": 60, "absent": 5, "until": 20241018},
)
_INTENT = DeliveryRecord(
    delivery_id="dlv_2f1b0c5a9d7e48628f6c1f5e0a2b",
    state="intent",
    reason="due",
    receiver="riverside",
    route="offices",
    kind="raised",
    items=[
        Item(
            alert_id=_RAISED.alert_id,
            sequence=1,
            change="raised",
            rule=_RAISED.rule,
            urn=_RAISED.urn,
            severity=_RAISED.severity,
        )
    ],
    at="2024-10-01T08:20:00.000Z",
    attempt=1,
    links={_RAISED.alert_id: f"https://cases.example/alerts/{_RAISED.alert_id}"},
    schools={str(_URN): "Riverside School"},
    lane="now",
)
_RETRYING = msgspec.structs.replace(
    _INTENT,
    state="retrying",
    reason="busy",
    at="2024-10-01T08:20:00.213Z",
    status=429,
    next_try="2024-10-01T08:21:00.000Z",
    links={},
    schools={},
    lane=None,
)
_HOOK = HookEvent(
    specversion="1.0",
    id="6c1f5e0a2b4c6d3b1f0c5a9d7e48628f",
    source="urn:firstbell:notifier",
    type="uk.firstbell.delivery.v1",
    datacontenttype="application/json",
    data=HookData(
        kind="withdrawn",
        alerts=[
            HookAlert(
                alert_id=_WITHDRAWN.alert_id,
                sequence=_WITHDRAWN.sequence,
                rule=_WITHDRAWN.rule,
                severity=_WITHDRAWN.severity,
                change=_WITHDRAWN.change,
                reason=_WITHDRAWN.reason,
                urn=_WITHDRAWN.urn,
                school="Riverside School",
                link=f"https://cases.example/alerts/{_WITHDRAWN.alert_id}",
            )
        ],
    ),
)
_SCHOOL = Alert(
    alert_id="c71e09d24b8a4f6f95d30a1b7e62f8c4",
    sequence=1,
    change="raised",
    reason="time",
    rule="register-missing",
    rulebook="england-2024@1",
    pupil=None,
    urn=_URN,
    from_=Session(_DAY, "PM"),
    to=None,
    cause=None,
    evidence={"starts_at": 1300, "in_calendar": 1, "other_session": 1, "grace_minutes": 90},
    severity="urgent",
    audience=["school", "la-attendance"],
    restricted=False,
)
_REFUSED_REGISTER = DeadLetter(
    reason="not-json",
    detail="no JSON",
    origin=Origin(topic="firstbell.registers", partition=3, offset=17),
    register_id=None,
    urn=None,
    date=None,
    session=None,
    mark=None,
    value=b'{"register_id": "8f6c1f5e-am", "urn": 10000',
)
_REFUSED_MARK = DeadLetter(
    reason="unknown-code",
    detail="the code is none that may be sent",
    origin=Origin(file="registers.jsonl", line=5),
    register_id="8f6c1f5e-am",
    urn=_URN,
    date=_DAY,
    session="AM",
    mark=1,
    value=b'{"pupil": "zyxwvutsrqponmlkjihgfedcba", "code": "late"}',
)


def examples() -> dict[str, Any]:
    """Make the examples as plain JSON values; the name of each begins with that of its message."""
    encode = msgspec.json.encode
    made = {
        "register": encode(_REGISTER),
        "register-correction": encode(_CORRECTION),
        "alert-raised": encode_alert(_RAISED),
        "alert-eased": encode_alert(_EASED),
        "alert-withdrawn": encode_alert(_WITHDRAWN),
        "hook-withdrawn": encode(_HOOK),
        "delivery-intent": encode(_INTENT),
        "delivery-retrying": encode(_RETRYING),
        "alert-school": encode_alert(_SCHOOL),
        "dead-letter-register": encode_dead_letter_line(_REFUSED_REGISTER),
        "dead-letter-mark": encode_dead_letter_line(_REFUSED_MARK),
    }
    return {name: msgspec.json.decode(value) for name, value in made.items()}
