"""A register line: which are refused and why, in the order of rules.md, and the form of a mark."""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime

from tests.oracle.codes import read_code
from tests.oracle.instants import DAY, london_date, microseconds, read_date, read_instant

PUPIL = re.compile("[a-z2-7]{26}")


class RefusedError(Exception):
    """A register or a mark that is refused; its text is the reason."""


@dataclass(frozen=True)
class Register:
    register_id: str
    urn: int
    day: date
    half: str
    recorded_text: str
    recorded: datetime
    received_us: int | None
    marks: list[object]


@dataclass(frozen=True)
class Mark:
    pupil: str
    code: str  # as read
    recorded_text: str
    recorded: datetime


def read_json(line: bytes) -> dict[str, object]:
    """The object of a line. Raises RefusedError."""
    try:
        value = json.loads(line.decode("utf-8"), parse_constant=_no_constant)
    except ValueError:
        raise RefusedError("not-json") from None
    if not isinstance(value, dict):
        raise RefusedError("not-a-register")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def known_fields(line: bytes) -> dict[str, object]:
    """What a dead letter can say of a line: each field that by itself fits its form, the others None."""
    try:
        fields = read_json(line)
    except RefusedError:
        fields = {}
    return {
        "register_id": fields.get("register_id") if is_register_id(fields.get("register_id")) else None,
        "urn": fields.get("urn") if is_urn(fields.get("urn")) else None,
        "date": fields.get("date") if read_date(fields.get("date")) else None,
        "session": fields.get("session") if is_half(fields.get("session")) else None,
    }


def is_register_id(value: object) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 100


def is_integer(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def is_urn(value: object) -> bool:
    return is_integer(value, 100000, 999999)


def is_half(value: object) -> bool:
    return isinstance(value, str) and value in ("AM", "PM")


def is_register(fields: dict[str, object], *, from_file: bool) -> bool:
    """The form of a register, but for its `recorded_at`."""
    marks = fields.get("marks")
    return (
        is_register_id(fields.get("register_id"))
        and is_urn(fields.get("urn"))
        and read_date(fields.get("date")) is not None
        and is_half(fields.get("session"))
        and isinstance(fields.get("source", ""), str)
        and (not from_file or "received_at" not in fields or read_instant(fields["received_at"]) is not None)
        and isinstance(marks, list)
        and len(marks) <= 2000
    )


def read_register(line: bytes, received_us: int | None, *, from_file: bool) -> Register:
    """A register that is not refused as a whole. Raises RefusedError."""
    fields = read_json(line)
    if not is_register(fields, from_file=from_file):
        raise RefusedError("not-a-register")
    recorded = read_instant(fields.get("recorded_at"))
    if recorded is None:
        raise RefusedError("bad-recorded-at")
    if from_file and "received_at" in fields:
        received_us = microseconds(read_instant(fields["received_at"]))
    if in_future(recorded, received_us):
        raise RefusedError("recorded-in-future")
    return Register(
        fields["register_id"],
        fields["urn"],
        read_date(fields["date"]),
        fields["session"],
        fields["recorded_at"],
        recorded,
        received_us,
        fields["marks"],
    )


def in_future(recorded: datetime, received_us: int | None) -> bool:
    return received_us is not None and microseconds(recorded) - received_us > DAY


def is_mark(value: object) -> bool:
    """The form of a mark, but for the pattern of its pupil and its `recorded_at`."""
    if not isinstance(value, dict):
        return False
    late = value.get("minutes_late")
    return (
        isinstance(value.get("pupil"), str)
        and isinstance(value.get("code"), str)
        and (late is None or is_integer(late, 0, 600))
    )


def read_mark(register: Register, value: object, newest_year: int | None, year: int) -> Mark:
    """A mark that is taken.

    Args:
        register: the register it stands in.
        value: the mark's JSON.
        newest_year: Y of its pupil, None where there is none yet.
        year: academic year of the register's session.

    Raises:
        RefusedError: with the first reason that fits.
    """
    if not is_mark(value):
        raise RefusedError("not-a-mark")
    if not PUPIL.fullmatch(value["pupil"]):
        raise RefusedError("bad-pupil")
    text = value.get("recorded_at")
    text = register.recorded_text if text is None else text
    recorded = read_instant(text)
    if recorded is None:
        raise RefusedError("bad-recorded-at")
    if in_future(recorded, register.received_us):
        raise RefusedError("recorded-in-future")
    code = read_code(value["code"], register.day, register.half)
    if code is None:
        raise RefusedError("unknown-code")
    if register.day.toordinal() > london_date(recorded).toordinal() + 1:
        raise RefusedError("future-session")
    if newest_year is not None and year < newest_year - 1:
        raise RefusedError("too-old")
    return Mark(value["pupil"], code, text, recorded)
