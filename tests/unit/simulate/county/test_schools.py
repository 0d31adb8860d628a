"""Schools that do not exist."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.simulate.county.gias import COLUMNS, write_schools
from streams.simulate.county.phase import PHASES, YEARS
from streams.simulate.county.schools import FIRST_URN, invent


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 9000), st.integers(0, 99))
def test_there_are_as_many_children_as_asked_for(pupils: int, seed: int) -> None:
    """Whatever the number, forms have that many seats, none is empty, and URNs are reserved and unique."""
    schools = invent(seed, pupils)
    assert sum(school.children for school in schools) == pupils
    assert all(form.children > 0 for school in schools for form in school.forms)
    assert [school.urn for school in schools] == [FIRST_URN + n for n in range(len(schools))]


def test_thirty_children_are_one_class() -> None:
    """The smallest county is one form of one school."""
    (school,) = invent(1, 30)
    assert [form.children for form in school.forms] == [30]


def test_phases_are_as_in_england() -> None:
    """Of 60,000 children some 54 in a hundred are in primary schools, 44 in secondary, 2 in special ones."""
    schools = invent(3, 60_000)
    share = {phase: sum(s.children for s in schools if s.phase == phase) / 600 for phase in PHASES}
    assert share["primary"] == pytest.approx(54, abs=1)
    assert share["special"] == pytest.approx(2, abs=0.5)


def test_forms_have_the_year_groups_of_their_phase_and_names_of_their_own() -> None:
    """A secondary school has years 7 to 11, and no two of its forms one name."""
    for school in invent(3, 20_000)[:-1]:
        assert {form.year for form in school.forms} == set(YEARS[school.phase])
        assert len({form.name for form in school.forms}) == len(school.forms)


def test_schools_differ_in_meals() -> None:
    """The share of children with free school meals has the spread asked for."""
    meals = [school.meals for school in invent(5, 60_000, ("primary",))]
    mean = sum(meals) / len(meals)
    assert mean == pytest.approx(0.257, abs=0.03)
    assert (sum((m - mean) ** 2 for m in meals) / len(meals)) ** 0.5 == pytest.approx(0.12, abs=0.03)


def test_schools_are_written_as_gias_has_them() -> None:
    """One row a school, in GIAS's columns."""
    schools, file = invent(1, 2000), io.StringIO()
    write_schools(schools, file)
    header, *rows = csv.reader(file.getvalue().splitlines())
    assert tuple(header) == COLUMNS
    assert [int(row[0]) for row in rows] == [school.urn for school in schools]
