"""A pupil stored and loaded goes on exactly as one that was never put away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.attendance.walk import Engine
from tests.properties.books import EDITED, ENGLAND, SMALL
from tests.properties.machines import Stage, reopened
from tests.support.hostile import logs, registers, seeded_log

MIXED = st.one_of(logs(max_sessions=50), st.lists(registers(), max_size=25))


def hold_goes_on(first: Engine, then: Engine, lines: list[bytes], cuts: set[int]) -> None:
    """One stage goes through; the other is loaded anew from its changelog at each cut. Bytes are equal throughout."""
    through, loaded = Stage(first), Stage(first)
    for number, line in enumerate(lines):
        if number in cuts:
            through.ledgers = reopened(through.ledgers, then) if then is not first else through.ledgers
            loaded = Stage(then, loaded.changelog)
        assert loaded.feed(line, number + 1) == through.feed(line, number + 1)
    assert loaded.changelog == through.changelog


@given(lines=MIXED, cuts=st.sets(st.integers(0, 80), max_size=4))
def test_alerts_after_loading_are_equal_byte_for_byte(lines: list[bytes], cuts: set[int]) -> None:
    """At any points, evidence and dead letters included; so is the changelog at the end."""
    hold_goes_on(SMALL, SMALL, lines, cuts)


@given(lines=MIXED, cut=st.integers(0, 60))
def test_another_rule_book_is_taken_up_the_same_from_memory_and_from_store(lines: list[bytes], cut: int) -> None:
    """The stored state names the book that it was made with."""
    hold_goes_on(SMALL, EDITED, lines, {cut})


@pytest.mark.parametrize("seed", [31, 32])
def test_long_histories_go_on_the_same(seed: int) -> None:
    """Loaded every thirty registers, over three academic years."""
    lines = seeded_log(seed, registers=400, pupils=4, schools=2, years=(2022, 2023, 2024))
    hold_goes_on(ENGLAND, ENGLAND, lines, set(range(0, 400, 30)))
