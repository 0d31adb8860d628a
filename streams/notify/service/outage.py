"""Redis being away: said when it begins, now and then while it lasts, and when it is over."""

import threading
from collections.abc import Callable
from typing import Any

import structlog
from redis import Redis

__all__ = ["Outage", "place_of"]

log = structlog.get_logger("firstbell.notify")

_SAYS_AGAIN = 60.0  # s
_UNSAID = float("-inf")


class Outage:
    """One for all loops of a notifier. *place* is where Redis should be; *steady* gives seconds that only go on."""

    def __init__(self, place: str, steady: Callable[[], float]) -> None:
        self._place, self._steady = place, steady
        self._turn = threading.Lock()
        self._why, self._said = "", _UNSAID

    def goes_on(self, error: Exception) -> str:
        """Give what is wrong, in words without a secret, and log it where it is new or was last said a minute ago."""
        why, now = type(error).__name__, self._steady()
        with self._turn:
            if why != self._why or now - self._said >= _SAYS_AGAIN:
                self._why, self._said = why, now
                log.warning("Redis does not answer; it is asked on", at=self._place, error=why, see="the setting redis")
        return f"Redis at {self._place} does not answer ({why})"

    def is_over(self) -> None:
        """Log that Redis answers, where it did not."""
        if not self._why:
            return
        with self._turn:
            if self._why:
                log.info("Redis answers again", at=self._place)
            self._why, self._said = "", _UNSAID


def place_of(client: Redis) -> str:
    """Say where *client* connects to, without its user and password."""
    told: dict[str, Any] = client.get_connection_kwargs()
    return str(told["path"] if "path" in told else f"{told.get('host')}:{told.get('port')}")
