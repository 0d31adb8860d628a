"""The form of a register and of a mark, field by field: what fits, and in what words to say that it does not."""

import json
import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

MAX_MARKS = 2_000
FIRST_YEAR, LAST_YEAR = 2000, 2100
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
PUPIL = re.compile(r"[a-z2-7]{26}")
_LENGTH, _LETTERS = 26, b"abcdefghijklmnopqrstuvwxyz234567"  # the same, for many at once

RegisterId = Annotated[str, Meta(min_length=1, max_length=100)]
Urn = Annotated[int, Meta(ge=100_000, le=999_999)]
Minutes = Annotated[int, Meta(ge=0, le=600)]


class TypedMark(Struct, frozen=True, gc=False):
    """A mark as it should be."""

    pupil: str
    code: str
    recorded_at: str | None = None
    minutes_late: Minutes | None = None


class _Register(Struct, frozen=True, gc=False, kw_only=True):
    register_id: RegisterId
    urn: Urn
    date: str
    session: Literal["AM", "PM"]
    recorded_at: str
    source: str = ""
    received_at: Any = msgspec.UNSET


class TypedRegister(_Register, frozen=True, gc=False, kw_only=True):
    """A register as it should be; the way nearly all come."""

    marks: Annotated[list[TypedMark], Meta(max_length=MAX_MARKS)]


class RawRegister(_Register, frozen=True, gc=False, kw_only=True):
    """A register as it should be, but for its marks, which are as they stand: JSON of any shape."""

    marks: msgspec.Raw


def pupils_in(texts: list[str]) -> bytes | None:
    """Return *texts* joined where `PUPIL` fits each of them, else None; at a third of the cost of asking it."""
    if not set(map(len, texts)) <= {_LENGTH}:
        return None
    letters = "".join(texts).encode()
    return None if letters.translate(None, _LETTERS) else letters


typed_register = msgspec.json.Decoder(TypedRegister).decode
raw_register = msgspec.json.Decoder(RawRegister).decode


@lru_cache(maxsize=4096)
def read_date(text: str) -> date | None:
    """Return the date of *text* in the form YYYY-MM-DD, years 2000-2100, or None where it is none."""
    if not _DATE.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _fits(kind: Any) -> Callable[[Any], bool]:  # noqa: ANN401 - any type that msgspec knows
    def fits(value: Any) -> bool:  # noqa: ANN401 - whatever was sent
        try:
            msgspec.convert(value, kind)
        except msgspec.ValidationError:
            return False
        return True

    return fits


_fits_register_id = _fits(RegisterId)


def _is_unicode(text: str) -> bool:
    """Whether *text* can be written in UTF-8: half a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


REGISTER_FIELDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "register_id": (lambda value: _fits_register_id(value) and _is_unicode(value), "a text of 1 to 100 characters"),
    "urn": (_fits(Urn), "a whole number from 100000 to 999999"),
    "date": (
        lambda value: isinstance(value, str) and read_date(value) is not None,
        "a date YYYY-MM-DD, years 2000 to 2100",
    ),
    "session": (_fits(Literal["AM", "PM"]), "AM or PM"),
    "marks": (
        lambda value: isinstance(value, list) and len(value) <= MAX_MARKS,
        f"a list of at most {MAX_MARKS} marks",
    ),
}
"""The fields a register must have, beside `recorded_at`, which is refused with a reason of its own."""

MARK_FIELDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "pupil": (_fits(str), "text"),
    "code": (_fits(str), "text"),
    "minutes_late": (_fits(Minutes | None), "a whole number from 0 to 600"),
}


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _bounded(digits: str) -> int:
    return int(digits[:20])  # beyond any number that fits; Python refuses to read thousands of digits


def any_json(value: bytes) -> Any:  # noqa: ANN401 - whatever was sent
    """Decode *value* as JSON of any shape.

    Raises:
        ValueError: it is not JSON in UTF-8. (`msgspec.DecodeError` is one; so is what the slower reader says of the
            few texts that are JSON and that msgspec cannot hold, such as half a surrogate pair.)
    """
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _slowly(value)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _slowly(value: bytes) -> Any:  # noqa: ANN401 - likewise
    try:
        return json.loads(value.decode("utf-8"), parse_constant=_no_constant, parse_int=_bounded)
    except RecursionError:
        raise ValueError("nested too deeply") from None
