"""What schools write down: the register as first taken, and what the office learns later and amends."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

UNKNOWN = "N"  # the reason is not yet established


class Amendment(NamedTuple):
    """A later version of a mark."""

    at: datetime
    code: str
    minutes_late: int | None = None


class Entry(NamedTuple):
    """One child in one register: the code as first written, when, and the amendment that followed, if any."""

    pupil: str
    code: str
    at: datetime | None = None
    minutes_late: int | None = None
    amended: Amendment | None = None


def amendments(entries: list[Entry]) -> Iterator[tuple[datetime, list[Entry]]]:
    """The amendments of one register, those made at one time together, each as an entry of its own."""
    later: dict[datetime, list[Entry]] = {}
    for entry in entries:
        if entry.amended:
            moment, code, minutes = entry.amended
            later.setdefault(moment, []).append(Entry(entry.pupil, code, None, minutes))
    yield from sorted(later.items())
