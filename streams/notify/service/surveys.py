"""Surveys now and then, by the clock, and what they find as metrics."""

from streams.notify.service.metrics import Level, NotifyMetrics
from streams.notify.service.sender import Clocks
from streams.notify.service.survey import Survey, survey
from streams.notify.working.room import RedisRoom

__all__ = ["Surveys"]

_EVERY, _AT_LEAST_EVERY = 5.0, 60.0  # s
_SHARE = 50  # times as long as one took, to the next: of 10,000 deliveries it takes half a second


class Surveys:
    """Of one notifier: all receivers that it has known, whatever they are still owed."""

    def __init__(self, room: RedisRoom, metrics: NotifyMetrics, clocks: Clocks) -> None:
        self._room, self._metrics, self._clocks = room, metrics, clocks
        self._next = float("-inf")

    @property
    def are_due(self) -> bool:
        """Whether it is time for the next; of a long backlog that is later, since others wait for the step."""
        return self._clocks.steady() >= self._next

    def take(self) -> None:
        """Look at everything once, and say it.

        Raises:
            RedisError: Redis does not answer. WipedError: the state was lost.
        """
        begun, now = self._clocks.steady(), self._clocks.now()
        with self._room.step() as desk:
            found = survey(desk, self._metrics.receivers, now)
        self._say(found, now)
        ended = self._clocks.steady()
        self._next = ended + min(_AT_LEAST_EVERY, max(_EVERY, _SHARE * (ended - begun)))

    def _say(self, found: Survey, now: float) -> None:
        level = self._metrics.level
        for name in self._metrics.receivers:
            level(Level.PENDING, name, to=found.pending[name])
            level(Level.BUDGET, name, to=found.spent.get(name, 0))
            level(Level.CIRCUIT, name, to=name in found.left_alone)
        level(Level.OLDEST, to=now - found.oldest if found.oldest is not None else 0)
        level(Level.PARKED, to=found.parked)
