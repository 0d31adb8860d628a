"""Alerts for the tests of the demo."""

from streams.contract.messages import Alert, Cause, Change, Reason, Session


def an_alert(
    change: Change, sequence: int, register_id: str = "r1", reason: Reason = "mark", number: str = "a"
) -> Alert:
    return Alert(
        alert_id=number * 32,
        sequence=sequence,
        change=change,
        reason=reason,
        rule="lateness",
        rulebook="england-2024@1",
        pupil="a" * 26,
        urn=990001,
        from_=Session("2025-09-08", "AM"),
        to=None,
        cause=Cause(register_id, "2025-09-08", "AM", "L", "2025-09-08T08:55:00+01:00"),
        evidence={"counted": 6},
        severity="low",
        audience=["school"],
        restricted=False,
    )
