"""Changes: what is announced, and how the episodes of now are compared with it."""

import hashlib
from dataclasses import dataclass, field
from datetime import date

from tests.oracle.asof import Slot, last_session_of_july
from tests.oracle.rules import Rule
from tests.oracle.walk import Book, Episode


@dataclass
class Announced:
    """An alert as last announced."""

    alert_id: str
    rule: str
    first_from: Slot
    number: int
    from_: Slot
    to: Slot | None
    severity: str
    audience: tuple[str, ...]
    restricted: bool

    def put(self, rule: Rule, episode: Episode) -> None:
        """Make it what is announced now."""
        self.from_, self.to = episode
        self.severity, self.audience, self.restricted = rule.severity, rule.audience, rule.restricted


@dataclass
class Occasion:
    """What all changes of one comparison have in common."""

    pupil: str
    urn: int
    year: int
    year_moved: bool
    reason: str
    cause: dict
    book: Book


@dataclass
class Notices:
    """What one pupil has been told: the announced alerts, the count of each id, the book they were made with."""

    announced: list[Announced] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    book: str | None = None


def is_live(to: Slot | None, year: int) -> bool:
    return to is None or to[0] >= date(year, 8, 1)


def overlap(one: Episode, other: Announced) -> bool:
    """Half-open intervals; those that touch do not overlap."""
    return (other.to is None or one.from_ < other.to) and (one.to is None or other.from_ < one.to)


def compare(notices: Notices, episodes: dict[str, list[Episode]], now: Occasion) -> list[dict]:
    """Bring what is announced up to the episodes of now, and return the changes in order."""
    changes = []
    if notices.book not in (None, now.book.name):
        changes += withdraw_rules_not_in_book(notices, now)
    notices.announced = [alert for alert in notices.announced if is_live(alert.to, now.year)]
    for rule in now.book.rules:
        changes += compare_rule(notices, rule, episodes[rule.name], now)
    notices.book = now.book.name
    return changes


def withdraw_rules_not_in_book(notices: Notices, now: Occasion) -> list[dict]:
    names = [rule.name for rule in now.book.rules]
    gone = [alert for alert in notices.announced if alert.rule not in names]
    return [withdraw(notices, alert, now) for alert in sorted(gone, key=lambda a: (a.rule, a.from_))]


def compare_rule(notices: Notices, rule: Rule, episodes: list[Episode], now: Occasion) -> list[dict]:
    """The changes of one rule: withdrawn ones by announced `from`, then the others by their new `from`."""
    pairs, left = match(episodes, [alert for alert in notices.announced if alert.rule == rule.name])
    changes = []
    if now.year_moved:
        end = last_session_of_july(now.year)
        pairs += [(Episode(alert.from_, end), alert) for alert in left]
    else:
        changes += [withdraw(notices, alert, now) for alert in left]
    for episode, alert in sorted(pairs, key=lambda pair: pair[0].from_):
        changes += settle(notices, rule, episode, alert, now)
    return changes


def match(
    episodes: list[Episode], announced: list[Announced]
) -> tuple[list[tuple[Episode, Announced | None]], list[Announced]]:
    """Each episode with the alert it continues, if any; and the alerts that none continues."""
    left = sorted(announced, key=lambda alert: alert.from_)
    pairs: list[tuple[Episode, Announced | None]] = []
    for episode in episodes:
        found = [alert for alert in left if overlap(episode, alert)]
        pairs.append((episode, found[0] if found else None))
        left = [alert for alert in left if alert not in found[:1]]
    return pairs, left


def settle(notices: Notices, rule: Rule, episode: Episode, alert: Announced | None, now: Occasion) -> list[dict]:
    """What is to be said of one episode: nothing, a change of its alert, or a new alert."""
    if alert is None:
        if not is_live(episode.to, now.year):
            return []
        alert = new_alert(notices, rule, episode.from_, now)
        changes = [message(notices, alert, "raised", now)]
        if episode.to is not None:
            alert.put(rule, episode)
            changes.append(message(notices, alert, "eased", now))
        return changes
    if (alert.from_, alert.to) == episode:
        return []
    if alert.to is None and episode.to is not None:
        change = "eased"
    elif alert.to is not None and episode.to is None:
        change = "reopened"
    else:
        change = "revised"
    alert.put(rule, episode)
    return [message(notices, alert, change, now)]


def new_alert(notices: Notices, rule: Rule, from_: Slot, now: Occasion) -> Announced:
    """An alert with the smallest number that no announced one of the same pupil, rule and first `from` has."""
    taken = [alert.number for alert in notices.announced if (alert.rule, alert.first_from) == (rule.name, from_)]
    number = min(n for n in range(len(taken) + 1) if n not in taken)
    day, half = from_
    text = f"{now.pupil}|{rule.name}|{day.isoformat()}/{half}|{number}"
    alert_id = hashlib.sha256(text.encode()).hexdigest()[:32]
    alert = Announced(alert_id, rule.name, from_, number, from_, None, rule.severity, rule.audience, rule.restricted)
    notices.announced.append(alert)
    return alert


def withdraw(notices: Notices, alert: Announced, now: Occasion) -> dict:
    notices.announced.remove(alert)
    return message(notices, alert, "withdrawn", now)


def message(notices: Notices, alert: Announced, change: str, now: Occasion) -> dict:
    """The change in the JSON form of rules.md, evidence left empty."""
    notices.counts[alert.alert_id] = notices.counts.get(alert.alert_id, 0) + 1
    return {
        "alert_id": alert.alert_id,
        "sequence": notices.counts[alert.alert_id],
        "change": change,
        "reason": now.reason,
        "rule": alert.rule,
        "rulebook": now.book.name,
        "pupil": now.pupil,
        "urn": now.urn,
        "from": session(alert.from_),
        "to": session(alert.to),
        "cause": now.cause,
        "evidence": {},
        "severity": alert.severity,
        "audience": list(alert.audience),
        "restricted": alert.restricted,
    }


def session(slot: Slot | None) -> dict[str, str] | None:
    return None if slot is None else {"date": slot[0].isoformat(), "session": slot[1]}
