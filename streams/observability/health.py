"""Whether the worker lives and progresses: judged from what it reports, by a clock that is passed in."""

from collections.abc import Callable

__all__ = ["STALL_SECONDS", "Health"]

STALL_SECONDS = 120.0  # a batch takes well under a second; a rebalance, during which the worker is not ready, some more


class Health:
    """What the worker last said, and the two questions that an orchestrator asks.

    *clock* gives seconds that only go forward (`time.monotonic`). A worker that is not ready (joining, loading) is
    alive; to act on one that is not ready for long there is `firstbell_ready`. May be used from any thread.
    """

    def __init__(self, clock: Callable[[], float], stall_seconds: float = STALL_SECONDS) -> None:
        self._clock = clock
        self._stall = stall_seconds
        self._ready = False
        self._lag = {"schools": 0, "pupils": 0}
        self._moved = clock()  # when a batch was last done, or work began to wait
        self._heard = clock()  # when lag was last told, which the worker does every second while its loop turns

    def ready(self, *, ready: bool) -> None:
        """Note whether the worker is in the group and its ledgers are loaded."""
        self._ready = ready
        self._moved = self._heard = self._clock()

    def progressed(self) -> None:
        """Note that a batch is done."""
        self._moved = self._clock()

    def lag(self, stage: str, records: int) -> None:
        """Note how many records wait before *stage*; to be told again and again, also where nothing changes."""
        self._heard = self._clock()
        if not self._waiting():
            self._moved = self._clock()
        self._lag[stage] = records

    def _waiting(self) -> int:
        return sum(list(self._lag.values()))

    def not_alive(self) -> str | None:
        """Say why the worker should be started anew, or None while it lives and progresses."""
        idle = self._clock() - self._moved
        if self._ready and self._waiting() and idle > self._stall:
            return f"{self._waiting()} records wait, and no batch was done for {idle:.0f} seconds"
        silent = self._clock() - self._heard
        if self._ready and silent > self._stall:
            return f"nothing was heard of the worker's loop for {silent:.0f} seconds"
        return None

    def not_ready(self) -> str | None:
        """Say why no work can be expected of the worker, or None where it can."""
        return None if self._ready else "joining the group or loading ledgers"
