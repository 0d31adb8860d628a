"""How much children are away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.simulate.county.bands import BandChoice, absence, levelled, mean_of, sessions_away
from streams.simulate.county.figures import reading
from streams.simulate.county.model import levels
from streams.simulate.county.phase import PHASES, Phase
from streams.simulate.roll import dice


@pytest.mark.parametrize("phase", PHASES)
def test_levelled_bands_have_the_published_persistent_and_severe_absence(phase: Phase) -> None:
    """All groups together have the later totals, whatever the bands of 2022/23 had."""
    cells, brief = reading.cells(phase)
    groups = [*(cell.enrolments for cell in cells), brief]
    shares, total = levelled(groups, reading.total(phase)), reading.total(phase)
    everyone = sum(map(sum, groups))

    def percent(first: int) -> float:
        return 100 * sum(sum(g) * sum(s[first:]) for g, s in zip(groups, shares, strict=True)) / everyone

    assert percent(2) == pytest.approx(total.persistent, abs=0.001)
    assert percent(10) == pytest.approx(total.severe, abs=0.001)


@pytest.mark.parametrize("phase", PHASES)
def test_the_lowest_band_makes_up_overall_absence(phase: Phase) -> None:
    """With the slopes found, all sessions together have the published absence, and the lowest band is a band."""
    known = levels(phase)
    assert absence([stay for _, stay in known.stays], known.slopes) == pytest.approx(reading.total(phase).overall)
    assert 1 < mean_of(0, known.slopes[0]) < 4


@given(st.integers(0, 10), st.floats(-5, 5), st.integers(20, 390), st.integers(0, 1000))
def test_a_child_is_away_as_its_band_says(band: int, slope: float, possible: int, seed: int) -> None:
    """The rate is in the band by DfE's own test, on integers: the lower edge is in it, the upper one is not."""
    away = sessions_away(dice(seed), band, slope, possible)
    low, high = reading.EDGES[band], reading.EDGES[band + 1]
    assert 100 * away >= low * possible
    assert away <= possible if band == 10 else 100 * away < high * possible


def test_bands_are_chosen_by_their_shares() -> None:
    """A band of no share is never chosen, one of three quarters in three of four times."""
    chosen = [BandChoice([0.25, 0, 0.75] + [0] * 8).choose(dice(seed)) for seed in range(2000)]
    assert set(chosen) == {0, 2}
    assert chosen.count(2) == pytest.approx(1500, abs=80)
