"""Which dead letters are meant: by reason, school, time, where they came from, where they lie. Pure."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from streams.contract.codec import dead_letter_from
from streams.contract.messages import DeadLetter, Origin
from streams.errors import Refuse

__all__ = ["Choice", "Lying", "Place", "moment", "origin_like", "place"]

_LONDON = ZoneInfo("Europe/London")
_PLACE = re.compile(r"([0-9]{1,9})/([0-9]{1,18})")
_ORIGIN = re.compile(r"([a-zA-Z0-9._-]{1,249})(?:/([0-9]{1,9})(?:/([0-9]{1,18}))?)?")


class Place(NamedTuple):
    """Where a dead letter lies in its topic. Written `PARTITION/OFFSET`."""

    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.partition}/{self.offset}"


class Lying(NamedTuple):
    """A dead letter where it lies; `stamped_ms` is when it was written, in milliseconds since 1970."""

    place: Place
    stamped_ms: int
    letter: DeadLetter


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What is asked for; what is empty asks for nothing, so that the empty choice is all of them.

    `since` and `until` (not included) are in milliseconds since 1970; `origin` names a topic, one of its partitions,
    or one record of it.
    """

    reasons: frozenset[str] = field(default=frozenset())
    schools: frozenset[int] = field(default=frozenset())
    since: int | None = None
    until: int | None = None
    origin: Origin | None = None
    places: frozenset[Place] = field(default=frozenset())

    def takes(self, lying: Lying) -> bool:
        """Whether *lying* is one of those meant."""
        letter = lying.letter
        return (
            (not self.reasons or letter.reason in self.reasons)
            and (not self.schools or letter.urn in self.schools)
            and (self.since is None or lying.stamped_ms >= self.since)
            and (self.until is None or lying.stamped_ms < self.until)
            and (not self.places or lying.place in self.places)
            and (self.origin is None or _within(letter.origin, self.origin))
        )


def _within(found: Origin, asked: Origin) -> bool:
    pairs = [(found.topic, asked.topic), (found.partition, asked.partition), (found.offset, asked.offset)]
    return all(wanted is None or have == wanted for have, wanted in pairs)


def lying(
    partition: int, offset: int, stamped_ms: int, headers: list[tuple[str, bytes]], value: bytes | None
) -> Lying | None:
    """Read one record of the dead-letters topic; None where it is not one of ours."""
    try:
        return Lying(Place(partition, offset), stamped_ms, dead_letter_from(headers, value))
    except msgspec.DecodeError:
        return None


def place(text: str) -> Place:
    """Read `PARTITION/OFFSET`.

    Raises:
        Refuse: it has another form.
    """
    match = _PLACE.fullmatch(text)
    if match is None:
        raise Refuse(f"{text!r} is no place of a dead letter: PARTITION/OFFSET, as `firstbell dead-letters list` shows")
    return Place(int(match[1]), int(match[2]))


def origin_like(text: str) -> Origin:
    """Read `TOPIC`, `TOPIC/PARTITION` or `TOPIC/PARTITION/OFFSET`.

    Raises:
        Refuse: it has another form.
    """
    match = _ORIGIN.fullmatch(text)
    if match is None:
        raise Refuse(f"{text!r} is no origin: TOPIC, TOPIC/PARTITION or TOPIC/PARTITION/OFFSET")
    numbers = [None if part is None else int(part) for part in match.groups()[1:]]
    return Origin(topic=match[1], partition=numbers[0], offset=numbers[1])


def moment(text: str, *, end: bool = False) -> int:
    """Read a date (all of that day in London; *end*: where it is over) or a date and time, in milliseconds since 1970.

    A time without an offset is London's.

    Raises:
        Refuse: it is neither.
    """
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise Refuse(f"{text!r} is no date or time: 2024-09-09 or 2024-09-09T08:30") from None
    if end and len(text) == len("2024-09-09"):
        when += timedelta(days=1)
    if when.tzinfo is None:
        when = when.replace(tzinfo=_LONDON)
    return int(when.timestamp() * 1000)
