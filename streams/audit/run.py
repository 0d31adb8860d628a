"""One audit: read, rebuild, compare."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from streams.attendance.pupil import Pupil
from streams.attendance.walk import Engine
from streams.audit.comparing import Difference, compare
from streams.audit.rebuilding import Rebuilt
from streams.audit.topics import From, Stored, load_changelog, published, reached, rebuilt, settle
from streams.contract.messages import Alert

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


def audit(source: From, engine: Engine, choose: Choose, *, oldest: int, plainly: bool) -> Outcome:
    """Audit the pupils that *choose* chooses.

    Args:
        source: where to read.
        engine: the rule book in force.
        choose: chooses.
        oldest: the first academic year of which a mark still keeps a pupil; older ones may have been cleared.
        plainly: recompute by the specification.

    Raises:
        FirstbellError: the workers are behind, or Kafka fails.
    """
    then = reached(source)
    settle(source, then.marks)
    stored = load_changelog(source, engine)
    chosen = choose(stored.keys())
    wanted = (lambda _: True) if chosen is None else chosen.__contains__
    made = rebuilt(source, wanted, then.registers, stored.erased())
    alerts = published(source, wanted)
    keys = (stored.keys() | made.pupils.keys()) if chosen is None else chosen
    known = stored.keys()
    judged = {key for key in keys - made.in_flight if key in known or not _is_old(made.pupils.get(key), oldest)}
    found = [one for key in sorted(judged) for one in _judge(key, stored, made, alerts, engine, plainly=plainly)]
    return Outcome(len(judged), len(keys & made.in_flight), made.registers, found)


def _is_old(pupil: Pupil | None, oldest: int) -> bool:
    return pupil is not None and pupil.year is not None and pupil.year < oldest


def _judge(
    key: str, stored: Stored, made: Rebuilt, alerts: dict[str, list[Alert]], engine: Engine, *, plainly: bool
) -> Iterator[Difference]:
    places = stored.places(key)
    if len(places) > 1:
        yield Difference("partitions", key, f"the ledger is in partitions {', '.join(map(str, places))}")
    before = stored.parts[places[0]].get(key) if places else None
    yield from compare(key, before, made.pupils.get(key), alerts.get(key, []), engine, plainly=plainly)
