"""Absences on a child's page: as many as asked for, and never over anything else."""

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from streams.simulate.county.page import AFTERNOON, CLOSED, MORNING, NOT_ON_ROLL, Page
from streams.simulate.roll import dice

DAYS = 40
ILL, OTHER = 11, 21


def page(seed: int = 1, begin: int = 5, end: int = 35) -> Page:
    codes = bytearray((MORNING, AFTERNOON)) * DAYS
    codes[20] = codes[21] = CLOSED
    for n in (*range(2 * begin), *range(2 * end, 2 * DAYS)):
        codes[n] = NOT_ON_ROLL
    return Page(codes, begin, end, dice(seed))


FLAT = list(accumulate(0.0 if day == 10 else 1.0 for day in range(DAYS)))


@given(st.integers(0, 58), st.integers(0, 999), st.sampled_from([(1,), (1, 1, 2), (5,), (400,)]), st.integers(0, 60))
def test_spells_are_as_many_sessions_as_asked_for(n: int, seed: int, lengths: tuple[int, ...], since: int) -> None:
    """Whatever is free is filled, to the session; closed days and days not on roll stay as they are."""
    written = page(seed)
    written.spells(ILL, n, FLAT, lengths, since)
    assert written.codes.count(ILL) == n
    assert written.codes.count(CLOSED) == 2
    assert written.codes.count(NOT_ON_ROLL) == 20


@given(st.integers(0, 29), st.integers(0, 29), st.integers(0, 999), st.floats(0, 1))
def test_singles_leave_what_is_written(first: int, second: int, seed: int, mornings: float) -> None:
    """Two reasons one after the other have both their sessions."""
    written = page(seed)
    written.singles(ILL, first, FLAT, mornings)
    written.singles(OTHER, second, FLAT, 1 - mornings)
    assert (written.codes.count(ILL), written.codes.count(OTHER)) == (first, second)


def test_a_run_goes_over_closed_days_and_ends_at_the_next_absence() -> None:
    """Nine days from day 7 with one closed and one taken: it ends before the one that is taken."""
    written = page()
    written.codes[28] = OTHER
    assert written.run(ILL, 18, 7, 9) == 12
    assert written.codes[20] == CLOSED
    assert written.codes[29] == AFTERNOON


def test_days_without_weight_are_never_picked() -> None:
    """Of many picks all are on roll, and none is the day that weighs nothing."""
    drawn = page()
    picked = {drawn.pick(FLAT, 5, 35) for _ in range(3000)}
    assert picked == set(range(5, 35)) - {10}
