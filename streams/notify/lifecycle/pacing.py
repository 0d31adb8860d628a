"""What all notifiers together may ask of one receiver's endpoint: its rate, and leaving it alone where it fails. Pure.

It is kept on the desk, so it changes in the step that takes parcels and in the one that hears what came of them: no two
notifiers can take the same place. A wipe forgets it, and it begins anew with the circuit closed and the whole of
`_SPELL` to spend: making the state anew takes longer than filling that again would, and nothing is sent meanwhile.
"""

from collections.abc import Iterable
from typing import Literal

from msgspec import structs

from streams.notify.lifecycle.state import Endpoint

__all__ = ["FAILURES", "MANY", "CircuitState", "began", "circuit", "ended", "free_at", "room"]

CircuitState = Literal["closed", "half-open", "open"]

FAILURES = 5  # one after the other, and it opens
MANY = 1_000_000  # sends: no limit
_LONGEST_REST = 300.0  # s
_SPELL = 0.25  # s: sends that its rate allows in so long may begin together, since it is looked at about so often
_JITTER = 1e-6  # of a send: what adding up fractions loses


def circuit(endpoint: Endpoint, now: float) -> CircuitState:
    """closed: sends go; open: none; half-open: one, to see."""
    if endpoint.opened is None:
        return "closed"
    return "half-open" if now >= endpoint.opened + endpoint.rest else "open"


def room(endpoint: Endpoint, rate: float | None, now: float) -> int:
    """Say how many sends may begin now; *rate*: a second, None: any."""
    state = circuit(endpoint, now)
    most = {"closed": MANY, "half-open": 1, "open": 0}[state]
    if rate is None:
        return most
    unspent = now + _spell(rate) - max(now, endpoint.spent)
    return min(most, int(unspent * rate + _JITTER))


def began(endpoint: Endpoint, number: int, rate: float | None, now: float) -> Endpoint:
    """Note *number* sends that begin. A try of a circuit that is half open keeps all others away for another rest."""
    if number and endpoint.opened is not None:
        endpoint = structs.replace(endpoint, opened=now, trying=True)
    if number and rate is not None:
        endpoint = structs.replace(endpoint, spent=max(now, endpoint.spent) + number / rate)
    return endpoint


def free_at(endpoint: Endpoint, rate: float | None, now: float) -> float:
    """Say from when on one send may begin."""
    rested = now if endpoint.opened is None else endpoint.opened + endpoint.rest
    return max(now, rested, endpoint.spent + 1 / rate - _spell(rate) if rate else now)


def ended(endpoint: Endpoint, said: Iterable[bool | None], now: float) -> Endpoint:
    """Note sends that ended: whether each speaks against the endpoint, None: neither way."""
    for against in said:
        if against is not None:
            endpoint = _failed(endpoint, now) if against else Endpoint(spent=endpoint.spent, shares=endpoint.shares)
    return endpoint


def _failed(endpoint: Endpoint, now: float) -> Endpoint:
    """Open, or rest longer; what had begun before it opened says nothing new."""
    if endpoint.trying:
        rest = min(_LONGEST_REST, endpoint.rest * 2)
        return structs.replace(endpoint, opened=now, rest=rest, trying=False)
    if endpoint.opened is not None:
        return endpoint
    failures = endpoint.failures + 1
    return structs.replace(endpoint, failures=failures, opened=now if failures >= FAILURES else None)


def _spell(rate: float) -> float:
    return max(_SPELL, 1 / rate)
