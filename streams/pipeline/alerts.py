"""From a change of the engine to the alert that is published."""

from typing import NamedTuple, cast

from streams.attendance.codes import CODES
from streams.attendance.episodes import Announced, Change, ChangeKind, ReasonKind
from streams.attendance.evidence import Evidence
from streams.attendance.sessions import session_of
from streams.board.notices import SchoolChange
from streams.contract.batches import BatchMark, BatchRegister
from streams.contract.messages import Alert, Audience, Cause, Session, Severity


class About(NamedTuple):
    """By which book, about whom, at which school."""

    rulebook: str
    pupil: str | None
    urn: int


def alert_from(change: Change, reason: ReasonKind, about: About, cause: Cause, evidence: Evidence) -> Alert:
    """Return *change* of a pupil as an alert, with its *cause* (`cause_of`) and its *evidence*."""
    return _published(change.alert, change.kind, reason, about, cause, evidence)


def erasure_alert(alert: Announced, *, rulebook: str, pupil: str, urn: int) -> Alert:
    """Return the withdrawal of *alert*, already counted, since the records behind it were erased. No mark caused it."""
    return _published(alert, "withdrawn", "erasure", About(rulebook, pupil, urn), None, {})


def cause_of(register: BatchRegister, mark: BatchMark) -> Cause:
    """Return *mark* as a cause, the pupil's last in *register* not refused: its code as read, its time as sent."""
    date, half = session_of(register.slot)
    return Cause(register.register_id, date, half, CODES[mark.code], mark.recorded_at or register.recorded_at)


def school_alert_from(
    change: SchoolChange, reason: ReasonKind, *, rulebook: str, urn: int, cause: Cause | None
) -> Alert:
    """Return *change* of a school as an alert, which has no pupil."""
    return _published(change.alert, change.kind, reason, About(rulebook, None, urn), cause, change.evidence)


def _published(  # noqa: PLR0917 - what an alert is made of
    alert: Announced,
    change: ChangeKind,
    reason: ReasonKind,
    about: About,
    cause: Cause | None,
    evidence: Evidence,
) -> Alert:
    return Alert(
        alert_id=alert.alert_id,
        sequence=alert.sequence,
        change=change,
        reason=reason,
        rule=alert.rule,
        rulebook=about.rulebook,
        pupil=about.pupil,
        urn=about.urn,
        from_=Session(*session_of(alert.start)),
        to=None if alert.end is None else Session(*session_of(alert.end)),
        cause=cause,
        evidence=evidence,
        severity=cast("Severity", alert.severity),
        audience=cast("list[Audience]", list(alert.audience)),
        restricted=alert.restricted,
    )
