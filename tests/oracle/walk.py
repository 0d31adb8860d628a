"""Episodes: the walk over the sessions that have a child's mark."""

from dataclasses import dataclass
from typing import NamedTuple

from tests.oracle.asof import AsOf, Row, Slot
from tests.oracle.rules import Rule


@dataclass(frozen=True, eq=False)
class Book:
    name: str  # name@version
    rules: tuple[Rule, ...]


class Episode(NamedTuple):
    """[first on, first off); `to` is None while open."""

    from_: Slot
    to: Slot | None


def step(rows: list[Row], on: frozenset[str], book: Book) -> frozenset[str]:
    """The rules that are on after the session of the last row, given those on before it: one test each."""
    t = AsOf(rows)
    return frozenset(rule.name for rule in book.rules if (not rule.exit(t) if rule.name in on else rule.enter(t)))


class Walker:
    """Walks. What a step gives depends on the rows up to it and the book alone, so a step is kept by just these.

    Args:
        remember: keep steps. Without, every step of every walk is made anew; the result is the same.
    """

    def __init__(self, *, remember: bool = True) -> None:
        self.remember = remember
        self.nodes: dict[tuple[int, Row], int] = {}  # (rows before, row) → number of that very list of rows
        self.steps: dict[tuple[int, Book], frozenset[str]] = {}

    def walk(self, rows: list[Row], book: Book) -> dict[str, list[Episode]]:
        """The episodes of each rule of the book, in order of `from`."""
        episodes: dict[str, list[Episode]] = {rule.name: [] for rule in book.rules}
        on: frozenset[str] = frozenset()
        node = 0
        for i, row in enumerate(rows):
            node = self.nodes.setdefault((node, row), len(self.nodes) + 1)
            now_on = self.step(node, rows, i, on, book)
            for name in now_on - on:
                episodes[name].append(Episode(row.slot, None))
            for name in on - now_on:
                episodes[name][-1] = episodes[name][-1]._replace(to=row.slot)
            on = now_on
        return episodes

    def step(self, node: int, rows: list[Row], i: int, on: frozenset[str], book: Book) -> frozenset[str]:
        if not self.remember:
            return step(rows[: i + 1], on, book)
        if (node, book) not in self.steps:
            self.steps[node, book] = step(rows[: i + 1], on, book)
        return self.steps[node, book]
