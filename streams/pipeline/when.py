"""Of which session a register is, when it was recorded and received, and whether these go together."""

from functools import lru_cache

from msgspec import UNSET

from streams.attendance.sessions import slot as slot_of
from streams.pipeline.forms import read_date
from streams.pipeline.instants import Instant, read_instant

_FUTURE_US = 24 * 3600 * 1_000_000  # how far ahead of its receipt a register may say it was recorded


def received_us(received_ms: int | None, said: object) -> int | None:
    """Return when a register was received, in microseconds since 1970; None where nobody knows.

    Where *received_ms* is not known, it is as the register *said*.

    Raises:
        ValueError: that is no time.
    """
    if received_ms is not None:
        return received_ms * 1000
    if said is UNSET:
        return None
    own = read_instant(said) if isinstance(said, str) else None
    if own is None:
        raise ValueError("received_at is not a time with an offset")
    return own.microseconds


def is_ahead(recorded: Instant, received: int | None) -> bool:
    """Whether something was recorded too long after it was received."""
    return received is not None and recorded.microseconds - received > _FUTURE_US


def is_early(slot: int, recorded: Instant) -> bool:
    """Whether a session is more than a day after its mark was recorded."""
    return (slot >> 1) - recorded.london_day > 1


@lru_cache(maxsize=8192)
def plain_times(date: str, session: str, recorded_at: str) -> tuple[int, Instant] | None:
    """Return the slot of a register and when it was recorded; None where it is to be refused, or its marks are."""
    day, recorded = read_date(date), read_instant(recorded_at)
    if day is None or recorded is None:
        return None
    slot = slot_of(day, session)
    return None if is_early(slot, recorded) else (slot, recorded)
