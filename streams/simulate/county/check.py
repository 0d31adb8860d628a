"""Simulated against published, row by row.

Each phase is simulated with the same number of children, so that special schools are as sure as primary ones; together
they are weighted as in England.
"""

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from streams.simulate.county.bands import PERSISTENT_FROM, SEVERE
from streams.simulate.county.counting import Counts
from streams.simulate.county.county import County
from streams.simulate.county.figures import reading
from streams.simulate.county.figures.reading import BANDS
from streams.simulate.county.model import levels
from streams.simulate.county.phase import PHASES, YEARS, Phase
from streams.simulate.county.schools import invent
from streams.simulate.county.unexplained import still_unexplained
from streams.simulate.county.year import SchoolYear

OVERALL, PERSISTENT, SEVERELY = 0.3, 1.5, 0.4  # points by which the totals of England may differ
IN_A_PHASE = 1.6  # times as much of the first two in a phase, where there are fewer children and schools
SEVERELY_IN: dict[Phase, float] = {"primary": 0.25, "secondary": 0.5, "special": 0.64}
CODE_PART, CODE_POINTS = 0.15, 0.05  # a code's share: that part of it, or so many points
WEEKDAY = 0.03  # of the week's mean
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_BANDS = {"0-5": (0, 1), "5-10": (1, 2), "10-20": (2, 4), "20-50": (4, 10), "50+": (10, 11)}
_GROUPS = {"meals True": "FSM", "meals False": "no FSM", "needs True": "SEN", "needs False": "no SEN"}


class Row(Struct, frozen=True):
    """One figure: published and simulated.

    Args:
        about: what kind of figure it is: totals, codes, bands, weekdays, unexplained.
        name: which one.
        published: as published.
        simulated: as counted.
        aim: what the county is made to have, where that is not what was published.
        tolerance: by how much it may differ; None where nothing is promised.
    """

    about: str
    name: str
    published: float
    simulated: float
    aim: float | None = None
    tolerance: float | None = None

    @property
    def difference(self) -> float:
        """Simulated less published."""
        return self.simulated - self.published

    @property
    def holds(self) -> bool:
        """Whether it is within its tolerance, or has none."""
        return self.tolerance is None or abs(self.difference) <= self.tolerance


