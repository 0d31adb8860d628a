"""A school's roll for a year: who has a seat in which form, and what really happened to each in every session."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import NamedTuple

from streams.attendance.codes import INDEX
from streams.simulate.county import absences, activities
from streams.simulate.county.children import Child, children
from streams.simulate.county.figures import reading
from streams.simulate.county.model import model_of
from streams.simulate.county.page import AFTERNOON, CLOSED, MORNING, NOT_ON_ROLL, Page
from streams.simulate.county.phase import LAST_YEAR
from streams.simulate.county.schools import School
from streams.simulate.county.season import day_weights
from streams.simulate.county.year import SchoolYear
from streams.simulate.roll import dice

SHUT = INDEX["Y4"]
ELSEWHERE = INDEX["D"]
_INSET = 5  # days
_AT_HOME = 2.5  # days of the week that a dual-registered child is at home: Monday to Wednesday morning
_GAP = 0.2  # chance that both schools believe once that such a child is at the other
_BLOCK = {"Y1": 10, "Q": 6, "Y3": 4, "Y7": 4}  # sessions


class Enrolment(NamedTuple):
    """One child at one school.

    Args:
        child: who it is, at home.
        home: whether this school is its home school.
        form: the place of its form in this school's list.
        codes: as in `page`.
        begin, end: the days for which it is on roll here.
        began: the day on which its type's pattern began here, if it has one.
    """

    child: Child
    home: bool
    form: int
    codes: bytes
    begin: int
    end: int
    began: int | None


class Surroundings(NamedTuple):
    """What is the same for all children of a school."""

    seed: int
    school: School
    year: SchoolYear
    blank: bytes
    days: absences.School


def enrolments(seed: int, school: School, before: School | None, year: SchoolYear) -> Iterator[Enrolment]:
    """Give the enrolments of *school*: its own children, and those who come from the school *before* it."""
    around = surroundings(seed, school, year)
    outs = [_form_days(around, place) for place in range(len(school.forms))]
    for child in children(seed, school, year):
        yield _enrolment(around, child, child.form, (child.begin, child.end), outs[child.form])
    for child in children(seed, before, year) if before else ():
        if child.moves or child.shared:
            form = _form_for(child, school)
            stay = (0, len(year.days)) if child.shared else (child.end, len(year.days))
            yield _enrolment(around, child, form, stay, outs[form], home=False)


def surroundings(seed: int, school: School, year: SchoolYear) -> Surroundings:
    """Draw the school's own closed days and the weights of its days."""
    rng = dice(seed, "days", school.urn)
    inset = _inset(rng, year)
    shut = {day for day in range(len(year.days)) if rng.random() < reading.assumed().arrival.closed} - inset
    blank = bytearray((MORNING, AFTERNOON)) * len(year.days)
    for days, code in ((inset, CLOSED), (shut, SHUT)):
        for day in days:
            blank[2 * day] = blank[2 * day + 1] = code
    weights = day_weights(year, school.phase, inset | shut, rng)
    return Surroundings(seed, school, year, bytes(blank), absences.School(year, weights))


def _inset(rng: Random, year: SchoolYear) -> set[int]:
    """Days on which staff train: the first of the year, and four more, most at the edge of a half-term."""
    edges = year.starts[1:-1] + [day - 1 for day in year.starts[1:]]
    return {0, *rng.sample(edges, _INSET - 1)}


def _form_days(around: Surroundings, place: int) -> Mapping[int, int]:
    school, form = around.school, around.school.forms[place]
    open_ = [day for day in range(len(around.year.days)) if around.blank[2 * day] == MORNING]
    return activities.form_days(dice(around.seed, "form", school.urn, place), school.phase, form.year, open_)


def _form_for(child: Child, school: School) -> int:
    """A form of the child's year group; the last form where there is none."""
    alike = [place for place, form in enumerate(school.forms) if form.year == child.year]
    return alike[int(child.upn[-3:]) % len(alike)] if alike else len(school.forms) - 1


def _enrolment(
    around: Surroundings, child: Child, form: int, stay: tuple[int, int], out: Mapping[int, int], *, home: bool = True
) -> Enrolment:
    rng = dice(around.seed, "life", child.upn, around.school.urn)
    begin, end = stay[0], min(stay[1], _last_day(child, around.year))
    page = Page(bytearray(around.blank), begin, max(begin, end), rng)
    for n in (*range(2 * page.begin), *range(2 * page.end, around.year.sessions)):
        page.codes[n] = NOT_ON_ROLL
    if child.shared:
        _share(page, around.year, home=home)
    began = _live(page, around, child, out)
    return Enrolment(child, home, form, bytes(page.codes), page.begin, page.end, began)


def _last_day(child: Child, year: SchoolYear) -> int:
    """Year 11 leaves for its examinations at the summer half-term."""
    return year.starts[-2] if child.year == LAST_YEAR else len(year.days)


def _share(page: Page, year: SchoolYear, *, home: bool) -> None:
    """Expected at the other school for the other half of the week."""
    free = page.possible()
    for n in free:
        at_home = year.weekdays[n // 2] + (n & 1) / 2 < _AT_HOME
        if at_home != home:
            page.codes[n] = ELSEWHERE
    if not home and page.rng.random() < _GAP:
        page.codes[page.rng.choice(page.possible())] = ELSEWHERE


def _live(page: Page, around: Surroundings, child: Child, out: Mapping[int, int]) -> int | None:
    """Write what happens: in order what makes sessions impossible, absences, activities and lateness."""
    phase = around.school.phase
    _cannot(page, reading.assumed().not_possible[phase])
    possible = len(page.possible())
    if not possible:
        return None
    model = model_of(phase)
    away = model.away(page.rng, child.nature, possible)
    reasons = model.reasons(page.rng, child.nature, child.year, away)
    began = absences.write(page, absences.Absences(child.nature.type, reasons), around.days)
    activities.write(page, phase, out)
    return began


def _cannot(page: Page, percent: Mapping[str, float]) -> None:
    """Transport that does not come, a part of the school out of use, and the like: for some days on end."""
    sessions = 2 * (page.end - page.begin)
    for code, length in _BLOCK.items():
        if page.rng.random() < percent[code] / 100 * sessions / length:
            page.run(INDEX[code], length, page.rng.randrange(page.begin, page.end), length)
