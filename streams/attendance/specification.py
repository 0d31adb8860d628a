"""Episodes by the walk from scratch: the specification that the fast walk is held to. Plain and slow."""

from typing import NamedTuple

from streams.attendance.book import RuleBook
from streams.attendance.kinds import Rule
from streams.attendance.measures import History


class Episode(NamedTuple):
    """A rule was on from session `start` until the first session off, `end` (None while open). Both are slots."""

    start: int
    end: int | None


def counts(rule: Rule, history: History) -> list[int]:
    """Return what *rule* counts as of the last session of *history*."""
    return [measure.of(history) for measure in rule.measures()]


def episodes(rule: Rule, sessions: History) -> list[Episode]:
    """Walk *sessions* in order, starting off; at each, one test: `enter` where off, `exit` where on."""
    found: list[Episode] = []
    since: int | None = None
    for i, (slot, _) in enumerate(sessions):
        counted = counts(rule, sessions[: i + 1])
        if since is None:
            since = slot if rule.enter(*counted) else None
        elif rule.exit(*counted):
            found.append(Episode(since, slot))
            since = None
    return found if since is None else [*found, Episode(since, None)]


def all_episodes(book: RuleBook, sessions: History) -> dict[str, list[Episode]]:
    """Return the episodes of every rule of *book* that has any, by rule id."""
    found = {rule.id: episodes(rule, sessions) for rule in book.rules}
    return {rule: spans for rule, spans in found.items() if spans}
