"""The marks of a register as nearly all come, with nothing to refuse and no time of their own: read all at once.

Each is as `streams.pipeline.intake` reads it by itself, which a property holds; here no mark costs a call of its own.
"""

from functools import lru_cache
from struct import pack

from streams.attendance.codes import CODES, readings
from streams.contract.sheets import PLACE, Own, Packed, Sheet
from streams.pipeline.forms import MAX_MARKS, TypedMark, pupils_in

_OTHER = 255
_PLACES = pack(f"<{MAX_MARKS}H", *range(MAX_MARKS))


def read_plain(marks: list[TypedMark], slot: int, seconds: int) -> Sheet | None:
    """Return the *marks* of a register of session *slot*, recorded at *seconds*; None where one of them is not plain.

    Whether the session is too far ahead is not asked here.
    """
    pupils = pupils_in([mark.pupil for mark in marks])
    saying = [i for i, mark in enumerate(marks) if mark.minutes_late is not None or mark.recorded_at is not None]
    if pupils is None or any(marks[number].recorded_at is not None for number in saying):
        return None
    try:
        codes, sent = _read([mark.code for mark in marks], slot)
    except KeyError:
        return None
    own = {number: Own(seconds, None, sent.get(number), marks[number].minutes_late) for number in [*saying, *sent]}
    return Sheet(Packed(pupils, codes, places_of(len(marks)), own), 0, len(marks), seconds)


def places_of(marks: int) -> bytes:
    """Return the places of so many marks that stand as they were sent, for `Packed`."""
    return _PLACES[: PLACE * marks]


def _read(texts: list[str], slot: int) -> tuple[bytes, dict[int, str]]:
    """Return codes as read, and as sent those that were sent as another.

    Raises:
        KeyError: one is unknown.
    """
    letters = "".join(texts)
    if len(letters) == len(texts) and "" not in texts:  # a letter each, as nearly always
        codes = letters.encode("ascii", "replace").translate(_as_they_stand(slot))
        if _OTHER not in codes:
            return codes, {}
    codes = bytes(map(readings(slot).__getitem__, texts))
    return codes, {number: text for number, text in enumerate(texts) if CODES[codes[number]] != text}


@lru_cache(maxsize=256)
def _as_they_stand(slot: int) -> bytes:
    """Return for each letter the code that it is read as, `_OTHER` where that is not the same or there is none.

    Not the same are old codes, and `/` in an afternoon.
    """
    same = {text: code for text, code in readings(slot).items() if CODES[code] == text}
    return bytes([same.get(chr(letter), _OTHER) for letter in range(256)])
