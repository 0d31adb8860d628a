"""One pupil's stored state made again: the ledger of the registers, what was announced, and what differs. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from streams.attendance.episodes import Change, ReasonKind
from streams.attendance.pupil import Pupil
from streams.attendance.walk import Engine
from streams.contract.batches import BatchMark, BatchRegister
from streams.contract.messages import Alert
from streams.pipeline.alerts import About, alert_from, cause_of
from streams.pipeline.stored import stored_records
from streams.rebuild.announced import said

__all__ = ["Latest", "Made", "make", "without_marks"]


class Latest(NamedTuple):
    """The mark that stands as the cause of what a rebuild finds: the pupil's last in the log, with its register."""

    register: BatchRegister
    mark: BatchMark


class Made(NamedTuple):
    """The records of the changelog, and the changes that had not been announced."""

    records: list[tuple[bytes, bytes | None]]
    alerts: list[Alert]


def make(pupil: Pupil, latest: Latest, alerts: Sequence[Alert], engine: Engine) -> Made:
    """Put together *pupil* (a ledger, nothing announced) and the *alerts* published of them, and compare once."""
    found = said(alerts)
    pupil.book, pupil.announced, pupil.retired = engine.id, found.announced, dict(found.retired)
    other_book = any(alert.rulebook != str(engine.id) for alert in alerts if alert.alert_id in _ids(pupil))
    changes = pupil.compare_anew(engine)
    published = [_alert(change, pupil, latest, engine, other_book=other_book) for change in changes]
    return Made(list(stored_records(pupil)), published)


def _ids(pupil: Pupil) -> set[str]:
    return {one.alert_id for one in pupil.announced}


def _alert(change: Change, pupil: Pupil, latest: Latest, engine: Engine, *, other_book: bool) -> Alert:
    newest = change.as_of is not None and change.as_of >= pupil.ledger.last
    reason: ReasonKind = "rulebook" if other_book else "mark" if newest else "correction"
    about = About(engine.name, pupil.key, latest.register.urn)
    return alert_from(change, reason, about, cause_of(*latest), pupil.evidence(engine, change))


def without_marks(register: BatchRegister) -> BatchRegister:
    """A register as a cause needs it: small, since one is kept for each pupil."""
    return msgspec.structs.replace(register, marks=[])
