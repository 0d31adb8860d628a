"""What is written over being present: lateness, and the approved activities off site."""

from collections.abc import Mapping
from functools import cache
from random import Random
from typing import NamedTuple

from streams.attendance.codes import INDEX
from streams.simulate.county.figures import reading
from streams.simulate.county.page import PRESENT, Page
from streams.simulate.county.phase import YEARS, Phase

LATE = INDEX["L"]
_MORNINGS = 0.85  # of lateness
_WEEK = 5  # days
_FEW = 0.4  # the shape of the gamma distribution of lateness: most are hardly ever late, a few on most days


class Chance(NamedTuple):
    """An activity: its code, its part of the sessions at which a child is there, and how it comes."""

    code: int
    part: float
    sessions: int
    shape: str
    year: int | None


@cache
def chances(phase: Phase) -> tuple[float, list[Chance]]:
    """Return the part of lateness and those of the activities, of the sessions attended in *phase*."""
    percent = reading.codes(phase)
    attended = 100 - reading.total(phase).overall
    found = [
        Chance(INDEX[code], percent[code] / attended * _one_of(phase, each.year), each.sessions, each.shape, each.year)
        for code, each in reading.assumed().activities.items()
    ]
    return percent["L"] / attended, [chance for chance in found if chance.part]


def _one_of(phase: Phase, year: int | None) -> float:
    """How much more often something happens to the one year group that it happens to at all."""
    if year is None:
        return 1.0
    return len(YEARS[phase]) if year in YEARS[phase] else 0.0


def form_days(rng: Random, phase: Phase, year: int, days: list[int]) -> Mapping[int, int]:
    """Draw the days on which a whole form is out, and with which code: trips, a week of work experience."""
    found: dict[int, int] = {}
    for chance in chances(phase)[1]:
        if chance.shape == "form" and chance.year in {None, year}:
            times = _times(rng, chance, 2 * len(days))
            for _ in range(times):
                first = rng.randrange(0, len(days) - chance.sessions // 2)
                found.update(dict.fromkeys(days[first : first + chance.sessions // 2], chance.code))
    return found


def write(page: Page, phase: Phase, out: Mapping[int, int]) -> None:
    """Write activities and lateness over the sessions of *page* that a child attends; *out* are its form's days."""
    for day, code in out.items():
        if page.begin <= day < page.end:
            _over(page, range(2 * day, 2 * day + 2), code)
    attended = page.possible()
    if not attended:
        return
    late, others = chances(phase)
    for chance in others:
        if chance.shape != "form":
            for _ in range(_times(page.rng, chance, len(attended))):
                _activity(page, chance, attended)
    _late(page, late, attended)


def _times(rng: Random, chance: Chance, sessions: int) -> int:
    expected = chance.part * sessions / chance.sessions
    return int(expected) + (rng.random() < expected % 1)


def _activity(page: Page, chance: Chance, attended: list[int]) -> None:
    if chance.shape == "single":
        _over(page, page.rng.sample(attended, min(chance.sessions, len(attended))), chance.code)
        return
    step = _WEEK if chance.shape == "weekly" else 1
    latest = page.end - chance.sessions // 2 * step
    first = max(page.begin, min(page.rng.choice(attended) // 2, latest))
    left = chance.sessions
    for day in range(first, page.end, step):
        left -= _over(page, range(2 * day, 2 * day + min(left, 2)), chance.code)
        if not left:
            return


def _over(page: Page, sessions: range | list[int], code: int) -> int:
    """Write *code* over those of *sessions* that are attended; return how many they were."""
    over = [n for n in sessions if page.codes[n] in PRESENT]
    for n in over:
        page.codes[n] = code
    return len(over)


def _late(page: Page, part: float, attended: list[int]) -> None:
    """Late so often, most of it in the mornings."""
    often = min(page.rng.gammavariate(_FEW, part / _FEW), 0.6)
    for n in attended:
        if page.rng.random() < often * 2 * ((1 - _MORNINGS) if n & 1 else _MORNINGS) and page.codes[n] in PRESENT:
            page.codes[n] = LATE
