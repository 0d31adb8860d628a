"""When to try again: later and later, for about three days. Pure."""

from typing import NamedTuple

__all__ = ["Again", "again"]

_FIRST = 5.0  # s
_FACTOR = 2.0
_LONGEST = 7200.0  # s
_MOST_DOUBLINGS = 20


class Again(NamedTuple):
    """When to try again, in seconds since 1970; None: no more."""

    at: float | None


def again(
    attempt: int, begun: float, now: float, *, give_up: float, chance: float, asked: float | None = None
) -> Again:
    """Decide after the failed try number *attempt* of something *begun* then.

    *chance* is a random number from 0 to 1, which spreads tries over half the pause; *asked*: seconds that the receiver
    asked for, which is never undercut.
    """
    if now - begun >= give_up:
        return Again(None)
    pause = min(_LONGEST, _FIRST * _FACTOR ** min(attempt - 1, _MOST_DOUBLINGS))
    pause *= 0.75 + chance / 2
    return Again(now + max(pause, asked or 0.0))
