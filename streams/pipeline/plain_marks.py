"""The marks of a register as nearly all come, with nothing to refuse and no time of their own: read all at once.

Each is as `streams.pipeline.intake` reads it by itself, which a property holds; here no mark costs a call of its own.
"""

from itertools import repeat

from streams.attendance.codes import CODES, readings
from streams.contract.batches import BatchMark
from streams.pipeline.forms import TypedMark, are_pupils


def read_plain(marks: list[TypedMark], slot: int, seconds: int) -> list[BatchMark] | None:
    """Return the *marks* of a register of session *slot*, recorded at *seconds*; None where one of them is not plain.

    Whether the session is too far ahead is not asked here.
    """
    pupils, sent = [mark.pupil for mark in marks], [mark.code for mark in marks]
    if not are_pupils(pupils) or [mark.recorded_at for mark in marks].count(None) < len(marks):
        return None
    try:
        codes = list(map(readings(slot).__getitem__, sent))
    except KeyError:
        return None
    others, late = _unless(sent, [CODES[code] for code in codes]), [mark.minutes_late for mark in marks]
    return list(map(BatchMark, pupils, range(len(marks)), codes, repeat(seconds), repeat(None), others, late))


def _unless(sent: list[str], read: list[str]) -> "list[str | None] | repeat[None]":
    """Return the codes as sent, None for each that was read as it stands."""
    if sent == read:
        return repeat(None)
    return [None if one == other else one for one, other in zip(sent, read, strict=True)]
