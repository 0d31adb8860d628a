"""How much children are away: absence bands of a phase, by free school meals, special needs and year group.

The bands are DfE's of 2022/23, brought to the persistent and severe absence published for the phase later: within each
group of children the odds of the bands change by the same factors. Where in its band a child is follows from the
neighbouring bands; in the lowest one, from the overall absence of the phase, which fixes it.
"""

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from math import exp, log
from random import Random
from typing import NamedTuple

from streams.simulate.county.figures.reading import BANDS, EDGES, Total

SEVERE = BANDS - 1
PERSISTENT_FROM = 2  # the band from 10 percent
GROUPS = ((0,), (1,), (2, 3), (4, 5, 6, 7, 8, 9), (10,))  # as in assumed.toml
GROUP_OF = tuple(next(g for g, bands in enumerate(GROUPS) if band in bands) for band in range(BANDS))
_ROUNDS = 60
_STEEPEST = 60.0  # e to its minus is nothing
_FLAT = 1e-6  # a slope that is none

Shares = Sequence[float]


class Stay(NamedTuple):
    """A group of enrolments: how many, what part of the year they stay for by band (1 is all of it), their bands."""

    weight: float
    lengths: Shares
    shares: Shares


def levelled(groups: Sequence[Sequence[int]], total: Total) -> list[list[float]]:
    """Return the shares of the bands in each of *groups*: all together have the persistent and severe of *total*."""
    factors = [1.0] * 3
    aims = (100 - total.persistent, total.persistent - total.severe, total.severe)
    counts = [sum(group) for group in groups]
    for _ in range(_ROUNDS):
        shares = [_times(group, factors) for group in groups]
        everyone = [sum(n * share[band] for n, share in zip(counts, shares, strict=True)) for band in range(BANDS)]
        parts = (sum(everyone[:PERSISTENT_FROM]), sum(everyone[PERSISTENT_FROM:SEVERE]), everyone[SEVERE])
        factors = [f * aim / 100 * sum(counts) / part for f, aim, part in zip(factors, aims, parts, strict=True)]
    return shares


def _times(group: Sequence[int], factors: Shares) -> list[float]:
    low, middle, severe = factors
    each = [low] * PERSISTENT_FROM + [middle] * (SEVERE - PERSISTENT_FROM) + [severe]
    weighted = [n * f for n, f in zip(group, each, strict=True)]
    return [w / sum(weighted) for w in weighted]


def slopes(stays: Sequence[Stay], overall: float, severe_slope: float) -> list[float]:
    """Return how fast children thin out within each band: from its lower edge to its upper by e to minus this.

    The lowest band's is the one with which absence is *overall* percent of all sessions.
    """
    shares = [sum(stay.weight * stay.shares[band] for stay in stays) for band in range(BANDS)]
    inner = [log(shares[band - 1] / shares[min(band + 1, SEVERE - 1)]) / 2 for band in range(1, SEVERE)]
    low, high = -_STEEPEST, _STEEPEST
    for _ in range(_ROUNDS):
        first = (low + high) / 2
        too_much = absence(stays, [first, *inner, severe_slope]) > overall
        low, high = (first, high) if too_much else (low, first)
    return [first, *inner, severe_slope]


def absence(stays: Sequence[Stay], slope: Shares) -> float:
    """Return the absent part of the sessions of *stays*, in percent."""
    means = [mean_of(band, slope[band]) for band in range(BANDS)]
    lasting = [[stay.weight * share * n for share, n in zip(stay.shares, stay.lengths, strict=True)] for stay in stays]
    absent = sum(n * mean for each in lasting for n, mean in zip(each, means, strict=True))
    return absent / sum(map(sum, lasting))


def mean_of(band: int, slope: float) -> float:
    """Return the mean absence rate in a band, in percent."""
    low, high = EDGES[band], EDGES[band + 1]
    within: float = 0.5 if abs(slope) < _FLAT else 1 / slope - 1 / (exp(slope) - 1)
    return low + (high - low) * within


class BandChoice:
    """Chooses a band by its shares."""

    def __init__(self, shares: Shares) -> None:
        self._ends = list(accumulate(shares))

    def choose(self, rng: Random) -> int:
        """Return a band."""
        return min(bisect(self._ends, rng.random() * self._ends[-1]), SEVERE)


def sessions_away(rng: Random, band: int, slope: float, possible: int) -> int:
    """Return how many of *possible* sessions a child of *band* is away: a number whose rate is in that band."""
    low, high = EDGES[band], EDGES[band + 1]
    chance = rng.random()
    within: float = chance if abs(slope) < _FLAT else -log(1 - chance * (1 - exp(-slope))) / slope
    wanted = int((low + (high - low) * within) * possible / 100 + rng.random())
    most = -(-high * possible // 100) - 1 if band < SEVERE else possible
    return max(min(wanted, most), -(-low * possible // 100))
