"""Invented children, session by session: stretches of plain presence between spells of something else.

A renewal process a child, whose long-run shares of every code are those of `mix`.
"""

import math
from bisect import bisect
from itertools import accumulate
from random import Random
from typing import NamedTuple

from benchmarks.mix import AWAY, AWAY_PERCENT, GROUPS, THERE, THERE_PERCENT, Kind

PRESENT = "/"  # in either half of the day, until it is written down


class Chances(NamedTuple):
    """One group's: how likely presence ends after a session, and what then begins (cumulative weights of `kinds`)."""

    present: float  # share of sessions
    ends: float
    begins: list[float]
    holds: list[float]  # what holds at any moment that is not plain presence


KINDS: tuple[Kind, ...] = AWAY + THERE


def chances(times: float) -> Chances:
    """Work out the chances of children who are away *times* the mean."""
    away = min(0.9, times * AWAY_PERCENT / 100)
    elsewhere = THERE_PERCENT / (100 - AWAY_PERCENT) * (1 - away)
    scale = {True: away / AWAY_PERCENT, False: elsewhere / THERE_PERCENT}
    shares = [kind.percent * scale[kind in AWAY] for kind in KINDS]
    present = 1 - sum(shares)
    rates = [share / present / kind.sessions for share, kind in zip(shares, KINDS, strict=True)]
    return Chances(present, sum(rates), list(accumulate(rates)), list(accumulate(shares)))


class Children:
    """*number* children. Deterministic from *rng*; holds two small values a child."""

    def __init__(self, number: int, rng: Random) -> None:
        self._rng = rng
        parts = list(accumulate(group.part for group in GROUPS))
        tables = [chances(group.times) for group in GROUPS]
        self._chances = [tables[bisect(parts, rng.random() * parts[-1])] for _ in range(number)]
        self._codes = [PRESENT] * number
        self._left = [self._in_the_middle(child) for child in range(number)]

    def next_session(self) -> list[str]:
        """Give every child's code of the next session."""
        left = self._left
        for child, sessions in enumerate(left):
            left[child] = (sessions or self._turn(child)) - 1
        return self._codes.copy()

    def _in_the_middle(self, child: int) -> int:
        """Begin anywhere in a stretch, as a log does that does not begin with the child's first day."""
        chance = self._chances[child]
        if self._rng.random() < chance.present:
            return self._presence(chance)
        kind = self._draw(chance.holds)
        self._codes[child] = kind.code
        return self._rng.randint(1, kind.sessions)

    def _turn(self, child: int) -> int:
        """Begin the next stretch; return its length in sessions."""
        chance = self._chances[child]
        if self._codes[child] != PRESENT:
            self._codes[child] = PRESENT
            return self._presence(chance)
        kind = self._draw(chance.begins)
        self._codes[child] = kind.code
        return self._rng.randrange(1, 2 * kind.sessions)

    def _presence(self, chance: Chances) -> int:
        ends = min(chance.ends, 1 - 1e-9)
        return 1 + int(math.log(1 - self._rng.random()) / math.log(1 - ends))

    def _draw(self, cumulative: list[float]) -> Kind:
        return KINDS[bisect(cumulative, self._rng.random() * cumulative[-1])]
