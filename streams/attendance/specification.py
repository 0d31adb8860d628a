"""Episodes by the walk from scratch: the specification that the fast walk is held to. Plain and slow."""

from collections.abc import Generator
from typing import NamedTuple, TypeVar

from streams.attendance.book import RuleBook
from streams.attendance.history import History
from streams.attendance.kinds import Rule

T = TypeVar("T")


class Episode(NamedTuple):
    """A rule was on from session `start` until the first session off, `end` (None while open). Both are slots."""

    start: int
    end: int | None


def counts(rule: Rule, history: History) -> list[int]:
    """Return what *rule* counts as of the last session of *history*."""
    return [measure.of(history) for measure in rule.measures()]


def episodes(rule: Rule, sessions: History) -> list[Episode]:
    """Walk *sessions* in order, starting off; at each, one test: `enter` where off, `exit` where on."""
    return finished(steps(rule, sessions))


def steps(rule: Rule, sessions: History) -> Generator[None, None, list[Episode]]:
    """As `episodes`, with a pause before each session, for those who have something else to do meanwhile."""
    found: list[Episode] = []
    since: int | None = None
    for i, (slot, _) in enumerate(sessions):
        yield
        counted = counts(rule, sessions[: i + 1])
        if since is None:
            since = slot if rule.enter(*counted) else None
        elif rule.exit(*counted):
            found.append(Episode(since, slot))
            since = None
    return found if since is None else [*found, Episode(since, None)]


def finished(work: Generator[None, None, T]) -> T:
    """Do *work* without a pause, and give what comes of it."""
    while True:
        try:
            next(work)
        except StopIteration as done:
            result: T = done.value
            return result


def all_episodes(book: RuleBook, sessions: History) -> dict[str, list[Episode]]:
    """Return the episodes of every rule of *book* that has any, by rule id."""
    found = {rule.id: episodes(rule, sessions) for rule in book.rules}
    return {rule: spans for rule, spans in found.items() if spans}
