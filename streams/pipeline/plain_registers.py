"""Registers as nearly all come, with nothing to refuse in them, read the short way.

Each is as `streams.pipeline.intake` reads it at length, which a property holds. What is not plain is left to that,
and all is where `compiled_marks` are not loaded.
"""

from streams.contract.batches import BatchRegister
from streams.pipeline.compiled_marks import is_loaded, marks_of
from streams.pipeline.forms import raw_register
from streams.pipeline.when import is_ahead, plain_times, received_us


def read_plain_register(value: bytes, received_ms: int | None, origin: tuple[int, int]) -> BatchRegister | None:
    """Return the register; None where anything about it is unusual.

    *received_ms* is as in `intake.read_register`, *origin* as in `BatchRegister`.
    """
    if not is_loaded():
        return None
    try:
        if not value.isascii():
            value.decode()  # the form looks only into the fields it knows
        said = raw_register(value)
        received = received_us(received_ms, said.received_at)
    except (ValueError, RecursionError):
        return None
    times = plain_times(said.date, said.session, said.recorded_at)
    if times is None or is_ahead(times[1], received):
        return None
    slot, (seconds, *_) = times
    marks = marks_of(bytes(said.marks), slot, seconds)
    if marks is None:
        return None
    at = -1 if received is None else received // 1000
    return BatchRegister(said.register_id, said.urn, slot, said.recorded_at, at, origin, marks)
