"""The figures: whole, plausible, and each published one with its source."""

from importlib.resources import files

import pytest

from streams.attendance.codes import ABSENT, INDEX
from streams.simulate.county.figures import reading
from streams.simulate.county.mixing import ORDER
from streams.simulate.county.phase import PHASES, YEARS, Phase
from streams.simulate.county.year import school_year


@pytest.mark.parametrize("phase", PHASES)
def test_codes_of_absence_add_up_to_overall_absence(phase: Phase) -> None:
    """The published mix and the published total agree within a fiftieth of a point."""
    absent = sum(percent for code, percent in reading.codes(phase).items() if INDEX[code] in ABSENT)
    assert absent == pytest.approx(reading.total(phase).overall, abs=0.02)


@pytest.mark.parametrize("phase", PHASES)
def test_every_code_of_absence_can_be_shared_out(phase: Phase) -> None:
    """The codes that the fitting knows are those that are published, and others are no absence."""
    assert {code for code in reading.codes(phase) if INDEX[code] in ABSENT} == set(ORDER)


@pytest.mark.parametrize("phase", PHASES)
def test_each_group_of_children_has_its_bands(phase: Phase) -> None:
    """Meals, needs and year group: no combination is there twice, and all with needs are, with eleven bands."""
    cells, brief = reading.cells(phase)
    assert len({cell[:3] for cell in cells}) == len(cells)
    assert {cell[:3] for cell in cells} >= {(meals, True, year) for meals in (True, False) for year in YEARS[phase]}
    assert {len(cell.enrolments) for cell in cells} == {len(brief)} == {reading.BANDS}


def test_types_are_whole() -> None:
    """In every group of bands the types are a hundred percent of the children."""
    for group in range(5):
        assert sum(shares[group] for shares in reading.assumed().types.values()) == pytest.approx(100)


@pytest.mark.parametrize(("first", "days"), [(2024, 195), (2025, 195)])
def test_a_school_year_has_190_days_and_5_of_training(first: int, days: int) -> None:
    """The half-terms have 195 weekdays, none of them a weekend or a bank holiday."""
    year = school_year(first)
    assert len(year.days) == days
    assert max(year.weekdays) == 4
    assert year.days == sorted(set(year.days))


def test_published_figures_name_their_source_and_licence() -> None:
    """DfE and the Open Government Licence are named where the figures are."""
    text = (files("streams.simulate.county.figures") / "published.toml").read_text(encoding="utf-8")
    assert "Department for Education" in text
    assert "Open Government" in text
    assert all(f"{name}.csv" in text for name in ("codes", "bands", "weekdays"))
