"""Invented alerts of every rule in every stage and for every reason, to try words on."""

from collections.abc import Iterator
from typing import get_args

from streams.attendance.book import RuleBook
from streams.contract.messages import Alert, Cause, Change, Reason, Session
from streams.notify.channels.channel import Message

_FROM, _TO = Session("2024-10-08", "AM"), Session("2024-10-15", "PM")
_CAUSE = Cause("sample", "2024-10-08", "AM", "N", "2024-10-08T09:05:00+01:00")
_STAGES: tuple[tuple[Change, Reason], ...] = (
    ("raised", "mark"),
    ("raised", "time"),
    ("reopened", "correction"),
    ("revised", "correction"),
    ("eased", "mark"),
    ("eased", "time"),
    ("eased", "year"),
    *(("withdrawn", reason) for reason in get_args(Reason)),
)
SCHOOL_RULES: dict[str, tuple[str, ...]] = {
    "register-missing": ("starts_at", "in_calendar"),
    "feed-silent": ("last_register", "days_without"),
    "mass-absence": ("possible", "absent"),
}
"""Names of their evidence."""
_NUMBERS = (1, 30)


def samples(book: RuleBook) -> Iterator[Alert]:
    """Make them: of *book*'s rules, of the rules about schools, and of one that no book has."""
    names = {rule.id: tuple(rule.names) for rule in book.rules} | {"in-no-book": ("counted",)}
    for rule, evidence in (names | SCHOOL_RULES).items():
        for change, reason in _STAGES:
            for number in _NUMBERS:
                yield _alert(rule, change, reason, dict.fromkeys(evidence, number))


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
        pupil=None if rule in SCHOOL_RULES else "abcdefghijklmnopqrstuvwxyz",
        urn=100001,
        from_=_FROM,
        to=_TO if change in ("eased", "revised") else None,
        cause=None if reason == "time" else _CAUSE,
        evidence={} if change == "withdrawn" or reason == "year" else evidence,
        severity="high",
        audience=["school"],
        restricted=False,
    )
