"""Whether the gateway lives, and can take registers."""

from collections.abc import Callable

from streams.edge.gateway.publisher import Publisher

STALL_SECONDS = 60.0


class GatewayHealth:
    """Judged from what the publisher says, and from when the event loop was last heard of.

    *clock* gives seconds that only go forward. May be used from any thread.
    """

    def __init__(self, publisher: Publisher, clock: Callable[[], float]) -> None:
        self._publisher, self._clock = publisher, clock
        self._heard: float | None = None

    def beat(self) -> None:
        """Tell that the event loop turns; to be told every second."""
        self._heard = self._clock()

    def stopping(self) -> None:
        """Tell that no more requests are taken."""
        self._heard = None

    def not_alive(self) -> str | None:
        """Say why the gateway should be started anew, or None."""
        if failed := self._publisher.failed():
            return f"the producer has failed for good: {failed}"
        silent = 0.0 if self._heard is None else self._clock() - self._heard
        return f"nothing was heard of the event loop for {silent:.0f} seconds" if silent > STALL_SECONDS else None

    def not_ready(self) -> str | None:
        """Say why no register can be taken at present, or None."""
        if self._heard is None:
            return "not started, or stopping"
        trouble = self._publisher.trouble()
        return f"Kafka is away: {trouble}" if trouble else None
