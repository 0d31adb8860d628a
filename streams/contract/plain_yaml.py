"""Writes plain values as YAML that people can read; a YAML library is for reading only, and only in tests."""

import json
import re
from collections.abc import Iterator
from typing import Any

__all__ = ["to_yaml"]

# Words that YAML reads as nothing but text; everything else is quoted as JSON, which YAML reads too.
_WORD = re.compile(r"[A-Za-z][A-Za-z_./-]*[A-Za-z]")
_NO_TEXT = frozenset({"yes", "no", "on", "off", "true", "false", "null"})


def to_yaml(value: Any) -> str:  # noqa: ANN401 - any plain value: dict, list, text, number, bool, None
    """Write *value* as a YAML document, ending in a line end."""
    return "\n".join(_lines(value)) + "\n"


def _lines(value: Any) -> Iterator[str]:  # noqa: ANN401 - likewise
    if not value or not isinstance(value, dict | list):
        yield _scalar(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _entry(_scalar(key) + ":", item)
    else:
        for item in value:
            yield from _item(item)


def _entry(head: str, value: Any) -> Iterator[str]:  # noqa: ANN401 - likewise
    if value and isinstance(value, dict | list):
        yield head
        yield from ("  " + line for line in _lines(value))
    else:
        yield f"{head} {_scalar(value)}"


def _item(value: Any) -> Iterator[str]:  # noqa: ANN401 - likewise
    first, *rest = _lines(value)
    yield "- " + first
    yield from ("  " + line for line in rest)


def _scalar(value: Any) -> str:  # noqa: ANN401 - likewise
    if isinstance(value, str) and _WORD.fullmatch(value) and value.lower() not in _NO_TEXT:
        return value
    return json.dumps(value, ensure_ascii=False)