def check(seed: int, pupils: int, year: SchoolYear, seen: Callable[[int], None]) -> list[Row]:
    """Simulate *pupils* children in all, a third in each phase, and compare. *seen* is told how many are done."""
    counts, unknown = {}, {}
    for number, phase in enumerate(PHASES):
        own = seed * len(PHASES) + number  # or the phases would have luck in common
        county = County(own, year, invent(own, pupils // len(PHASES), (phase,)))
        counts[phase], unknown[phase] = Counts(year), [0, 0, 0, 0, 0, 0]
        for school in county.schools:
            everyone = county.enrolments(school)
            counts[phase].add(everyone)
            still = still_unexplained(own, school, year, everyone)
            unknown[phase] = [a + b for a, b in zip(unknown[phase], still, strict=True)]
            seen(school.children)
    return list(rows(counts, unknown))


def rows(counts: Mapping[Phase, Counts], unknown: Mapping[Phase, list[int]]) -> Iterator[Row]:
    """Give every row, the totals first."""
    weights = {phase: reading.total(phase).enrolments / counts[phase].enrolments for phase in PHASES}
    yield from _england(counts, weights)
    for phase in PHASES:
        yield from _totals(phase, counts[phase])
    for phase in PHASES:
        yield from _codes(phase, counts[phase])
    for phase in PHASES:
        yield from _bands(phase, counts[phase])
        yield from _years(phase, counts[phase])
    for phase in PHASES:
        yield from _weekdays(phase, counts[phase])
    yield from _unexplained(unknown, weights)


def _england(counts: Mapping[Phase, Counts], weights: Mapping[Phase, float]) -> Iterator[Row]:
    aim = reading.published().england
    absent = sum(weights[p] * counts[p].absent for p in PHASES) / sum(weights[p] * counts[p].possible for p in PHASES)
    enrolments = sum(weights[p] * counts[p].enrolments for p in PHASES)
    persistent, severe = (
        sum(weights[p] * counts[p].enrolments * counts[p].share("all", first) for p in PHASES) / enrolments
        for first in (PERSISTENT_FROM, SEVERE)
    )
    yield Row("totals", "England overall absence", aim.overall, 100 * absent, None, OVERALL)
    yield Row("totals", "England persistent", aim.persistent, persistent, None, PERSISTENT)
    yield Row("totals", "England severe", aim.severe, severe, None, SEVERELY)


def _totals(phase: Phase, counts: Counts) -> Iterator[Row]:
    aim = reading.total(phase)
    overall = 100 * counts.absent / counts.possible
    yield Row("totals", f"{phase} overall absence", aim.overall, overall, None, IN_A_PHASE * OVERALL)
    persistent, severe = counts.share("all", PERSISTENT_FROM), counts.share("all", SEVERE)
    yield Row("totals", f"{phase} persistent", aim.persistent, persistent, None, IN_A_PHASE * PERSISTENT)
    yield Row("totals", f"{phase} severe", aim.severe, severe, None, SEVERELY_IN[phase])


def _codes(phase: Phase, counts: Counts) -> Iterator[Row]:
    for code, percent in reading.codes(phase).items():
        tolerance = max(CODE_PART * percent, CODE_POINTS)
        yield Row("codes", f"{phase} {code}", percent, counts.percent(code), None, tolerance)


def _bands(phase: Phase, counts: Counts) -> Iterator[Row]:
    for group, name in _GROUPS.items():
        published, aim = _of_cells(phase, group)
        for band, (first, last) in _BANDS.items():
            figures = sum(published[first:last]), counts.share(group, first, last), sum(aim[first:last])
            yield Row("bands", f"{phase} {name} {band}", *figures)


def _years(phase: Phase, counts: Counts) -> Iterator[Row]:
    for year in YEARS[phase]:
        group = f"year {year}"
        published, aim = _of_cells(phase, group)
        for name, first in (("persistent", PERSISTENT_FROM), ("severe", SEVERE)):
            figures = sum(published[first:]), counts.share(group, first), sum(aim[first:])
            yield Row("bands", f"{phase} {group} {name}", *figures)


def _of_cells(phase: Phase, group: str) -> tuple[list[float], list[float]]:
    """The bands of a group as published for 2022/23, and as levelled to the later totals; in percent."""
    known = levels(phase)
    cells = [
        (cell, share)
        for cell, share in zip(known.cells, known.shares, strict=True)
        if group in {f"meals {cell.meals}", f"needs {cell.needs}", f"year {cell.year}"}
    ]
    everyone = sum(sum(cell.enrolments) for cell, _ in cells)
    published = [100 * sum(cell.enrolments[band] for cell, _ in cells) / everyone for band in range(BANDS)]
    aim = [100 * sum(sum(cell.enrolments) * share[band] for cell, share in cells) / everyone for band in range(BANDS)]
    return published, aim


def _weekdays(phase: Phase, counts: Counts) -> Iterator[Row]:
    published = reading.weekdays(phase)
    rates = [a / p for a, p in zip(counts.weekday_absent, counts.weekday_possible, strict=True)]
    for name, percent, rate in zip(_WEEKDAYS, published, rates, strict=True):
        yield Row("weekdays", f"{phase} {name}", 5 * percent / sum(published), 5 * rate / sum(rates), None, WEEKDAY)


def _unexplained(unknown: Mapping[Phase, list[int]], weights: Mapping[Phase, float]) -> Iterator[Row]:
    """*unknown* has the sessions still N after each number of days, and last the possible ones."""
    published = reading.published().unexplained
    possible = sum(weights[p] * unknown[p][-1] for p in PHASES)
    for number, (days, percent) in enumerate(zip(published.after_days, published.percent, strict=True)):
        still = 100 * sum(weights[p] * unknown[p][number] for p in PHASES) / possible
        yield Row("unexplained", f"N after {days} days", percent, still)
