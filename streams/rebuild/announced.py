"""What was announced of a pupil or a school, out of the alerts that were published. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from streams.attendance.episodes import Announced, alert_id
from streams.attendance.sessions import slot
from streams.board.notices import school_key
from streams.contract.messages import Alert, Session

__all__ = ["Said", "said"]

_MOST = 100  # numbers tried; two alerts of one pupil, rule and first session are rare


class Said(NamedTuple):
    """What stands announced, and by id of what does not any more: its first session and last sequence."""

    announced: tuple[Announced, ...]
    retired: dict[str, tuple[int, int]]


def said(alerts: Iterable[Alert]) -> Said:
    """Give what was announced of one pupil, or one school; *alerts* in any order, each sequence once or more."""
    by_id: dict[str, list[Alert]] = {}
    for alert in sorted(alerts, key=lambda one: one.sequence):
        by_id.setdefault(alert.alert_id, []).append(alert)
    announced, retired = [], {}
    for id_, changes in by_id.items():
        first, number = _beginning(id_, changes)
        last = changes[-1]
        if last.change == "withdrawn":
            retired[id_] = first, last.sequence
        else:
            announced.append(_announced(last, first, number))
    return Said(tuple(sorted(announced, key=lambda one: (one.start, one.rule, one.alert_id))), retired)


def _beginning(id_: str, changes: Sequence[Alert]) -> tuple[int, int]:
    """Find the first session and the number that the id was made of.

    The first change has that session; where it is gone by age, a later one may have it still.
    """
    subject, rule = changes[0].pupil or school_key(changes[0].urn or 0), changes[0].rule
    starts = [_slot(change.from_) for change in changes]
    pairs = ((first, number) for number in range(_MOST) for first in dict.fromkeys(starts))
    return next((pair for pair in pairs if alert_id(subject, rule, *pair) == id_), (starts[0], 0))


def _announced(last: Alert, first: int, number: int) -> Announced:
    return Announced(
        rule=last.rule,
        alert_id=last.alert_id,
        number=number,
        first=first,
        start=_slot(last.from_),
        end=None if last.to is None else _slot(last.to),
        sequence=last.sequence,
        severity=last.severity,
        audience=tuple(last.audience),
        restricted=last.restricted,
    )


def _slot(session: Session) -> int:
    return slot(date.fromisoformat(session.date), session.session)
