"""The marks of a register as nearly all come, with nothing to refuse and no time of their own: read all at once.

Each is as `streams.pipeline.intake` reads it by itself, which a property holds; here no mark costs a call of its own.
"""

from functools import lru_cache
from struct import pack

from streams.attendance.codes import CODES, readings
from streams.contract.sheets import PLACE, Own, Packed, Sheet
from streams.pipeline.forms import MAX_MARKS, TypedMark, pupils_in

_PLACES = pack(f"<{MAX_MARKS}H", *range(MAX_MARKS))


def read_plain(marks: list[TypedMark], slot: int, seconds: int) -> Sheet | None:
    """Return the *marks* of a register of session *slot*, recorded at *seconds*; None where one of them is not plain.

    Whether the session is too far ahead is not asked here.
    """
    texts = [mark.code for mark in marks]
    pupils = pupils_in([mark.pupil for mark in marks])
    if pupils is None or [mark.recorded_at for mark in marks].count(None) < len(marks):
        return None
    try:
        codes, sent = _read(texts, slot)
    except KeyError:
        return None
    late = {number: mark.minutes_late for number, mark in enumerate(marks) if mark.minutes_late is not None}
    own = {number: Own(seconds, None, sent.get(number), late.get(number)) for number in sent.keys() | late}
    return Sheet(Packed(pupils, codes, _PLACES[: PLACE * len(marks)], own), 0, len(marks), seconds)


def _read(texts: list[str], slot: int) -> tuple[bytes, dict[int, str]]:
    """Return codes as read, and as sent those that were sent as another.

    Raises:
        KeyError: one is unknown.
    """
    try:
        return bytes(map(_as_they_stand(slot).__getitem__, texts)), {}
    except KeyError:
        codes = bytes(map(readings(slot).__getitem__, texts))
    return codes, {number: text for number, text in enumerate(texts) if CODES[codes[number]] != text}


@lru_cache(maxsize=256)
def _as_they_stand(slot: int) -> dict[str, int]:
    """Return the readings of the codes that are read as they are sent: not of old ones, nor `/` in an afternoon."""
    return {text: code for text, code in readings(slot).items() if CODES[code] == text}
