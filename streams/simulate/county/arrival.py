"""When registers are taken and when they arrive: the curve of the morning, and what goes wrong."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from streams.simulate.county.figures import reading
from streams.simulate.county.schools import School
from streams.simulate.county.year import SchoolYear, at

CLOSES = timedelta(minutes=30)  # after it opened
_TAKEN_WITHIN = 15 * 60 - 1  # s
_LAG = 4.0  # minutes from then until it is there, on average
_EARLY = 7 * 60 + 30  # half past seven
_DAY_ENDS = 16 * 60 + 30


class Coming(NamedTuple):
    """One register of a day: whose, of which session, when it was taken, when it is there."""

    form: int
    session: int
    recorded: datetime
    sent: datetime


def coming(rng: Random, school: School, year: SchoolYear, day: int) -> Iterator[Coming]:
    """Give the registers of one school and day that ever arrive."""
    chances = reading.assumed().arrival
    stopped = rng.random() < chances.feed_stops
    for half in (0, 1):
        opened = at(year.days[day], school.opens[half])
        for form in range(len(school.forms)):
            recorded = opened + timedelta(seconds=int(rng.triangular(0, _TAKEN_WITHIN, 240)))
            sent = _sent(rng, year, day, opened, stopped=stopped)
            if rng.random() >= chances.never:
                yield Coming(form, 2 * day + half, recorded, sent)


def _sent(rng: Random, year: SchoolYear, day: int, opened: datetime, *, stopped: bool) -> datetime:
    chances, chance = reading.assumed().arrival, rng.random()
    usual = opened + CLOSES + timedelta(seconds=int(min(rng.expovariate(1 / _LAG), 45) * 60))
    if stopped or chance < chances.next_day:
        return _next_morning(rng, year, day)
    if chance < chances.next_day + chances.late:
        return max(usual, at(year.days[day], rng.uniform(opened.hour * 60 + 90, _DAY_ENDS + 60)))
    return usual


def _next_morning(rng: Random, year: SchoolYear, day: int) -> datetime:
    """Before the next school day begins; at the end of the year, in the evening."""
    if day + 1 < len(year.days):
        return at(year.days[day + 1], _EARLY + rng.uniform(0, 45))
    return at(year.days[day], _DAY_ENDS + 120 + rng.uniform(0, 45))
