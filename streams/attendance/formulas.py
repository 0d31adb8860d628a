"""A rule's tests as numbers, found by asking the rule itself: what the compiled walk (`kernel.py`) works with.

`enter` and `exit` of a rule are written once, for counts as numbers (`rule.py`). Asked with symbols in place of counts
they give back what they would compute: a **formula** in disjunctive form, any of whose clauses must hold; a clause is a
list of polynomials in the counts, of degree two at most, each of which must be 0 or more. Since all is whole numbers,
nothing is rounded on the way.
"""

from collections.abc import Callable
from itertools import combinations_with_replacement
from typing import Any

MOST_COUNTS = 4  # of a rule
MONOMIALS: tuple[tuple[int, ...], ...] = tuple(
    monomial for degree in range(3) for monomial in combinations_with_replacement(range(MOST_COUNTS), degree)
)
"""The products of counts that a polynomial is a sum of, by the places of the counts; the empty one is 1."""

_PLACES = {monomial: place for place, monomial in enumerate(MONOMIALS)}

Clause = list[list[int]]
"""Polynomials, each as the numbers before `MONOMIALS`; all must be 0 or more."""


class NotAFormulaError(Exception):
    """A test is not a formula of whole numbers of the second degree."""


class Formula:
    """Clauses, of which one must hold."""

    def __init__(self, clauses: list[Clause]) -> None:
        self.clauses = clauses

    def __and__(self, other: "Formula") -> "Formula":
        return Formula([mine + its for mine in self.clauses for its in other.clauses])

    def __or__(self, other: "Formula") -> "Formula":
        return Formula(self.clauses + other.clauses)

    def __bool__(self) -> bool:
        raise NotAFormulaError("`and`, `or` and `if` look at one count, where `&` and `|` mean the same of all")


class Count:
    """A polynomial in the counts of a rule: one of them, to begin with."""

    def __init__(self, terms: dict[tuple[int, ...], int]) -> None:
        self.terms = terms

    @staticmethod
    def of(value: "Count | int") -> "Count":
        """Return a number as a polynomial, and a polynomial as it is."""
        return value if isinstance(value, Count) else Count({(): value})

    def __add__(self, other: "Count | int") -> "Count":
        return _sum(self, Count.of(other), 1)

    def __sub__(self, other: "Count | int") -> "Count":
        return _sum(self, Count.of(other), -1)

    def __rsub__(self, other: "Count | int") -> "Count":
        return _sum(Count.of(other), self, -1)

    def __mul__(self, other: "Count | int") -> "Count":
        found: dict[tuple[int, ...], int] = {}
        for a, m in self.terms.items():
            for b, n in Count.of(other).terms.items():
                product = tuple(sorted(a + b))
                found[product] = found.get(product, 0) + m * n
        return Count(found)

    __radd__, __rmul__ = __add__, __mul__

    def __ge__(self, other: "Count | int") -> Formula:
        return Formula([[(self - other).row()]])

    def __gt__(self, other: "Count | int") -> Formula:
        return self - 1 >= other

    def __le__(self, other: "Count | int") -> Formula:
        return Count.of(other) >= self

    def __lt__(self, other: "Count | int") -> Formula:
        return Count.of(other) > self

    def __eq__(self, other: object) -> Any:  # noqa: ANN401 - a formula, as of a column a column
        if not isinstance(other, Count | int):
            return NotImplemented
        return (self >= other) & (self <= other)

    def __hash__(self) -> int:
        return id(self)  # equality says nothing of the object

    def row(self) -> list[int]:
        """Return the numbers before `MONOMIALS`.

        Raises:
            NotAFormulaError: it is of a higher degree.
        """
        row = [0] * len(MONOMIALS)
        for monomial, number in self.terms.items():
            if monomial not in _PLACES:
                raise NotAFormulaError(f"a product of {len(monomial)} counts")
            row[_PLACES[monomial]] = number
        return row


def _sum(a: Count, b: Count, sign: int) -> Count:
    return Count({m: a.terms.get(m, 0) + sign * b.terms.get(m, 0) for m in a.terms.keys() | b.terms.keys()})


def formula(test: Callable[..., Any], counts: int) -> Formula:
    """Return *test*, of so many *counts*, as a formula.

    Raises:
        NotAFormulaError: it cannot be said as one.
    """
    if counts > MOST_COUNTS:
        raise NotAFormulaError(f"of {counts} counts")
    found = test(*[Count({(place,): 1}) for place in range(counts)])
    if not isinstance(found, Formula):
        raise NotAFormulaError("not a comparison of counts")
    return found
