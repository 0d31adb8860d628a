"""From a change of the engine to the alert that is published."""

from typing import NamedTuple, cast

from streams.attendance.codes import CODES
from streams.attendance.episodes import Announced, Change, ChangeKind, ReasonKind
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
    about = _About(str(engine.id), pupil.key, register.urn)
    return _published(
        change.alert, change.kind, reason, about, cause_of(register, last), pupil.evidence(engine, change)
    )


def erasure_alert(alert: Announced, *, rulebook: str, pupil: str, urn: int) -> Alert:
    """Return the withdrawal of *alert*, already counted, since the records behind it were erased. No mark caused it."""
    return _published(alert, "withdrawn", "erasure", _About(rulebook, pupil, urn), None, {})


def cause_of(register: BatchRegister, mark: BatchMark) -> Cause:
    """Return *mark* as a cause: its code as read, its time as sent."""
    date, half = session_of(register.slot)
    return Cause(register.register_id, date, half, CODES[mark.code], mark.recorded_at or register.recorded_at)


def school_alert_from(
    change: SchoolChange, reason: ReasonKind, *, rulebook: str, urn: int, cause: Cause | None
) -> Alert:
    """Return *change* of a school as an alert, which has no pupil."""
    return _published(change.alert, change.kind, reason, _About(rulebook, None, urn), cause, change.evidence)


class _About(NamedTuple):
    """By which book, about whom, at which school."""

    rulebook: str
    pupil: str | None
    urn: int


def _published(  # noqa: PLR0917 - what an alert is made of
    alert: Announced,
    change: ChangeKind,
    reason: ReasonKind,
    about: _About,
    cause: Cause | None,
    evidence: dict[str, int],
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
