"""When absences lie: a weight for each day of a school's year, by season, illness waves, weekday, and breaks."""

from itertools import accumulate
from math import exp
from random import Random
from typing import NamedTuple

from streams.simulate.county.figures import reading
from streams.simulate.county.phase import Phase
from streams.simulate.county.year import SchoolYear

_NEAR_A_BREAK = 5  # school days

Cumulative = list[float]
"""For each day the weights of all days up to it, itself included."""


class DayWeights(NamedTuple):
    """How likely an absence of each sort is to begin on each day; days that the school is closed on have none."""

    illness: Cumulative
    other: Cumulative
    holiday: Cumulative
    observance: Cumulative
    any: Cumulative


def day_weights(year: SchoolYear, phase: Phase, closed: set[int], rng: Random) -> DayWeights:
    """Make the weights of one school: its own illness waves, and no absence on its *closed* days."""
    open_ = [0.0 if day in closed else 1.0 for day in range(len(year.days))]
    weekday = reading.assumed().weekdays[phase]
    usual = [o * weekday[w] for o, w in zip(open_, year.weekdays, strict=True)]
    ill = [u * s * w for u, s, w in zip(usual, _season(year), _waves(year, rng), strict=True)]
    near = [o * n for o, n in zip(open_, _near_breaks(year), strict=True)]
    observed = [o * (50.0 if day in year.observed else 0.05) for day, o in enumerate(open_)]
    return DayWeights(*(list(accumulate(each)) for each in (ill, usual, near, observed, open_)))


def _season(year: SchoolYear) -> list[float]:
    found = []
    for half_term, (first, last) in zip(year.half_terms, reading.assumed().season.illness, strict=True):
        steps = len(half_term) - 1
        found += [first + (last - first) * step / steps for step in range(len(half_term))]
    return found


def _waves(year: SchoolYear, rng: Random) -> list[float]:
    """Illness that goes through one school: up and down again within a few weeks."""
    season = reading.assumed().season
    found = [1.0] * len(year.days)
    for _ in range(season.waves):
        peak = rng.uniform(0, len(found))
        height, width = rng.uniform(*season.wave_height), season.wave_weeks * 5
        for day in range(len(found)):
            found[day] += height * exp(-(((day - peak) / width) ** 2) / 2)
    return found


def _near_breaks(year: SchoolYear) -> list[float]:
    more = reading.assumed().season.before_a_break
    found = []
    for half_term in year.half_terms:
        days = len(half_term)
        found += [more if min(day, days - 1 - day) < _NEAR_A_BREAK else 1.0 for day in range(days)]
    return found
