"""Dead letters, written short."""

from typing import Any

from streams.contract.messages import DeadLetter, Origin
from streams.letters.choosing import Lying, Place

PUPIL = "abcdefghijklmnopqrstuvwxyz"
REGISTERS = "firstbell.registers"
HERE = Place(1, 7)
MARK = b'{"pupil": "abcdefghijklmnopqrstuvwxyz", "code": "?"}'
REGISTER = (
    b'{"register_id": "r-1", "urn": 100001, "date": "2024-09-09", "session": "AM",'
    b' "recorded_at": "2024-09-09T09:05:00+01:00", "marks": [' + MARK + b"]}"
)


def letter(**fields: Any) -> DeadLetter:  # noqa: ANN401 - any field
    """A refused mark, with these fields changed."""
    known: dict[str, Any] = {
        "reason": "unknown-code",
        "detail": "code is not an attendance code in force",
        "origin": Origin(topic=REGISTERS, partition=3, offset=41),
        "register_id": "r-1",
        "urn": 100001,
        "date": "2024-09-09",
        "session": "AM",
        "mark": 0,
        "value": MARK,
    }
    return DeadLetter(**known | fields)


def lying(stamped_ms: int = 1_725_868_800_000, place: Place = HERE, **fields: Any) -> Lying:  # noqa: ANN401
    return Lying(place, stamped_ms, letter(**fields))


def whole(**fields: Any) -> Lying:  # noqa: ANN401
    """A refused register."""
    return lying(**{"mark": None, "value": REGISTER, "reason": "recorded-in-future"} | fields)
