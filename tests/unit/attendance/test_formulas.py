"""A rule's tests as formulas: the same answer, for whichever counts, and a clear no where there is no formula."""

from collections.abc import Callable
from math import prod
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.attendance.formulas import MONOMIALS, Clause, Count, NotAFormulaError, formula
from streams.attendance.walk import Engine
from tests.properties.books import ENGLAND, SMALL

BOOKS = pytest.mark.parametrize("engine", [SMALL, ENGLAND], ids=["small", "england"])


def value(row: list[int], counts: list[int]) -> int:
    padded = [*counts, 0, 0, 0, 0]
    return sum(number * prod(padded[place] for place in of) for number, of in zip(row, MONOMIALS, strict=True))


def holds(clauses: list[Clause], counts: list[int]) -> bool:
    return any(all(value(row, counts) >= 0 for row in clause) for clause in clauses)


@BOOKS
@given(counts=st.lists(st.integers(0, 760), min_size=4, max_size=4))
def test_each_rule_says_the_same_as_its_formula(engine: Engine, counts: list[int]) -> None:
    """Enter and exit of every rule of a book, with any counts that a year can give."""
    for place, measures in enumerate(engine.measures):
        its = counts[: len(measures)]
        for test in (engine.enter[place], engine.exit[place]):
            assert holds(formula(test, len(its)).clauses, its) == bool(test(*its))


def test_equality_is_both_at_once() -> None:
    """Neither more nor less."""
    found = formula(lambda a: a == 3, 1).clauses
    assert [count for count in range(9) if holds(found, [count])] == [3]


@pytest.mark.parametrize(
    "test",
    [
        lambda a, b: a * a * b >= 1,
        lambda a, b: a >= 1 and b >= 1,
        lambda _a, _b: True,
        lambda *_: 7,
    ],
    ids=["third degree", "and", "no comparison", "a number"],
)
def test_what_is_no_formula_is_refused(test: Callable[..., Any]) -> None:
    """Before it could be taken for one."""
    with pytest.raises(NotAFormulaError):
        formula(test, 2)


def test_a_rule_of_too_many_counts_is_refused() -> None:
    """Four are all that the kernel has room for."""
    with pytest.raises(NotAFormulaError, match="5 counts"):
        formula(lambda *counts: counts[0] >= 1, 5)


def test_a_number_may_stand_on_either_side() -> None:
    """As in the rules."""
    assert (10 - 2 * Count({(0,): 1})).row()[:2] == [10, -2]
    assert (1 + Count({(0,): 1})).row()[:2] == [1, 1]
