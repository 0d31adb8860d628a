"""Small pieces of language for messages to people."""

from streams.contract.messages import Alert, Session
from streams.wording.phrases import HALVES, day

_REFERENCE = 4  # signs in each half of a reference


def when(session: Session, alert: Alert) -> str:
    """A session as `Tuesday 8 October, morning`, with its year where the alert's cause is of another."""
    said = day(session.date)
    if alert.cause is None or alert.cause.date[:4] == session.date[:4]:
        said = said.rpartition(" ")[0]
    return f"{said}, {HALVES[session.session]}"


def reference(alert: Alert) -> str:
    """A short name for an alert, to be said on the telephone: `3B1F-0C5A`."""
    start = alert.alert_id[: 2 * _REFERENCE].upper()
    return f"{start[:_REFERENCE]}-{start[_REFERENCE:]}"


def school(alert: Alert, schools: dict[int, str]) -> str:
    """The school's name in one line, or its number where the name is not known."""
    return " ".join(schools.get(alert.urn, "").split()) or f"school {alert.urn}"


def who(alert: Alert, place: str) -> str:
    """`a pupil at Riverside School`, or the school itself."""
    return f"a pupil at {place}" if alert.pupil else place


def counted(number: int, one: str, many: str) -> str:
    """`1 alert`, `2 alerts`."""
    return f"{number} {one if number == 1 else many}"


def capital(text: str) -> str:
    """*text* with its first letter large, the others as they are."""
    return text[:1].upper() + text[1:]
