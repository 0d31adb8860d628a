"""Looking over one pupil: episodes from scratch, against what is announced. Pure, and in small steps.

A fresh walk from the first session finds what the kept walk and its checkpoints, or the stored summary, have got wrong.
*Plainly*, by `attendance.specification`, it finds also what the fast walk itself has: a hundred times slower.
"""

from collections.abc import Generator, Iterable, Mapping
from typing import NamedTuple

from streams.attendance.episodes import Announced
from streams.attendance.pupil import Pupil
from streams.attendance.sessions import year_start
from streams.attendance.specification import Episode, steps
from streams.attendance.walk import Engine, Walk

__all__ = ["Drift", "Found", "look_over"]

_SESSIONS_A_STEP = 16  # of the fresh walk, some tenths of a millisecond

Found = dict[str, list[Episode]]
"""Live episodes by rule, in order of their start."""


class Drift(NamedTuple):
    """A rule whose live episodes are not what is announced."""

    rule: str
    announced: list[Episode]
    recomputed: list[Episode]


def look_over(pupil: Pupil, engine: Engine, *, plainly: bool) -> Generator[None, None, list[Drift]]:
    """Recompute the episodes of *pupil* from the ledger; give each rule in which they are not what is announced.

    A pupil whose state was made with another rule book has nothing to compare until the next mark.
    """
    if pupil.year is None or (pupil.book is not None and pupil.book != engine.id):
        return []
    sessions = list(pupil.ledger.sessions())
    found = yield from (_plainly if plainly else _afresh)(engine, sessions)
    return differences(found, pupil.announced, pupil.year)


def differences(found: Mapping[str, list[Episode]], announced: Iterable[Announced], year: int) -> list[Drift]:
    """Compare live episodes with live announced alerts, rule by rule."""
    first, said = year_start(year), Found()
    for alert in sorted(announced, key=lambda one: one.start):
        said.setdefault(alert.rule, []).append(Episode(alert.start, alert.end))
    left, right = _live(said, first), _live(found, first)
    return [
        Drift(rule, left.get(rule, []), right.get(rule, []))
        for rule in sorted(left.keys() | right.keys())
        if left.get(rule) != right.get(rule)
    ]


def _live(spans: Mapping[str, list[Episode]], first: int) -> Found:
    kept = {rule: [one for one in found if one.end is None or one.end >= first] for rule, found in spans.items()}
    return {rule: found for rule, found in kept.items() if found}


def _afresh(engine: Engine, sessions: list[tuple[int, int]]) -> Generator[None, None, Found]:
    walk = Walk(engine)
    for number, (slot, cell) in enumerate(sessions):
        if number % _SESSIONS_A_STEP == 0:
            yield
        walk.advance(slot, cell)
    return {engine.rules[place].id: found for place, found in walk.episodes().items()}


def _plainly(engine: Engine, sessions: list[tuple[int, int]]) -> Generator[None, None, Found]:
    found = Found()
    for rule in engine.rules:
        found[rule.id] = yield from steps(rule, sessions)
    return found
