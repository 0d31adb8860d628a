"""What Redis makes wait: a step is taken again until Redis lets it succeed, and whoever looks sees that it waits."""

import threading
from collections.abc import Callable
from typing import TypeVar

import structlog
from redis.exceptions import RedisError

from streams.notify.service.health import NotifyHealth
from streams.notify.service.metrics import Level, NotifyMetrics
from streams.notify.service.outage import Outage
from streams.notify.working.room import WipedError

__all__ = ["Persistence"]

log = structlog.get_logger("firstbell.notify")

T = TypeVar("T")
_WAITS = 0.5  # s before Redis is asked again


class Persistence:
    """Takes steps, of any thread, until *stop* is set."""

    def __init__(self, outage: Outage, health: NotifyHealth, metrics: NotifyMetrics, stop: threading.Event) -> None:
        self._outage, self._health, self._metrics, self._stop = outage, health, metrics, stop

    def persist(self, step: Callable[[], T]) -> T:
        """Run *step* until Redis lets it succeed; what Kafka says is final.

        Raises:
            RedisError: Redis was away when *stop* was set.
            FirstbellError: Kafka failed.
        """
        while True:
            try:
                done = step()
            except WipedError:
                log.warning("the working state was lost; it is made anew from the topics")
            except RedisError as error:
                self._waits(error)
                if self._stop.wait(_WAITS):
                    raise
            else:
                self._goes_on()
                return done

    def _waits(self, error: RedisError) -> None:
        self._health.waiting(self._outage.goes_on(error))
        self._metrics.level(Level.READY, to=0)

    def _goes_on(self) -> None:
        self._outage.is_over()
        self._health.ready()
        self._metrics.level(Level.READY, to=1)
