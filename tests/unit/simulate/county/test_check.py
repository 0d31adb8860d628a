"""The county against the published figures, at a size where chance is smaller than the tolerances."""

import pytest

from streams.simulate.county.check import OVERALL, PERSISTENT, SEVERELY, Row, check
from streams.simulate.county.figures import reading
from streams.simulate.county.phase import PHASES
from tests.unit.simulate.county.places import YEAR

PUPILS = 48_000  # 16,000 in each phase; some 20 s


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return check(1, PUPILS, YEAR, lambda _: None)


def test_totals_are_as_published(rows: list[Row]) -> None:
    """Overall absence within 0.3 points, persistent within 1.5, severe within 0.4."""
    totals = [row for row in rows if row.name.startswith("England")]
    assert [row.tolerance for row in totals] == [OVERALL, PERSISTENT, SEVERELY] == [0.3, 1.5, 0.4]
    assert [row for row in totals if abs(row.difference) > (row.tolerance or 0)] == []


def test_totals_of_each_phase_are_as_published(rows: list[Row]) -> None:
    """In a phase chance is larger, and so is what may differ: 0.48 and 2.4 points, severe by phase."""
    totals = [row for row in rows if row.about == "totals" and not row.name.startswith("England")]
    assert [row.tolerance for row in totals] == pytest.approx([0.48, 2.4, 0.25, 0.48, 2.4, 0.5, 0.48, 2.4, 0.64])
    assert [row for row in totals if abs(row.difference) > (row.tolerance or 0)] == []


def test_every_code_has_its_share(rows: list[Row]) -> None:
    """In each phase, within 15 percent of the published share or 0.05 points."""
    codes = [row for row in rows if row.about == "codes"]
    assert {row.name for row in codes} == {f"{phase} {code}" for phase in PHASES for code in reading.codes(phase)}
    assert [row for row in codes if abs(row.difference) > max(0.15 * row.published, 0.05)] == []


def test_weekdays_are_as_published(rows: list[Row]) -> None:
    """Against the mean of the week, within three hundredths: Friday is the worst everywhere."""
    assert [row for row in rows if row.about == "weekdays" and abs(row.difference) > 0.03] == []


def test_bands_follow_what_they_aim_for(rows: list[Row]) -> None:
    """Persistent absence of each year group, and bands by meals, are within four points of the levelled ones."""
    bands = [row for row in rows if row.about == "bands" and "special" not in row.name]
    assert [row for row in bands if row.aim is not None and abs(row.simulated - row.aim) > 4] == []
    meals = {row.name: row.simulated for row in bands}
    for phase in ("primary", "secondary"):
        assert meals[f"{phase} FSM 50+"] > 2 * meals[f"{phase} no FSM 50+"]


def test_unknown_reasons_are_learnt_as_in_the_revisions(rows: list[Row]) -> None:
    """N falls from publication to publication, and is never more than 0.04 points off."""
    still = [row for row in rows if row.about == "unexplained"]
    assert [row.simulated for row in still] == sorted((row.simulated for row in still), reverse=True)
    assert all(abs(row.difference) < 0.04 for row in still)


def test_a_row_that_differs_too_much_does_not_hold() -> None:
    """A tolerance is kept at its edge; a row without one promises nothing."""
    assert Row("totals", "x", 5.0, 5.25, None, 0.25).holds
    assert not Row("totals", "x", 5.0, 5.26, None, 0.25).holds
    assert Row("totals", "x", 5.0, 9.0).holds
