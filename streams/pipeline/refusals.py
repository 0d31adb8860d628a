"""Dead letters: what is refused, why, and its bytes."""

from collections.abc import Callable
from typing import Any

import msgspec

from streams.attendance.codes import CODES
from streams.attendance.sessions import session_of
from streams.contract.batches import BatchMark, BatchRegister
from streams.contract.messages import DeadLetter, Origin, Refusal

OriginOf = Callable[[BatchRegister], Origin]
"""Names where a register came from: its topic with partition and offset, or its file with line."""

_encode = msgspec.json.Encoder().encode


def from_topic(topic: str) -> OriginOf:
    """Return an `OriginOf` for registers read from *topic*."""
    return lambda register: Origin(topic=topic, partition=register.origin[0], offset=register.origin[1])


def from_file(name: str) -> OriginOf:
    """Return an `OriginOf` for registers read from a file, whose origin is (-1, line)."""
    return lambda register: Origin(file=name, line=register.origin[1])


def too_old(register: BatchRegister, mark: BatchMark, origin_of: OriginOf) -> DeadLetter:
    """Return the dead letter of a mark before the two academic years that the pupil's ledger holds."""
    detail = "the session is before the pupil's year and the year before it"
    return _letter(register, mark, origin_of(register), "too-old", detail=detail, value=_as_sent(register, mark))


def erased(register: BatchRegister, mark: BatchMark, origin_of: OriginOf) -> DeadLetter:
    """Return the dead letter of a mark of an erased pupil: everything but the mark, which is not kept."""
    detail = "the records of the pupil were erased; the mark is not kept"
    return _letter(register, mark, origin_of(register), "erased", detail=detail, value=b"")


def quarantined(register: BatchRegister, mark: BatchMark, origin_of: OriginOf) -> DeadLetter:
    """Return the dead letter of a mark of a register that was set aside by hand."""
    detail = "the engine fails on its register, which was set aside by hand"
    return _letter(register, mark, origin_of(register), "quarantined", detail=detail, value=_as_sent(register, mark))


def _letter(register: BatchRegister, mark: BatchMark, origin: Origin, reason: Refusal, **said: Any) -> DeadLetter:  # noqa: ANN401 - detail and value
    date, half = session_of(register.slot)
    return DeadLetter(
        reason=reason,
        origin=origin,
        register_id=register.register_id,
        urn=register.urn,
        date=date,
        session=half,
        mark=mark.index,
        **said,
    )


def _as_sent(register: BatchRegister, mark: BatchMark) -> bytes:
    """Return the mark's JSON, with the time that counted, so that it can be mended and sent again by itself."""
    late = {} if mark.minutes_late is None else {"minutes_late": mark.minutes_late}
    code = CODES[mark.code] if mark.sent is None else mark.sent
    return _encode({"pupil": mark.pupil, "code": code, "recorded_at": mark.recorded_at or register.recorded_at} | late)
