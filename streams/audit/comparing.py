"""One pupil, three times: out of the registers, out of the changelog, out of the alerts. What differs, and in what."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from streams.attendance.episodes import Announced
from streams.attendance.ledger import Ledger
from streams.attendance.pupil import Pupil
from streams.attendance.sessions import session_of, year_start
from streams.attendance.specification import Episode, finished
from streams.attendance.walk import Engine
from streams.contract.messages import Alert, Session
from streams.pipeline.audit import Drift, look_over
from streams.pipeline.fold import fold

__all__ = ["Difference", "compare"]

Kind = Literal["partitions", "ledger-missing", "registers-missing", "marks", "announced", "alerts", "sequence"]


class Difference(NamedTuple):
    """What differs about one pupil; *words* name sessions, rules and schools, no child."""

    kind: Kind
    pupil: str
    words: str


def compare(
    key: str, stored: Pupil | None, rebuilt: Pupil | None, alerts: Sequence[Alert], engine: Engine, *, plainly: bool
) -> list[Difference]:
    """Compare one pupil.

    Args:
        key: the pupil.
        stored: as the changelog has them.
        rebuilt: as their registers make them.
        alerts: all that was published of them, in order.
        engine: the rule book in force.
        plainly: recompute by the specification.
    """
    if stored is None:
        marks = 0 if rebuilt is None else sum(1 for _ in rebuilt.ledger.versions())
        return (
            [Difference("ledger-missing", key, f"{marks} marks are in the registers, and no ledger")] if marks else []
        )
    if rebuilt is None:
        marks = sum(1 for _ in stored.ledger.versions())
        return [Difference("registers-missing", key, f"the ledger has {marks} marks, and the registers none")]
    found = [Difference("marks", key, words) for words in _marks(stored.ledger, rebuilt.ledger)]
    judged = stored.copy()
    judged.ledger, judged.year = rebuilt.ledger, rebuilt.year
    drifts = finished(look_over(judged, engine, plainly=plainly))
    found += [Difference("announced", key, _drift(drift)) for drift in drifts]
    return found + _published(key, stored, alerts)


def _marks(stored: Ledger, rebuilt: Ledger) -> list[str]:
    """One line for each school whose marks differ."""
    left = {(slot, urn): version for slot, urn, version in stored.versions()}
    right = {(slot, urn): version for slot, urn, version in rebuilt.versions()}
    wrong = sorted(where for where in left.keys() | right.keys() if left.get(where) != right.get(where))
    schools = sorted({urn for _, urn in wrong})
    return [_school(urn, [slot for slot, at in wrong if at == urn]) for urn in schools]


def _school(urn: int, slots: list[int]) -> str:
    return f"{len(slots)} marks of school {urn} are not those of the registers; the first is for {_written(slots[0])}"


def _drift(drift: Drift) -> str:
    return f"{drift.rule}: announced {_spans(drift.announced)}, and the registers say {_spans(drift.recomputed)}"


def _published(key: str, stored: Pupil, alerts: Sequence[Alert]) -> list[Difference]:
    """Compare what the summary says was announced with what was published."""
    year = stored.year or 0
    said = fold(alerts, {key: year})
    first = year_start(year) if year else 0
    live = [one for one in stored.announced if one.end is None or one.end >= first]
    found = []
    for rule in sorted({one.rule for one in live} | {rule for _, rule in said}):
        left = [
            (_session(one.start), None if one.end is None else _session(one.end)) for one in live if one.rule == rule
        ]
        if sorted(left, key=_first) != said.get((key, rule), []):
            found.append(
                Difference("alerts", key, f"{rule}: the published alerts are not those that the ledger remembers")
            )
    return found + [Difference("sequence", key, words) for words in _sequences(live, alerts)]


def _sequences(live: Sequence[Announced], alerts: Sequence[Alert]) -> list[str]:
    last = {alert.alert_id: alert.sequence for alert in alerts}
    return [
        f"{one.rule}: the ledger counts {one.sequence} changes of an alert, the topic {last.get(one.alert_id, 0)}"
        for one in live
        if last.get(one.alert_id) != one.sequence
    ]


def _spans(spans: list[Episode]) -> str:
    return " and ".join(f"{_written(one.start)} to {_written(one.end)}" for one in spans) or "nothing"


def _written(slot: int | None) -> str:
    return "now" if slot is None else "/".join(session_of(slot))


def _session(slot: int) -> Session:
    return Session(*session_of(slot))


def _first(span: tuple[Session, Session | None]) -> tuple[str, str]:
    return span[0].date, span[0].session
