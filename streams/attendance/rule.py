"""What every rule of a book has, whatever its kind.

All tests are on whole numbers. `enter` and `exit` take what `measures` count, in that order, of one pupil as numbers
or of many as columns: so they are written with `&` and `|`, which mean the same of both. `fuel` names the
measure, and the least of it, without which `enter` cannot hold: what lets the fast walk ask only the rules that
could change.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta, Struct

from streams.attendance.codes import CATEGORIES, INDEX, Category
from streams.attendance.measures import Measure

Percent = Annotated[int, Meta(ge=0, le=100)]
PositivePercent = Annotated[int, Meta(ge=1, le=100)]
Positive = Annotated[int, Meta(ge=1, le=10_000)]
WeekCount = Annotated[int, Meta(ge=1, le=100)]
SomeCodes = Annotated[list[str], Meta(min_length=1)]
Problem = tuple[str, str]
"""The key it is about, and what is wrong."""

SESSIONS_A_WEEK = 14

Audience = Literal["school", "la-attendance", "la-cme", "la-inclusion", "la-send", "la-transport"]

_COUNTABLE = frozenset(i for i, category in enumerate(CATEGORIES) if category is not Category.NO_MARK)


class BookRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """What every rule has: who hears of it and how urgently; `source` says where it comes from."""

    id: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,63}$")]
    severity: Literal["low", "medium", "high", "urgent"]
    audience: Annotated[list[Audience], Meta(min_length=1)]
    restricted: bool = False
    source: str = ""

    def problems(self) -> Iterator[Problem]:
        """Yield what is impossible about the numbers and codes."""
        yield from ()

    def thresholds(self) -> dict[str, int]:
        """Return the numbers the counts are held against, by the name they have in the book."""
        return {name: value for name in self.__struct_fields__ if type(value := getattr(self, name)) is int}


class Rule(BookRule, frozen=True, kw_only=True):
    """A rule about a pupil."""

    names: ClassVar[tuple[str, ...]] = ()
    """What the measures are called in evidence, in order."""

    def measures(self) -> tuple[Measure, ...]:
        """Return what the rule counts."""
        raise NotImplementedError

    def fuel(self) -> tuple[int, int]:
        """Return the place of a measure, and the least of it with which `enter` can hold (at least 1)."""
        raise NotImplementedError

    def enter(self, *counted: Any, **_: Any) -> bool:  # noqa: ANN401 - each kind has counts of its own
        """Whether the rule goes on with these counts."""
        raise NotImplementedError

    def exit(self, *counted: Any, **_: Any) -> bool:  # noqa: ANN401 - likewise
        """Whether the rule goes off with these counts."""
        raise NotImplementedError


def unknown_codes(codes: list[str]) -> Iterator[Problem]:
    """Yield a problem for each text that is no code a child's mark can have."""
    for code in codes:
        if INDEX.get(code) not in _COUNTABLE:
            yield "codes", f"{code!r} is not an attendance code in force"


def stricter_exit(rule: Rule, exit_key: str, enter_key: str) -> Iterator[Problem]:
    """Yield a problem where the rule would go off as it goes on."""
    if getattr(rule, exit_key) > getattr(rule, enter_key):
        yield (
            exit_key,
            f"is stricter than {enter_key} ({getattr(rule, enter_key)}): the rule would go off as it goes on",
        )
