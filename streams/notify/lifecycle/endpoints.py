"""The endpoints of all receivers within one step: how many sends may begin, and what came of those that ended."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from streams.notify.lifecycle import pacing
from streams.notify.lifecycle.rebuilding import DISABLED
from streams.notify.lifecycle.state import NEVER, Endpoint
from streams.notify.working.desk import Desk

__all__ = ["Endpoints"]


class Endpoints:
    """What *desk* knows of them at *now*; *rates* are sends a second by receiver, None: any.

    `later`: when one that was asked for room and had none will have some.
    """

    def __init__(self, desk: Desk, rates: Mapping[str, float | None], now: float) -> None:
        self._desk, self._rates, self._now = desk, rates, now
        self.later = NEVER

    def room(self, receiver: str) -> int:
        """Say how many sends may begin, of all notifiers together."""
        if receiver in self._desk.members(DISABLED):
            return 0
        endpoint, rate = self._of(receiver), self._rates.get(receiver)
        room = pacing.room(endpoint, rate, self._now)
        if not room:
            self.later = min(self.later, pacing.free_at(endpoint, rate, self._now))
        return room

    def began(self, numbers: Mapping[str, int]) -> None:
        """Note sends that begin, by receiver."""
        for receiver, number in numbers.items():
            endpoint = self._of(receiver)
            self._put(receiver, endpoint, pacing.began(endpoint, number, self._rates.get(receiver), self._now))

    def ended(self, said: Iterable[tuple[str, bool | None]]) -> None:
        """Note sends that ended: the receiver, and whether it speaks against its endpoint."""
        by_receiver = defaultdict[str, list[bool | None]](list)
        for receiver, against in said:
            by_receiver[receiver].append(against)
        self._desk.warm(Endpoint, list(by_receiver))
        for receiver, each in by_receiver.items():
            endpoint = self._of(receiver)
            self._put(receiver, endpoint, pacing.ended(endpoint, each, self._now))

    def _of(self, receiver: str) -> Endpoint:
        return self._desk.get(Endpoint, receiver) or Endpoint()

    def _put(self, receiver: str, before: Endpoint, after: Endpoint) -> None:
        if after != before:
            self._desk.put(Endpoint, receiver, after)
