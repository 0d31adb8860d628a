"""Why children are away: tables that fit, and sessions shared out by them."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.simulate.county.mixing import ORDER, fitted, portions, shared_out
from streams.simulate.county.model import Kind, reasons
from streams.simulate.county.phase import PHASES, Phase
from streams.simulate.roll import dice

AIMS = dict.fromkeys(ORDER, 1.0) | {"I": 20.0, "O": 10.0}
ROWS = [[1.0] * 14, [5.0] * 7 + [1.0] * 7, [0.0, 1.0] * 7]
LENGTHS = dict.fromkeys(ORDER, 7)


def test_a_fitted_table_has_the_shares_of_the_codes_and_keeps_what_cannot_be() -> None:
    """Weighted by their masses the rows have the codes asked for; a part of nothing stays nothing."""
    masses = [3.0, 2.0, 1.0]
    table = fitted(ROWS, masses, AIMS)
    scale = sum(masses) / sum(AIMS.values())
    for place, code in enumerate(ORDER):
        found = sum(mass * row[place] for mass, row in zip(masses, table, strict=True))
        assert found == pytest.approx(AIMS[code] * scale, rel=0.001)
    assert table[2][0] == 0
    assert [sum(row) for row in table] == pytest.approx([1, 1, 1])


@given(st.integers(0, 390), st.integers(0, 10_000))
def test_every_session_gets_one_reason(sessions: int, seed: int) -> None:
    """What is shared out adds up, and no code gets less than one session."""
    found = shared_out(dice(seed), sessions, portions([1 / 14] * 14, LENGTHS))
    assert sum(number for _, number in found) == sessions
    assert all(number > 0 for _, number in found)


@pytest.mark.parametrize("sessions", [3, 40])
def test_codes_get_their_part_in_the_long_run_however_long_their_absences_are(sessions: int) -> None:
    """Over many children each code has its part, whether absences are shorter or longer than all there is."""
    row = [part / 105 for part in range(1, 15)]
    rng, total = dice(5), Counter[str]()
    for _ in range(20_000):
        total.update(dict(shared_out(rng, sessions, portions(row, LENGTHS))))
    for place, code in enumerate(ORDER):
        assert total[code] / total.total() == pytest.approx(row[place], abs=0.006)


@pytest.mark.parametrize("phase", PHASES)
def test_only_those_examined_have_study_leave(phase: Phase) -> None:
    """Code S is for year 11 alone."""
    for kind, among in reasons(phase).items():
        assert isinstance(kind, Kind)
        assert kind.examined or "S" not in {portion.code for portion in among}
