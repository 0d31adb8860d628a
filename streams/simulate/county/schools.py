"""The county's schools: invented, of the sizes and shares that England's have."""

from collections.abc import Iterator
from functools import cache
from random import Random
from typing import NamedTuple

from streams.simulate.county.figures import reading
from streams.simulate.county.model import model_of
from streams.simulate.county.phase import PHASES, YEARS, Phase
from streams.simulate.roll import dice

FIRST_URN = 900001  # no real school's number is near it
MOST_SCHOOLS = 90000
_LARGEST, _SMALLEST = 2.2, 0.4  # times the usual size
_GOLDEN = (5**0.5 - 1) / 2  # steps of it round a circle lie evenly, however many
_STEPS = 200  # of the distribution of meals
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_PLACES = (
    *("Ashcombe", "Barrow", "Coldmere", "Dunford", "Eastwick", "Fenholt", "Greystow", "Inglewell", "Kestrel"),
    *("Langmoor", "Millbeck", "Northolme", "Oakhanger", "Pennybridge", "Quarrendon", "Ravensby", "Stonecroft"),
    *("Thornley", "Upmarsh", "Westerdale", "Yarrowfield"),
)
_ENDINGS: dict[Phase, str] = {"primary": "Primary School", "secondary": "Academy", "special": "School"}


class Form(NamedTuple):
    """A class, or a tutor group: its name in its school, year group, and number of children."""

    name: str
    year: int
    children: int


class School(NamedTuple):
    """One invented school.

    Args:
        number: its place in the county, from 0.
        urn: from 900001.
        phase: primary, secondary or special.
        name: an invented one.
        meals: share of its children with free school meals.
        opens: when its morning and afternoon registers open, in minutes after midnight.
        forms: by year group.
    """

    number: int
    urn: int
    phase: Phase
    name: str
    meals: float
    opens: tuple[int, int]
    forms: tuple[Form, ...]

    @property
    def children(self) -> int:
        """How many seats it has."""
        return sum(form.children for form in self.forms)


def invent(seed: int, pupils: int, phases: tuple[Phase, ...] = PHASES) -> list[School]:
    """Invent schools with *pupils* children in all, by phase as in England (of those *phases*)."""
    whole = sum(reading.share_of(phase) for phase in phases)
    missing = {phase: round(pupils * reading.share_of(phase) / whole) for phase in phases}
    missing[phases[0]] += pupils - sum(missing.values())
    usual = reading.assumed().schools.size
    found: list[School] = []
    nth = dict.fromkeys(phases, 0)
    left = pupils
    while left:
        phase = max(phases, key=lambda each: missing[each] / usual[each])
        school = _school(seed, len(found), nth[phase], phase, left)
        found.append(school)
        nth[phase] += 1
        missing[phase] -= school.children
        left -= school.children
    return found


def of_size(seed: int, number: int, phase: Phase, size: int) -> School:
    """Invent one school of *size* children, the county's *number*th from 0."""
    return _built(dice(seed, "school", number), seed, (number, number), phase, (size, size))


def _school(seed: int, number: int, nth: int, phase: Phase, most: int) -> School:
    rng = dice(seed, "school", number)
    usual = reading.assumed().schools
    size = int(usual.size[phase] * min(max(rng.lognormvariate(-0.06, 0.35), _SMALLEST), _LARGEST))
    return _built(rng, seed, (number, nth), phase, (min(size, most), most))


def _built(rng: Random, seed: int, place: tuple[int, int], phase: Phase, children: tuple[int, int]) -> School:
    (number, nth), (size, most) = place, children
    opens = 60 * 8 + rng.choice((30, 35, 40, 45, 50, 55))
    return School(
        number=number,
        urn=FIRST_URN + number,
        phase=phase,
        name=f"{_PLACES[number % len(_PLACES)]} {_ENDINGS[phase]}"
        + (f" {number + 1}" if number >= len(_PLACES) else ""),
        meals=_meals(seed, phase, nth),
        opens=(opens, opens + 60 * 4 + rng.choice((0, 15, 30))),
        forms=tuple(_forms(phase, size, most)),
    )


def _meals(seed: int, phase: Phase, nth: int) -> float:
    """The share with free school meals of the *nth* school of a phase: a few schools are as mixed as many."""
    place = (dice(seed, "meals", phase).random() + nth * _GOLDEN) % 1
    return _meals_table(phase)[int(place * _STEPS)]


@cache
def _meals_table(phase: Phase) -> list[float]:
    """Shares of schools in rising order, each as likely as the others: beta distributed round the phase's."""
    mean, spread = model_of(phase).meals, reading.assumed().schools.meals_spread
    both = mean * (1 - mean) / spread**2 - 1
    rng = dice(0, "meals", phase)
    drawn = sorted(rng.betavariate(mean * both, (1 - mean) * both) for _ in range(_STEPS * _STEPS))
    return drawn[_STEPS // 2 :: _STEPS]


def _forms(phase: Phase, size: int, most: int) -> Iterator[Form]:
    """Year groups as large to one another as in England, in forms of one size; the last school has what is left."""
    largest = reading.assumed().schools.form[phase]
    years = year_shares(phase) if size > largest else {YEARS[phase][len(YEARS[phase]) // 2]: 1.0}
    left = most
    for year, share in years.items():
        here = min(max(round(size * share), 1), left)
        number = -(-here // largest)
        for index in range(number):
            yield Form(f"{year}{_LETTERS[index]}", year, here // number + (index < here % number))
        left -= here


@cache
def year_shares(phase: Phase) -> dict[int, float]:
    """Return the share of each year group in the phase's children."""
    cells, _ = reading.cells(phase)
    everyone = sum(sum(cell.enrolments) for cell in cells)
    return {year: sum(sum(c.enrolments) for c in cells if c.year == year) / everyone for year in YEARS[phase]}
