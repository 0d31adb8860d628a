"""A phase as a whole: what kinds of children it has, how much they are away, and why."""

from functools import cache
from random import Random
from typing import NamedTuple

from streams.simulate.county.bands import (
    GROUP_OF,
    GROUPS,
    BandChoice,
    Stay,
    levelled,
    mean_of,
    sessions_away,
    slopes,
)
from streams.simulate.county.figures import reading
from streams.simulate.county.figures.reading import BANDS, Assumed, Cell
from streams.simulate.county.mixing import ORDER, Portion, fitted, portions, shared_out
from streams.simulate.county.phase import LAST_YEAR, Phase

EXAMINATION_TERM = 0.19  # of the year's sessions: the second half of the summer term, when year 11 has left
_WEEKS = 39

TYPES = tuple(reading.assumed().types)


class Levels(NamedTuple):
    """The bands of a phase: shares by cell and of those who stay briefly, slopes, and what weighs how much."""

    cells: tuple[Cell, ...]
    shares: list[list[float]]
    brief: list[float]
    brief_chance: float
    slopes: list[float]
    stays: list[tuple[bool, Stay]]  # whether in year 11


@cache
def levels(phase: Phase) -> Levels:
    """Work out the bands of *phase*."""
    cells, brief = reading.cells(phase)
    *shares, of_brief = levelled([*(cell.enrolments for cell in cells), brief], reading.total(phase))
    assumed = reading.assumed().stays
    whole = [1 - assumed.part_of_year[GROUP_OF[band]] / 2 for band in range(BANDS)]
    stays = [
        (cell.year == LAST_YEAR, Stay(sum(cell.enrolments), _lengths(whole, cell.year), share))
        for cell, share in zip(cells, shares, strict=True)
    ]
    stays.append((False, Stay(sum(brief), [sum(assumed.brief_weeks) / 2 / _WEEKS] * BANDS, of_brief)))
    slope = slopes([stay for _, stay in stays], reading.total(phase).overall, assumed.severe_slope[phase])
    chance = sum(brief) / sum(stay.weight for _, stay in stays)
    return Levels(cells, shares, of_brief, chance, slope, stays)


def _lengths(whole: list[float], year: int) -> list[float]:
    return [length * (1 - EXAMINATION_TERM) for length in whole] if year == LAST_YEAR else whole


class Kind(NamedTuple):
    """What decides a child's reasons: its type, its group of bands, whether it sits examinations this year."""

    type: str
    group: int
    examined: bool


def type_chances(phase: Phase, group: int) -> list[float]:
    """Return the share of each of `TYPES` among the children of a group of bands, in percent."""
    assumed = reading.assumed()
    lean = assumed.lean[phase]
    return [assumed.types[name][group] * lean.get(name, 1.0) for name in TYPES]


@cache
def reasons(phase: Phase) -> dict[Kind, list[Portion]]:
    """Fit the reasons of every kind of child of *phase* to its published codes."""
    assumed, masses = reading.assumed(), _masses(phase)
    kinds = list(masses)
    rows = [_assumed_row(kind, assumed) for kind in kinds]
    aims = {code: percent for code, percent in reading.codes(phase).items() if code in ORDER}
    table = fitted(rows, [masses[kind] for kind in kinds], aims)
    return {kind: portions(row, assumed.spells) for kind, row in zip(kinds, table, strict=True)}


def _assumed_row(kind: Kind, assumed: Assumed) -> list[float]:
    usual = assumed.reasons[kind.type]
    return [0.0 if code == "S" and not kind.examined else usual.get(code, 0.0) for code in ORDER]


def _masses(phase: Phase) -> dict[Kind, float]:
    """How much absence there is of each kind of child, in sessions of any unit."""
    found: dict[Kind, float] = {}
    known = levels(phase)
    for examined, stay in known.stays:
        for group, bands in enumerate(GROUPS):
            away = stay.weight * sum(
                stay.shares[band] * stay.lengths[band] * mean_of(band, known.slopes[band]) for band in bands
            )
            chances = type_chances(phase, group)
            for name, chance in zip(TYPES, chances, strict=True):
                if chance:
                    kind = Kind(name, group, examined)
                    found[kind] = found.get(kind, 0.0) + away * chance / sum(chances)
    return found


class Nature(NamedTuple):
    """What is drawn of a child: its group, and how it will be away."""

    meals: bool
    needs: bool
    brief: bool
    band: int
    type: str


class Model:
    """Draws children of one phase."""

    def __init__(self, phase: Phase) -> None:
        self.phase = phase
        self._levels = levels(phase)
        self._reasons = reasons(phase)
        twice = reading.assumed().stays
        self._twice = [1 + twice.part_of_year[GROUP_OF[b]] / 2 * twice.moves_within for b in range(BANDS)]
        self._brief = BandChoice(self._levels.brief)
        self._cells = {
            (cell.meals, cell.needs, cell.year): BandChoice(self._once(shares))
            for cell, shares in zip(self._levels.cells, self._levels.shares, strict=True)
        }
        self._needs = {(cell.meals, cell.year): self._needs_of(cell) for cell in self._levels.cells}
        self._types = [type_chances(phase, group) for group in range(len(GROUPS))]

    @property
    def meals(self) -> float:
        """The share of children with free school meals."""
        eligible = sum(sum(cell.enrolments) for cell in self._levels.cells if cell.meals)
        return eligible / sum(sum(cell.enrolments) for cell in self._levels.cells)

    def nature(self, rng: Random, meals_share: float, year: int) -> Nature:
        """Draw a child of a year group, in a school where *meals_share* have free school meals."""
        meals = rng.random() < meals_share
        needs = rng.random() < self._needs[meals, year]
        brief = rng.random() < self._levels.brief_chance
        band = (self._brief if brief else self._cells[meals, needs, year]).choose(rng)
        (name,) = rng.choices(TYPES, self._types[GROUP_OF[band]])
        return Nature(meals, needs, brief, band, name)

    def away(self, rng: Random, nature: Nature, possible: int) -> int:
        """Draw how many of *possible* sessions the child is away."""
        return sessions_away(rng, nature.band, self._levels.slopes[nature.band], possible)

    def reasons(self, rng: Random, nature: Nature, year: int, sessions: int) -> list[tuple[str, int]]:
        """Share *sessions* of absence out to codes."""
        kind = Kind(nature.type, GROUP_OF[nature.band], year == LAST_YEAR and not nature.brief)
        return shared_out(rng, sessions, self._reasons[kind])

    def _once(self, shares: list[float]) -> list[float]:
        """Shares of children: those who move within the county are two enrolments."""
        return [share / twice for share, twice in zip(shares, self._twice, strict=True)]

    def _needs_of(self, cell: Cell) -> float:
        alike = [c for c in self._levels.cells if (c.meals, c.year) == (cell.meals, cell.year)]
        return sum(sum(c.enrolments) for c in alike if c.needs) / sum(sum(c.enrolments) for c in alike)


@cache
def model_of(phase: Phase) -> Model:
    """Return the model of *phase*."""
    return Model(phase)
