"""The children of a school: who each is, how it will be away, when it is on roll, and where else."""

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from streams.simulate.county.bands import GROUP_OF
from streams.simulate.county.figures import reading
from streams.simulate.county.model import Nature, model_of
from streams.simulate.county.schools import Form, School
from streams.simulate.county.upns import upn
from streams.simulate.county.year import SchoolYear
from streams.simulate.roll import dice


class Child(NamedTuple):
    """A child in its home school.

    Args:
        upn: its number, for life.
        form: the place of its form in its school's list.
        year: its year group.
        sex: F or M.
        nature: how it will be away.
        begin, end: the days for which it is on roll at home, as numbers of the school year.
        moves: whether it goes to the next school of the county from *end* on.
        shared: whether it is on roll there as well, dual-registered.
    """

    upn: str
    form: int
    year: int
    sex: str
    nature: Nature
    begin: int
    end: int
    moves: bool
    shared: bool


def children(seed: int, school: School, year: SchoolYear) -> Iterator[Child]:
    """Give the children whose home school this is, form by form, each by dice of its own."""
    serials: dict[int, int] = {}
    for place, form in enumerate(school.forms):
        for _ in range(form.children):
            serial = serials[form.year] = serials.get(form.year, 0) + 1
            yield _child(dice(seed, "child", school.urn, form.year, serial), school, (place, form), serial, year)


def _child(rng: Random, school: School, place: tuple[int, Form], serial: int, year: SchoolYear) -> Child:
    number, form = place
    nature = model_of(school.phase).nature(rng, school.meals, form.year)
    begin, end, leaves = _stay(rng, nature, year)
    whole = begin == 0 and not leaves
    stays = reading.assumed()
    return Child(
        upn=upn(school.number, year.first - form.year, serial),
        form=number,
        year=form.year,
        sex=rng.choice("FM") if school.phase != "special" else rng.choice("FMMM"),
        nature=nature,
        begin=begin,
        end=end,
        moves=leaves and not nature.brief and rng.random() < stays.stays.moves_within,
        shared=whole and rng.random() < stays.not_possible[school.phase]["D"] / 100,
    )


def _stay(rng: Random, nature: Nature, year: SchoolYear) -> tuple[int, int, bool]:
    """From which day to before which day, and whether it left before the year was over."""
    days, stays = len(year.days), reading.assumed().stays
    if nature.brief:
        length = int(rng.uniform(*stays.brief_weeks) * 5)
        begin = rng.randrange(0, days - length)
        return begin, begin + length, True
    if rng.random() >= stays.part_of_year[GROUP_OF[nature.band]]:
        return 0, days, False
    day = rng.randrange(5, days - 5)
    return (day, days, False) if rng.random() < 0.5 else (0, day, True)  # noqa: PLR2004 - as many come as go
