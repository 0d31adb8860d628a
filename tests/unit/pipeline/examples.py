"""Registers and the engine for the tests of the pipeline, written short."""

import json
from typing import Any

from streams.attendance.walk import Engine
from streams.books import load_book
from streams.contract.messages import Alert, DeadLetter, Origin
from streams.pipeline.intake import Intake, read_line, read_register

ENGINE = Engine(load_book(None))
PUPIL, SIBLING, FRIEND = "abcdefghijklmnopqrstuvwxyz", "b" * 26, "c234567" + "d" * 19
HERE, THERE = 100001, 100002
FROM = Origin(file="registers.jsonl", line=7)
TOPIC = Origin(topic="firstbell.registers", partition=3, offset=41)

GOOD: dict[str, Any] = {
    "register_id": "r-1",
    "urn": HERE,
    "date": "2024-09-09",
    "session": "AM",
    "recorded_at": "2024-09-09T09:05:00+01:00",
    "marks": [{"pupil": PUPIL, "code": "/"}],
}


def mark(code: str = "/", pupil: str = PUPIL, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever is sent
    return {"pupil": pupil, "code": code, **fields}


def line(*marks: Any, **fields: Any) -> bytes:  # noqa: ANN401 - likewise
    """A good register's line, with these marks (one present, where none is given) and these fields changed."""
    return json.dumps({**GOOD, **({"marks": list(marks)} if marks else {}), **fields}).encode()


def without(field: str) -> bytes:
    return json.dumps({name: value for name, value in GOOD.items() if name != field}).encode()


def read(value: bytes) -> Intake:
    return read_line(value, origin=FROM)


def read_from_topic(value: bytes, received_ms: int) -> Intake:
    return read_register(value, received_ms=received_ms, origin=TOPIC)


def reasons(intake: Intake) -> list[tuple[str, int | None]]:
    """What was refused: reason and index of the mark, None for the register."""
    return [(letter.reason, letter.mark) for letter in intake.refused]


def taken(intake: Intake) -> list[int]:
    """The indexes of the marks that were taken."""
    return [] if intake.register is None else [each.index for each in intake.register.marks]


def told(alerts: list[Alert]) -> list[tuple[str, str, str]]:
    return [(alert.change, alert.rule, alert.reason) for alert in alerts]


def only(letters: list[DeadLetter]) -> DeadLetter:
    (letter,) = letters
    return letter
