"""One audit: read, rebuild, compare."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from streams.attendance.walk import Engine
from streams.audit.comparing import Difference, compare
from streams.audit.rebuilding import Rebuilt
from streams.audit.topics import Shown, Stored, load_changelog, published, reached, rebuilt, settle
from streams.contract.messages import Alert
from streams.contract.topics import Topics
from streams.settings import Settings

__all__ = ["Choose", "Outcome", "audit"]

Choose = Callable[[set[str]], set[str] | None]
"""Which pupils are looked at, of those in the changelog; None is all there are, also those that it has not."""


@dataclass
class Outcome:
    """How many pupils were judged, how many were not since registers of theirs are in flight, and what differs."""

    judged: int = 0
    in_flight: int = 0
    registers: int = 0
    differences: list[Difference] = field(default_factory=list)


def audit(
    settings: Settings, topics: Topics, engine: Engine, choose: Choose, shown: Shown, *, plainly: bool
) -> Outcome:
    """Audit the pupils that *choose* chooses; *plainly*: recompute by the specification.

    Raises:
        FirstbellError: the workers are behind, or Kafka fails.
    """
    then = reached(settings, topics)
    settle(settings, topics, then.marks)
    stored = load_changelog(settings, topics, engine, shown)
    chosen = choose(stored.keys())
    wanted = (lambda _: True) if chosen is None else chosen.__contains__
    made = rebuilt(settings, topics, wanted, then.registers, shown)
    alerts = published(settings, topics, wanted, shown)
    keys = (stored.keys() | made.pupils.keys()) if chosen is None else chosen
    judged = keys - made.in_flight
    found = [one for key in sorted(judged) for one in _judge(key, stored, made, alerts, engine, plainly=plainly)]
    return Outcome(len(judged), len(keys) - len(judged), made.registers, found)


def _judge(
    key: str, stored: Stored, made: Rebuilt, alerts: dict[str, list[Alert]], engine: Engine, *, plainly: bool
) -> Iterator[Difference]:
    places = stored.places(key)
    if len(places) > 1:
        yield Difference("partitions", key, f"the ledger is in partitions {', '.join(map(str, places))}")
    before = stored.parts[places[0]].get(key) if places else None
    yield from compare(key, before, made.pupils.get(key), alerts.get(key, []), engine, plainly=plainly)
