"""Whether the notifier lives and works: judged from what its loops report."""

from collections.abc import Callable

__all__ = ["NotifyHealth"]

STALL_SECONDS = 120.0


class NotifyHealth:
    """What the loops last said. *clock* gives seconds that only go forward. May be used from any thread."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._beats: dict[str, float] = {}
        self._why = "starting"

    def beat(self, loop: str) -> None:
        """Note that a loop turns."""
        self._beats[loop] = self._clock()

    def ready(self) -> None:
        """Note that there is a state to work with."""
        self._why = ""

    def waiting(self, why: str) -> None:
        """Note what is waited for."""
        self._why = why

    def not_alive(self) -> str | None:
        """Say why the process should be started anew, or None."""
        late = [loop for loop, beat in self._beats.items() if self._clock() - beat > STALL_SECONDS]
        return f"nothing was heard of the {late[0]} loop for {STALL_SECONDS:.0f} seconds" if late else None

    def not_ready(self) -> str | None:
        """Say why no work can be expected of it, or None."""
        return self._why or None
