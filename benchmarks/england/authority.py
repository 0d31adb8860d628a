"""The authority: how many children, in which schools and classes, and every child's code in every session.

Codes come in the Department's shares and in spells (`benchmarks.children`). History and measured sessions are one
stretch of the school year: what is measured goes on where the history ends. A large authority has only so many
children of their own kind; the others go the way of one of them, at a school of their own, which spares most of the
time of making ledgers. What is amended is drawn for each child by itself.
"""

from dataclasses import dataclass
from functools import cached_property
from random import Random

import numpy as np
from numpy.typing import NDArray

from benchmarks.calendar import FIRST_DAY, SchoolSession, sessions
from benchmarks.children import Children
from benchmarks.workload import FORM, SCHOOL, pseudonym
from streams.attendance.codes import INDEX

LARGEST = 201_000  # pupils of a large authority: an eighth of a class less than Kent's state schools have
HALF_YEAR = 180  # sessions, from September to the end of January
FIRST_URN = 100_001
ORIGINALS = 80 * SCHOOL  # children of their own kind

Codes = NDArray[np.uint8]
"""By session and child, the index of a code in `streams.attendance.codes.CODES`."""


@dataclass(frozen=True, kw_only=True)
class Authority:
    """What to invent: so many pupils, *history* sessions before the clock starts, *sessions* under it.

    At most *kinds* children are of their own kind; child *n* goes the way of `n % originals`.
    """

    pupils: int = LARGEST
    history: int = HALF_YEAR
    sessions: int = 4
    seed: int = 1
    kinds: int = ORIGINALS

    @cached_property
    def when(self) -> list[SchoolSession]:
        """Give all sessions, of the history and then those measured.

        Raises:
            ValueError: the school year has not so many.
        """
        return sessions(FIRST_DAY, self.history + self.sessions)

    @cached_property
    def keys(self) -> list[str]:
        """Give every child's pseudonym."""
        return [pseudonym(self.seed, child) for child in range(self.pupils)]

    @cached_property
    def schools(self) -> list[range]:
        """Give the children of each school."""
        return [range(at, min(at + SCHOOL, self.pupils)) for at in range(0, self.pupils, SCHOOL)]

    @property
    def originals(self) -> int:
        """Give the number of children of their own kind, who are the first ones."""
        return min(self.pupils, self.kinds)

    @cached_property
    def codes(self) -> Codes:
        """Invent each original's code of every session; the history is the same however many sessions are measured."""
        children = Children(self.originals, Random(f"{self.seed}/england"))  # noqa: S311 - invented children
        return np.array([_row(children.next_session(), when) for when in self.when], np.uint8)

    def urn(self, school: int) -> int:
        """Give the URN of a school by its number."""
        return FIRST_URN + school

    def urn_of(self, child: int) -> int:
        """Give the URN of a child's school."""
        return self.urn(child // SCHOOL)

    def classes(self) -> list[tuple[int, int, range]]:
        """Give every class: the number of its school, its own number there, and its children."""
        return [
            (school, form, range(first, min(first + FORM, roll.stop)))
            for school, roll in enumerate(self.schools)
            for form, first in enumerate(range(roll.start, roll.stop, FORM))
        ]


def _row(codes: list[str], when: SchoolSession) -> list[int]:
    present = {"/": INDEX["/" if when.half == "AM" else "\\"]}
    table = INDEX | present
    return [table[code] for code in codes]


def taken_at(when: SchoolSession) -> str:
    """Say when a class's register of a session is taken."""
    return when.at(8, 13, 50 if when.half == "AM" else 10)
