"""Leaving an endpoint alone that fails again and again, and how many sends it may have at once."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["Circuit", "CircuitState"]

CircuitState = Literal["closed", "half-open", "open"]

FAILURES = 5  # one after the other, and it opens
_FIRST_REST = 5.0  # s
_LONGEST_REST = 300.0  # s


@dataclass
class Circuit:
    """What one notifier has seen of one endpoint. Times are seconds that only go forward.

    `concurrency`: sends at once; `rate`: sends a second, None: any; `ahead`: how many times as many may be claimed, so
    that the next is there when one is done.
    """

    concurrency: int
    rate: float | None = None
    ahead: int = 1
    failures: int = 0
    opened: float | None = None
    rest: float = _FIRST_REST
    sending: int = 0
    free_at: float = 0.0

    def state(self, now: float) -> CircuitState:
        """closed: sends go; open: none; half-open: one, to see."""
        if self.opened is None:
            return "closed"
        return "half-open" if now >= self.opened + self.rest else "open"

    def room(self, now: float) -> int:
        """How many sends may begin now."""
        state = self.state(now)
        if state == "open":
            return 0
        room = (1 if state == "half-open" else self.concurrency * self.ahead) - self.sending
        if self.rate is not None:
            room = min(room, 1 if now >= self.free_at else 0)
        return max(0, room)

    def began(self, now: float) -> None:
        """Note a send that begins."""
        self.sending += 1
        if self.rate is not None:
            self.free_at = max(now, self.free_at) + 1 / self.rate

    def ended(self, now: float, *, against: bool | None) -> None:
        """Note a send that ended; *against*: whether it speaks against the endpoint, None: neither way."""
        self.sending -= 1
        if against is None:
            return
        if not against:
            self.failures, self.opened, self.rest = 0, None, _FIRST_REST
            return
        self.failures += 1
        if self.failures >= FAILURES:
            self.rest = min(_LONGEST_REST, self.rest * 2) if self.opened is not None else self.rest
            self.opened = now
