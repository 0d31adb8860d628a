"""Invented alerts of every rule in every stage and for every reason, to try words on."""

from collections.abc import Iterator
from typing import get_args

from msgspec import structs

from streams.attendance.book import RuleBook
from streams.contract.messages import Alert, Cause, Change, Reason, Session
from streams.notify.channels.channel import Message

_FROM, _TO = Session("2024-10-08", "AM"), Session("2024-10-15", "PM")
_CAUSE = Cause("sample", "2024-10-08", "AM", "N", "2024-10-08T09:05:00+01:00")
_STAGES: tuple[tuple[Change, Reason], ...] = (
    ("raised", "mark"),
    ("raised", "time"),
    ("raised", "rulebook"),
    ("reopened", "correction"),
    ("reopened", "rulebook"),
    ("revised", "correction"),
    ("revised", "rulebook"),
    ("eased", "mark"),
    ("eased", "time"),
    ("eased", "year"),
    ("eased", "rulebook"),
    *(("withdrawn", reason) for reason in get_args(Reason)),
)
_TIMES = {"last_register": 20241007, "starts_at": 900}  # evidence that is a date or a time of day
_NUMBERS = (1, 30)


def samples(book: RuleBook) -> Iterator[Alert]:
    """Make them: of *book*'s rules about pupils and schools, and of one that is in no book."""
    pupils = {rule.id: tuple(rule.names) for rule in book.rules} | {"in-no-book": ("counted",)}
    schools = {rule.id: tuple(rule.names) for rule in book.school_rules}
    for rule, evidence in (pupils | schools).items():
        for change, reason in _STAGES:
            for number in _NUMBERS:
                made = _alert(rule, change, reason, {name: _TIMES.get(name, number) for name in evidence})
                yield structs.replace(made, pupil=None) if rule in schools else made


def message(*alerts: Alert) -> Message:
    """Make a message about *alerts*, with a name and a link for each."""
    changes = {alert.change for alert in alerts}
    return Message(
        delivery_id="sample",
        receiver="sample",
        kind=changes.pop() if len(changes) == 1 else "digest",
        alerts=alerts,
        schools={alert.urn: "Riverside School" for alert in alerts},
        links={alert.alert_id: f"https://cases.example/alerts/{alert.alert_id}" for alert in alerts},
    )


def _alert(rule: str, change: Change, reason: Reason, evidence: dict[str, int]) -> Alert:
    return Alert(
        alert_id="3b1f0c5a9d7e48628f6c1f5e0a2b4c6d",
        sequence=1,
        change=change,
        reason=reason,
        rule=rule,
        rulebook="sample@1",
        pupil="abcdefghijklmnopqrstuvwxyz",
        urn=100001,
        from_=_FROM,
        to=_TO if change in ("eased", "revised") else None,
        cause=None if reason == "time" else _CAUSE,
        evidence={} if change == "withdrawn" or reason == "year" else evidence,
        severity="high",
        audience=["school"],
        restricted=False,
    )
