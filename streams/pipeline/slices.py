"""The marks of a register as they stand in its own bytes, so that a refused one can be mended and sent again."""

import json
import re
from collections.abc import Iterator

import msgspec
from msgspec import Struct


class _RawMarks(Struct):
    marks: list[msgspec.Raw]


_raw_marks = msgspec.json.Decoder(_RawMarks).decode
_SPACE = re.compile(r"[ \t\n\r]*")
_decoder = json.JSONDecoder(parse_int=str)  # text, since Python refuses to read thousands of digits


def mark_slices(value: bytes) -> list[bytes]:
    """Return the bytes of each mark of *value*, which is JSON: an object whose `marks` is a list.

    Raises:
        RecursionError: it is nested too deeply.
    """
    try:
        return [bytes(mark) for mark in _raw_marks(value).marks]
    except (msgspec.DecodeError, UnicodeDecodeError):  # half a surrogate pair somewhere, or `marks` twice
        return _slowly(value.decode())


def _slowly(text: str) -> list[bytes]:
    starts = [start for name, start in _members(text) if name == "marks"]
    return [text[start:end].encode() for start, end in _items(text, starts[-1])]


def _members(text: str) -> Iterator[tuple[str, int]]:
    """Yield the name of each member of the object, and where its value begins."""
    at = _skip(text, _skip(text, 0) + 1)
    while text[at] != "}":
        name, end = _decoder.raw_decode(text, at)
        start = _skip(text, _skip(text, end) + 1)
        yield name, start
        at = _next(text, _decoder.raw_decode(text, start)[1])


def _items(text: str, at: int) -> Iterator[tuple[int, int]]:
    """Yield where each item of the list at *at* begins and ends."""
    at = _skip(text, at + 1)
    while text[at] != "]":
        end = _decoder.raw_decode(text, at)[1]
        yield at, end
        at = _next(text, end)


def _next(text: str, at: int) -> int:
    """Return where the next member or item begins, or the bracket that ends them."""
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return at if found is None else found.end()
