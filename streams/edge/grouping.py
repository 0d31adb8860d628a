"""Marks of one school, date and session to the draft of a register, for the entries that get their marks one by one.

The register's id is made of what is in it, so that the same marks, come again, are the same register.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from streams.pipeline.forms import MAX_MARKS
from streams.pipeline.instants import read_instant

__all__ = ["MAX_MARKS", "draft_of"]

_ID_HEX = 24  # 96 bits; shorter than a pupil's key, so that no id is taken for one
_encode = msgspec.json.Encoder(order="sorted").encode


def draft_of(entry: str, *, urn: int, date: str, half: str, marks: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Make the draft of a register of *marks*, at most `MAX_MARKS`, each with a `recorded_at` of its own.

    The register's `recorded_at` is the earliest of its marks': were it a late one, a single mark from the future would
    take them all down.
    """
    recorded = _earliest([mark["recorded_at"] for mark in marks])
    lean = [
        {name: value for name, value in mark.items() if name != "recorded_at" or value != recorded} for mark in marks
    ]
    register = {"urn": urn, "date": date, "session": half, "recorded_at": recorded, "marks": lean}
    digest = hashlib.sha256(_encode(register)).hexdigest()
    return {"register_id": f"{entry}-{digest[:_ID_HEX]}"} | register


def _earliest(texts: list[str]) -> str:
    """Give the earliest time of *texts*; one that is no time only where all are none."""
    read = [(instant.seconds, text) for text in texts if (instant := read_instant(text)) is not None]
    return min(read)[1] if read else texts[0]
