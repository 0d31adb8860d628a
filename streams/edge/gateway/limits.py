"""How much one token may send: a bucket that fills at a steady rate."""

from collections.abc import Callable


class Rates:
    """Counts registers by token: *rate* a second on average, and *burst* at once after a pause.

    A batch may take more than is there; the next request then waits until that is made up for. So no batch is cut off
    in the middle. *clock* gives seconds that only go forward. Of a token that sends nothing, nothing is kept for long.
    """

    def __init__(self, rate: float, burst: float, clock: Callable[[], float]) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._full_at: dict[str, float] = {}  # when a token's bucket will be full again

    def wait(self, token_id: str) -> float:
        """Give the seconds until the token may send again; 0 where it may now."""
        one_at = self._full_at.get(token_id, 0.0) - (self._burst - 1) / self._rate  # when there is room for one again
        return max(0.0, one_at - self._clock())

    def spend(self, token_id: str, registers: int) -> None:
        """Count registers that the token has sent."""
        now = self._clock()
        self._full_at[token_id] = max(self._full_at.get(token_id, 0.0), now) + registers / self._rate
        if len(self._full_at) > 1000:  # noqa: PLR2004 - more tokens than any authority has
            self._full_at = {token: at for token, at in self._full_at.items() if at > now}
