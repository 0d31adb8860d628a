"""From a change of the engine to the alert that is published."""

from typing import cast

from streams.attendance.codes import CODES
from streams.attendance.episodes import Announced, Change, ReasonKind
from streams.attendance.pupil import Pupil
from streams.attendance.sessions import session_of
from streams.attendance.walk import Engine
from streams.board.notices import SchoolChange
from streams.contract.batches import BatchMark, BatchRegister
from streams.contract.messages import Alert, Audience, Cause, Session, Severity


def alert_from(
    change: Change, reason: ReasonKind, *, engine: Engine, pupil: Pupil, register: BatchRegister, last: BatchMark
) -> Alert:
    """Return *change* as an alert; *last* is the pupil's last mark in *register* that was not refused, its cause."""
    alert = change.alert
    return Alert(
        alert_id=alert.alert_id,
        sequence=alert.sequence,
        change=change.kind,
        reason=reason,
        rule=alert.rule,
        rulebook=str(engine.id),
        pupil=pupil.key,
        urn=register.urn,
        from_=Session(*session_of(alert.start)),
        to=None if alert.end is None else Session(*session_of(alert.end)),
        cause=cause_of(register, last),
        evidence=pupil.evidence(engine, change),
        severity=cast("Severity", alert.severity),
        audience=cast("list[Audience]", list(alert.audience)),
        restricted=alert.restricted,
    )


def erasure_alert(alert: Announced, *, rulebook: str, pupil: str, urn: int) -> Alert:
    """Return the withdrawal of *alert*, already counted, since the records behind it were erased. No mark caused it."""
    return Alert(
        alert_id=alert.alert_id,
        sequence=alert.sequence,
        change="withdrawn",
        reason="erasure",
        rule=alert.rule,
        rulebook=rulebook,
        pupil=pupil,
        urn=urn,
        from_=Session(*session_of(alert.start)),
        to=None if alert.end is None else Session(*session_of(alert.end)),
        cause=None,
        evidence={},
        severity=cast("Severity", alert.severity),
        audience=cast("list[Audience]", list(alert.audience)),
        restricted=alert.restricted,
    )


def cause_of(register: BatchRegister, mark: BatchMark) -> Cause:
    """Return *mark* as a cause: its code as read, its time as sent."""
    date, half = session_of(register.slot)
    return Cause(register.register_id, date, half, CODES[mark.code], mark.recorded_at or register.recorded_at)


def school_alert_from(
    change: SchoolChange, reason: ReasonKind, *, rulebook: str, urn: int, cause: Cause | None
) -> Alert:
    """Return *change* of a school as an alert, which has no pupil."""
    alert = change.alert
    return Alert(
        alert_id=alert.alert_id,
        sequence=alert.sequence,
        change=change.kind,
        reason=reason,
        rule=alert.rule,
        rulebook=rulebook,
        pupil=None,
        urn=urn,
        from_=Session(*session_of(alert.start)),
        to=None if alert.end is None else Session(*session_of(alert.end)),
        cause=cause,
        evidence=change.evidence,
        severity=cast("Severity", alert.severity),
        audience=cast("list[Audience]", list(alert.audience)),
        restricted=alert.restricted,
    )
