"""What the rivals in Python keep of a child, and their two rules over it: the twin of `kafka_streams/.../Ledger.java`.

A ledger is bytes: a head (which rules are on, how many sessions were possible, how many absent), then for each school
week its number, in two bytes of seven bits, and the kinds of its ten sessions. The mark that comes last holds, since a
school's marks come in their order. Kind to the rivals, it leaves out: recorded times, a child's second school,
weekends, the end of the year, sessions that are not possible, refusals.
"""

import struct
from datetime import date
from typing import NamedTuple

PERSISTENT, TEN_IN_TEN = 1, 2
RULES = {PERSISTENT: "persistent-absence", TEN_IN_TEN: "unauthorised-10-in-10"}
"""By bit."""

_NOTHING, _THERE, _EXCUSED, _UNAUTHORISED, _UNKNOWN = range(5)
KINDS: dict[str, int] = {
    **dict.fromkeys(["/", "\\", "L", "B", "K", "P", "V", "W"], _THERE),
    **dict.fromkeys(["C", "C1", "C2", "E", "I", "J1", "M", "R", "S", "T"], _EXCUSED),
    **dict.fromkeys(["G", "O", "U"], _UNAUTHORISED),
    "N": _UNKNOWN,
}

_MONDAY = date(2000, 1, 3)
_HEAD = struct.Struct("<BHH")
_SESSIONS = 10
_WEEK = 2 + _SESSIONS
EMPTY = _HEAD.pack(0, 0, 0)


class Seat(NamedTuple):
    """Where a session is kept: its week as stored, its place in it (0 to 9)."""

    week: bytes
    place: int


def seat(day: str, half: str) -> Seat:
    """Give the seat of a session."""
    weeks, weekday = divmod((date.fromisoformat(day) - _MONDAY).days, 7)
    return Seat(bytes((0x80 | weeks >> 7, 0x80 | weeks & 0x7F)), 2 * weekday + (half == "PM"))


def opened(weeks: bytes) -> bytes:
    """Make a ledger of weeks as they were."""
    return _anew(bytearray(EMPTY + weeks))


def take(stored: bytes, where: Seat, kind: int) -> bytes:
    """Take one mark."""
    ledger = bytearray(stored)
    at = len(ledger) - _SESSIONS
    if ledger[at - 2 : at] != where.week or at < _HEAD.size:
        at = _find(ledger, where.week)
    newest = at == len(ledger) - _SESSIONS and not any(ledger[at + where.place :])
    ledger[at + where.place] = kind
    if not newest:
        return _anew(ledger)
    on, possible, absent = _HEAD.unpack_from(ledger)
    return _judged(ledger, *_counted(on, possible, absent, kind))


def on(stored: bytes) -> int:
    """Say which rules are on, as bits."""
    return stored[0]


def _find(ledger: bytearray, week: bytes) -> int:
    """Give where the sessions of *week* begin, making room for them."""
    for start in range(len(ledger) - _WEEK, _HEAD.size - 1, -_WEEK):
        found = ledger[start : start + 2]
        if found == week:
            return start + 2
        if found < week:
            return _insert(ledger, start + _WEEK, week)
    return _insert(ledger, _HEAD.size, week)


def _insert(ledger: bytearray, at: int, week: bytes) -> int:
    ledger[at:at] = week + bytes(_SESSIONS)
    return at + 2


def _anew(ledger: bytearray) -> bytes:
    """Walk the year."""
    is_on = possible = absent = 0
    for start in range(_HEAD.size + 2, len(ledger), _WEEK):
        for kind in ledger[start : start + _SESSIONS]:
            if kind:
                is_on, possible, absent = _counted(is_on, possible, absent, kind)
    return _judged(ledger, is_on, possible, absent)


def _counted(was: int, possible: int, absent: int, kind: int) -> tuple[int, int, int]:
    """Persistent absence: on at 20 sessions and a tenth absent, off below nine in a hundred."""
    possible += 1
    absent += kind >= _EXCUSED
    is_on = possible >= 20 and (100 * absent >= 9 * possible if was & PERSISTENT else 10 * absent >= possible)
    return PERSISTENT if is_on else 0, possible, absent


def _judged(ledger: bytearray, persistent: int, possible: int, absent: int) -> bytes:
    """Unauthorised absence: ten sessions or more in the last ten school weeks."""
    sessions = ledger.count(_UNAUTHORISED, max(_HEAD.size, len(ledger) - 10 * _WEEK))
    _HEAD.pack_into(ledger, 0, persistent | (TEN_IN_TEN if sessions >= 10 else 0), possible, absent)
    return bytes(ledger)
