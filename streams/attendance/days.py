"""Codes of a pupil's sessions, held short: most are whole days of presence, of which only the number is kept.

A code is a byte below 64, so bytes above can stand for days in a row on which a pupil was present morning and
afternoon. Two years of a pupil take a quarter of what they take a byte a session. What is joined short is short of
what is joined.
"""

from streams.attendance.codes import INDEX

_DAY = bytes((INDEX["/"], INDEX["\\"]))
SHORT_DAYS = 0x80
"""Added to the number of days that a byte stands for."""
_SHORT = [
    (_DAY * days, bytes((SHORT_DAYS | days,))) for days in (16, 8, 4, 2, 1)
]  # the longest first, each tried in turn


def shortened(codes: bytes) -> bytes:
    """Return *codes*, a byte a session, held short."""
    for days, short in _SHORT:
        codes = codes.replace(days, short)
    return codes


def in_full(short: bytes) -> bytes:
    """Return the codes that were `shortened`."""
    for days, byte in _SHORT:
        short = short.replace(byte, days)
    return short
