from collections import Counter
from itertools import pairwise
from random import Random

import pytest

from benchmarks.children import PRESENT, Children
from benchmarks.mix import ABSENT, AWAY, THERE

SESSIONS = 100
CHILDREN = 4_000


@pytest.fixture(scope="module")
def lives() -> list[list[str]]:
    children = Children(CHILDREN, Random(1))  # noqa: S311 - invented children
    return [list(codes) for codes in zip(*(children.next_session() for _ in range(SESSIONS)), strict=True)]


def test_codes_as_published(lives: list[list[str]]) -> None:
    """Over many children and sessions each common code has its published share, to a tenth of it."""
    counts = Counter(code for life in lives for code in life)
    found = {kind.code: 100 * counts[kind.code] / counts.total() for kind in AWAY + THERE if kind.percent > 1}
    assert found == {kind.code: pytest.approx(kind.percent, rel=0.1) for kind in AWAY + THERE if kind.percent > 1}


def test_absence_is_uneven(lives: list[list[str]]) -> None:
    """About a fifth of children are persistently absent, a few severely, and most hardly ever."""
    absent = sorted(sum(code in ABSENT for code in life) / SESSIONS for life in lives)
    assert 0.15 < sum(share >= 0.1 for share in absent) / CHILDREN < 0.25
    assert 0.01 < sum(share >= 0.5 for share in absent) / CHILDREN < 0.03
    assert absent[CHILDREN // 2] < 0.05


def test_absence_comes_in_spells(lives: list[list[str]]) -> None:
    """Illness goes on for days: two sessions in three of it are followed by another."""
    pairs = Counter(b == "I" for life in lives for a, b in pairwise(life) if a == "I")
    assert pairs[True] / pairs.total() == pytest.approx(2 / 3, abs=0.05)


def test_begins_in_the_middle(lives: list[list[str]]) -> None:
    """The first session is as any other: nobody waits for a first absence."""
    first = sum(life[0] != PRESENT for life in lives)
    last = sum(life[-1] != PRESENT for life in lives)
    assert first == pytest.approx(last, rel=0.2)
