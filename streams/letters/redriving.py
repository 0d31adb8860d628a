"""Sending a refused register back: what goes out, or why not, decided without Kafka.

A refused mark goes as a register of one mark, with the time of its own register, which the dead letter does not hold.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

import msgspec
from msgspec import Raw

from streams.contract.messages import DeadLetter
from streams.contract.operations import place_of
from streams.kafka.records import Headers
from streams.kafka.registers import peek, register_headers
from streams.letters.choosing import Lying
from streams.pipeline.forms import any_json

__all__ = ["Memory", "Original", "Redriven", "Refusal", "decide"]

ORIGIN_HEADER = "firstbell_redriven_origin"
PLACE_HEADER = "firstbell_redriven_from"

_encode = msgspec.json.Encoder().encode


class Refusal(Enum):
    """Why a dead letter is not sent back."""

    BEFORE = "it was redriven before; --force sends it again"
    NOT_KEPT = "its bytes were not kept, since the pupil's records were erased"
    NO_TIME = "the time of its register is not known: the register is no longer in its topic, and the mark has none"
    NO_HEADER = "its school, date or session is not known, so no register can be made of its mark"


@dataclass
class Memory:
    """What was redriven already: the places that it came from (`place_of`)."""

    origins: set[str] = field(default_factory=set)


class Original(NamedTuple):
    """The record that a dead letter came from, as far as its topic still has it."""

    value: bytes | None
    headers: Headers


class Redriven(NamedTuple):
    """A register to send, and the place that it must not be sent from again."""

    value: bytes
    key: bytes
    headers: Headers
    origin: str


Find = Callable[[DeadLetter], Original]


def decide(lying: Lying, memory: Memory, find: Find, *, force: bool) -> Redriven | Refusal:
    """Give the register to send for *lying*, or why none is sent. *find* gives the record it came from."""
    letter = lying.letter
    origin = place_of(letter.origin, letter.mark)
    if not letter.value and letter.reason == "erased":
        return Refusal.NOT_KEPT
    original = find(letter)
    if not force and (origin in memory.origins or any(name == ORIGIN_HEADER for name, _ in original.headers)):
        return Refusal.BEFORE
    value = letter.value if letter.mark is None else _of_one_mark(letter, original)
    if isinstance(value, Refusal):
        return value
    key, register_id = peek(value)
    marked = [(ORIGIN_HEADER, origin.encode()), (PLACE_HEADER, str(lying.place).encode())]
    return Redriven(value, key, register_headers(register_id or f"redriven-{lying.place}") + marked, origin)


def _of_one_mark(letter: DeadLetter, original: Original) -> bytes | Refusal:
    if letter.urn is None or letter.date is None or letter.session is None:
        return Refusal.NO_HEADER
    recorded_at = _recorded_at(original.value) or _recorded_at(letter.value)
    if recorded_at is None:
        return Refusal.NO_TIME
    fields = {"register_id": letter.register_id or "redriven", "urn": letter.urn, "date": letter.date}
    return _encode(fields | {"session": letter.session, "recorded_at": recorded_at, "marks": [Raw(letter.value)]})


def _recorded_at(value: bytes | None) -> str | None:
    """The `recorded_at` of a register's or a mark's JSON, where it has one."""
    try:
        data = any_json(value or b"")
    except ValueError:
        return None
    found = data.get("recorded_at") if isinstance(data, dict) else None
    return found if isinstance(found, str) else None
