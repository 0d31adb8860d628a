"""The marks of a register as nearly all come, with nothing to refuse and no time of their own: read all at once.

Each is as `streams.pipeline.intake` reads it by itself, which a property holds; here no mark costs a call of its own.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import repeat

from streams.attendance.codes import CODES, readings
from streams.contract.batches import BatchMark
from streams.pipeline.forms import TypedMark, are_pupils


def read_plain(marks: list[TypedMark], slot: int, seconds: int) -> list[BatchMark] | None:
    """Return the *marks* of a register of session *slot*, recorded at *seconds*; None where one of them is not plain.

    Whether the session is too far ahead is not asked here.
    """
    pupils, texts = [mark.pupil for mark in marks], [mark.code for mark in marks]
    if not are_pupils(pupils) or [mark.recorded_at for mark in marks].count(None) < len(marks):
        return None
    try:
        codes, sent = _read(texts, slot)
    except KeyError:
        return None
    late = [mark.minutes_late for mark in marks]
    return list(map(BatchMark, pupils, range(len(marks)), codes, repeat(seconds), repeat(None), sent, late))


def _read(texts: list[str], slot: int) -> tuple[list[int], Iterable[str | None]]:
    """Return codes as read, and each as sent where that is another.

    Raises:
        KeyError: one is unknown.
    """
    try:
        return list(map(_as_they_stand(slot).__getitem__, texts)), repeat(None)
    except KeyError:
        codes = list(map(readings(slot).__getitem__, texts))
    return codes, [None if CODES[code] == text else text for code, text in zip(codes, texts, strict=True)]


@lru_cache(maxsize=256)
def _as_they_stand(slot: int) -> dict[str, int]:
    """Return the readings of the codes that are read as they are sent: not of old ones, nor `/` in an afternoon."""
    return {text: code for text, code in readings(slot).items() if CODES[code] == text}
