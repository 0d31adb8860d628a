"""Where the steps put working state, and a desk in memory: for tests, rebuilding, and one process alone."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol, TypeVar

from streams.notify.lifecycle.state import Case, Closed, Day, Endpoint, Group, Parcel

__all__ = ["Desk", "MemoryDesk", "Thing"]

Thing = TypeVar("Thing", Case, Closed, Group, Parcel, Day, Endpoint)


class Desk(Protocol):
    """Things by key, times at which keys are due, and indexes. Others see what is put when the step has ended."""

    epoch: str
    """Another one where all was lost and made anew since."""

    def get(self, type_: type[Thing], key: str) -> Thing | None:
        """Give the thing of that type under *key*."""

    def put(self, type_: type[Thing], key: str, value: Thing | None) -> None:
        """Put a thing; None takes it away."""

    def at(self, timetable: str, key: str, when: float | None) -> None:
        """Make *key* due at *when*; None: never."""

    def due(self, timetable: str, now: float, most: int) -> list[str]:
        """Give at most so many keys that are due, the longest due first."""

    def first(self, timetable: str) -> float | None:
        """Give the earliest time in a timetable."""

    def warm_times(self, timetables: Sequence[str], most: int) -> None:
        """Say that the first *most* keys of these will be asked for."""

    def warm(self, type_: type[Thing], keys: Sequence[str]) -> None:
        """Say that these will be asked for, so that they can be fetched together."""

    def warm_members(self, indexes: Sequence[str]) -> None:
        """Say that the members of these will be asked for."""

    def link(self, index: str, member: str) -> None:
        """Put *member* into an index."""

    def unlink(self, index: str, member: str) -> None:
        """Take *member* out of an index."""

    def members(self, index: str) -> set[str]:
        """Give all members of an index."""


class MemoryDesk:
    """A desk of one process, gone with it."""

    def __init__(self) -> None:
        self.epoch = ""
        self.things: dict[tuple[str, str], Case | Closed | Group | Parcel | Day | Endpoint] = {}
        self.times: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self.indexes: defaultdict[str, set[str]] = defaultdict(set)

    def get(self, type_: type[Thing], key: str) -> Thing | None:
        """Give the thing of that type under *key*."""
        found = self.things.get((type_.__name__, key))
        return found if isinstance(found, type_) else None

    def put(self, type_: type[Thing], key: str, value: Thing | None) -> None:
        """Put a thing; None takes it away."""
        if value is None:
            self.things.pop((type_.__name__, key), None)
        else:
            self.things[type_.__name__, key] = value

    def at(self, timetable: str, key: str, when: float | None) -> None:
        """Make *key* due at *when*; None: never."""
        if when is None:
            self.times[timetable].pop(key, None)
        else:
            self.times[timetable][key] = when

    def due(self, timetable: str, now: float, most: int) -> list[str]:
        """Give at most so many keys that are due, the longest due first."""
        found = sorted((when, key) for key, when in self.times[timetable].items() if when <= now)
        return [key for _, key in found[:most]]

    def first(self, timetable: str) -> float | None:
        """Give the earliest time in a timetable."""
        return min(self.times[timetable].values(), default=None)

    def warm_times(self, timetables: Sequence[str], most: int) -> None:
        """Nothing is far away."""

    def warm(self, type_: type[Thing], keys: Sequence[str]) -> None:
        """Nothing is far away."""

    def warm_members(self, indexes: Sequence[str]) -> None:
        """Nothing is far away."""

    def link(self, index: str, member: str) -> None:
        """Put *member* into an index."""
        self.indexes[index].add(member)

    def unlink(self, index: str, member: str) -> None:
        """Take *member* out of an index."""
        self.indexes[index].discard(member)

    def members(self, index: str) -> set[str]:
        """Give all members of an index."""
        return set(self.indexes[index])
