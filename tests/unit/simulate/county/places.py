"""A county small enough to look at whole."""

from streams.attendance.codes import ABSENT, POSSIBLE
from streams.simulate.county.county import County
from streams.simulate.county.enrolments import Enrolment
from streams.simulate.county.phase import Phase
from streams.simulate.county.schools import invent
from streams.simulate.county.year import school_year

YEAR = school_year(2024)
LAST_DAYS = len(YEAR.days)


def county(pupils: int, *phases: Phase, seed: int = 1) -> County:
    return County(seed, YEAR, invent(seed, pupils, phases) if phases else invent(seed, pupils))


def everyone(made: County) -> list[Enrolment]:
    return [enrolment for school in made.schools for enrolment in made.enrolments(school)]


def rate(codes: bytes) -> float:
    possible = sum(code in POSSIBLE for code in codes)
    return sum(code in ABSENT for code in codes) / possible if possible else 0.0
