"""What a notifier remembers of the desk from step to step, for as long as nobody else has written to it."""

from typing import Any

__all__ = ["Recall", "Stamp"]

Stamp = tuple[str, int]
"""The epoch, and how many steps have written since it began."""

_MOST = 50_000  # things; beyond that all is forgotten


class Recall:
    """Things and indexes as they are in Redis at `stamp`. Used by one step at a time."""

    def __init__(self) -> None:
        self.stamp: Stamp | None = None
        self.things: dict[tuple[type[Any], str], Any] = {}
        self.members: dict[str, frozenset[str]] = {}

    def at(self, stamp: Stamp) -> None:
        """Keep what is known if it was known at *stamp*, and forget it otherwise."""
        if stamp != self.stamp or len(self.things) + len(self.members) > _MOST:
            self.forget()
        self.stamp = stamp

    def forget(self) -> None:
        """Know nothing."""
        self.stamp = None
        self.things.clear()
        self.members.clear()
