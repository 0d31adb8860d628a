"""Plain marks of a register read from their bytes by compiled code: what that wants, and what it gives.

Nothing is read this way before `load`.
"""

from collections.abc import Callable
from functools import lru_cache
from struct import Struct

import numpy as np

from streams.attendance.codes import CODES, readings
from streams.attendance.columns import Block
from streams.contract.sheets import KEY, Own, Packed, Sheet
from streams.pipeline.forms import MAX_MARKS
from streams.pipeline.plain_marks import places_of

LEAST = len('{"pupil":"","code":""},') + KEY
"""Bytes of a mark and its comma, at the least."""
NOTE = 6
"""Bytes of a note: the number of a mark and its minutes, each the lower byte first, and the letters of its code."""
ROOM = KEY + 1 + NOTE
"""Bytes of room for a mark: its pupil, its code, and a note."""
LETTERS = 128
"""A code has at most two letters, of ASCII. A table of codes has a row for each first one, 0 standing for none."""
CHANGED, UNKNOWN = 128, 255
"""In a table: added to a code that was sent as another; there is no such code."""
NOT_LATE = 1 << 15
"""The minutes of a mark that says none."""

_notes = Struct("<HHBB").iter_unpack
_read_marks: Callable[[bytes, Block, Block], int] | None = None


def load() -> None:
    """Load the compiled code: a second of CPU, less beside the fast path. Without numba there is none."""
    global _read_marks  # noqa: PLW0603 - one for all that read in this process
    try:
        from streams.pipeline.kernel_marks import read_marks  # noqa: PLC0415 - see above
    except ImportError:
        return
    read_marks(b"[]", _table(0), np.zeros(ROOM, "u1"))
    _read_marks = read_marks


def is_loaded() -> bool:
    """Whether the compiled code is."""
    return _read_marks is not None


def marks_of(value: bytes, slot: int, seconds: int) -> Sheet | None:
    """Return the marks, written as a list, of a register of session *slot*, recorded at *seconds*.

    None where one of them is not plain, or there is none, or the compiled code is not loaded.
    """
    if _read_marks is None:
        return None
    most = min(len(value) // LEAST, MAX_MARKS) + 1  # so that a number of marks fits 16 bits
    room = np.empty(ROOM * most, "u1")
    noted, size = divmod(_read_marks(value, _table(slot), room), 1 << 16)
    if noted < 0 or size > MAX_MARKS:
        return None
    columns, behind = room.tobytes(), (KEY + 1) * most
    codes = columns[KEY * most : KEY * most + size]
    own = _own(columns[behind : behind + NOTE * noted], codes, seconds) if noted else {}
    return Sheet(Packed(columns[: KEY * size], codes, places_of(size), own), 0, size, seconds)


def _own(notes: bytes, codes: bytes, seconds: int) -> dict[int, Own]:
    found = {}
    for number, minutes, *letters in _notes(notes):
        text = bytes(letters).rstrip(b"\0").decode("ascii")
        sent = None if CODES[codes[number]] == text else text
        found[number] = Own(seconds, None, sent, None if minutes == NOT_LATE else minutes)
    return found


@lru_cache(maxsize=256)
def _table(slot: int) -> Block:
    """Return how each code is read, by its letters."""
    table = np.full(LETTERS * LETTERS, UNKNOWN, "u1")
    for text, code in readings(slot).items():
        first, second, *_ = *text.encode("ascii"), 0, 0
        table[first * LETTERS + second] = code if CODES[code] == text else code + CHANGED
    return table
