"""Dead letters: what is refused, why, and its bytes."""

from collections.abc import Callable

import msgspec

from streams.attendance.codes import CODES
from streams.attendance.sessions import session_of
from streams.contract.batches import BatchMark, BatchRegister
from streams.contract.messages import DeadLetter, Origin

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
    date, half = session_of(register.slot)
    return DeadLetter(
        reason="too-old",
        detail="the session is before the pupil's year and the year before it",
        origin=origin_of(register),
        register_id=register.register_id,
        urn=register.urn,
        date=date,
        session=half,
        mark=mark.index,
        value=_as_sent(register, mark),
    )


def _as_sent(register: BatchRegister, mark: BatchMark) -> bytes:
    """Return the mark's JSON, with the time that counted, so that it can be mended and sent again by itself."""
    late = {} if mark.minutes_late is None else {"minutes_late": mark.minutes_late}
    code = CODES[mark.code] if mark.sent is None else mark.sent
    return _encode({"pupil": mark.pupil, "code": code, "recorded_at": mark.recorded_at or register.recorded_at} | late)
