"""Codes of a pupil's sessions, held short: most are whole days of presence, of which only the number is kept.

A code is a byte below 64, so bytes above can stand for days in a row on which a pupil was present morning and
afternoon. Two years of a pupil take a quarter of what they take a byte a session. What is joined short is short of
what is joined.
"""

from streams.attendance.codes import INDEX

_DAY = bytes((INDEX["/"], INDEX["\\"]))
SHORT_DAYS = 0x80
"""Added to the number of days that a byte stands for."""
_SHORT = [(_DAY * days, bytes((SHORT_DAYS | days,))) for days in (16, 8, 4, 2, 1)]  # the longest is tried first
_CODES = [1] * SHORT_DAYS + [2 * days for days in range(0x100 - SHORT_DAYS)]  # that a byte stands for


def shortened(codes: bytes) -> bytes:
    """Return *codes*, a byte a session, held short."""
    for days, short in _SHORT:
        codes = codes.replace(days, short)
    return codes


def parted(short: bytes, number: int) -> tuple[bytes, bytes]:
    """Part *short* before the last *number* of its codes; both stay short. Quicker than in full where they are few."""
    at, over = len(short), -number
    while over < 0:
        at -= 1
        over += _CODES[short[at]]
    if not over:
        return short[:at], short[at:]
    broken = in_full(short[at : at + 1])  # days of both sides
    return short[:at] + shortened(broken[:over]), shortened(broken[over:]) + short[at + 1 :]


def in_full(short: bytes) -> bytes:
    """Return the codes that were `shortened`."""
    for days, byte in _SHORT:
        short = short.replace(byte, days)
    return short
