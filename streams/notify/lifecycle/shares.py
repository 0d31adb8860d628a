"""One notifier's shares of all endpoints within one step: what it may take, and what it holds from then on."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from streams.notify.config.tables import Receiver
from streams.notify.lifecycle import sharing
from streams.notify.lifecycle.state import NEVER, Endpoint, Share
from streams.notify.working.desk import Desk

__all__ = ["Granted", "Hand", "Shares", "give_back"]

_AHEAD = 2  # times what ended since the last step is taken beyond what is sent at once: the next is there when one ends
_RENEWS = 2 / 3  # of a lease: what is left of it when it is renewed


class Hand(NamedTuple):
    """What a notifier has in hand for a receiver: parcels taken and not done, of which so many at most are under way.

    `ended`: sends that ended since it took some last.
    """

    parcels: int = 0
    under_way: int = 0
    ended: int = 0


class Granted(NamedTuple):
    """How many sends a notifier may have under way to a receiver, and until when if it hears nothing else."""

    slots: int
    until: float


class Shares:
    """*owner*'s, who has *hands*, for *lease* seconds. `later`: when one that was short may have more."""

    def __init__(
        self,
        desk: Desk,
        owner: str,
        receivers: Mapping[str, Receiver],
        hands: Mapping[str, Hand],
        *,
        now: float,
        lease: float,
    ) -> None:
        self._desk, self._owner, self._receivers, self._hands = desk, owner, receivers, hands
        self._now, self._lease = now, lease
        self._short: set[str] = set()
        self.later = NEVER

    def room(self, receiver: str) -> int:
        """Say how many more parcels may be taken: few of a slow one, as withdrawals come after what is taken.

        Of one with a rate, which counts what is taken, none that would have to wait.
        """
        named, hand = self._receivers.get(receiver), self._hand(receiver)
        most = self._most(receiver)
        ahead = 0 if not most or (named and named.rate) else _AHEAD * hand.ended
        room = most + ahead - hand.parcels
        if room <= 0 or most < self._concurrency(receiver):
            self._short.add(receiver)
        if not most:
            self.later = min(self.later, sharing.lapses(self._of(receiver), self._owner, self._now))
        return max(0, room)

    def hold(self, taken: Mapping[str, int], left: AbstractSet[str]) -> dict[str, Granted]:
        """Put down what is held and wanted with so many parcels *taken*; *left*: receivers for which more were due."""
        receivers = sorted({*self._hands, *taken, *left & self._short})
        held = {each: self._hold(each, taken.get(each, 0), more=each in left) for each in receivers}
        return {each: granted for each, granted in held.items() if granted is not None}

    def _hold(self, receiver: str, taken: int, *, more: bool) -> Granted | None:
        hand, most, concurrency = self._hand(receiver), self._most(receiver), self._concurrency(receiver)
        parcels = hand.parcels + taken
        slots = max(hand.under_way, min(most, parcels))
        wants = concurrency if more else min(concurrency, parcels)
        if not (slots or wants):
            _put(self._desk, receiver, self._owner, None, self._now)
            return None
        until = self._until(receiver, slots, wants)
        _put(self._desk, receiver, self._owner, Share(slots, wants, until), self._now)
        return Granted(min(slots, most), until)

    def _until(self, receiver: str, slots: int, wants: int) -> float:
        """When it lapses: what changes nothing is written only now and then, since others must read all again."""
        held = self._of(receiver).shares.get(self._owner)
        same = held is not None and (held.slots, held.wants) == (slots, wants)
        fresh = self._now + self._lease
        return held.until if held and same and held.until > self._now + self._lease * _RENEWS else fresh

    def _most(self, receiver: str) -> int:
        return sharing.most_of(self._of(receiver), self._owner, self._concurrency(receiver), self._now)

    def _concurrency(self, receiver: str) -> int:
        named = self._receivers.get(receiver)
        return named.concurrency if named else 1

    def _hand(self, receiver: str) -> Hand:
        return self._hands.get(receiver, Hand())

    def _of(self, receiver: str) -> Endpoint:
        return self._desk.get(Endpoint, receiver) or Endpoint()


def give_back(desk: Desk, owner: str, receivers: Collection[str], now: float) -> None:
    """Take away all that *owner* holds of these."""
    desk.warm(Endpoint, list(receivers))
    for receiver in receivers:
        _put(desk, receiver, owner, None, now)


def _put(desk: Desk, receiver: str, owner: str, share: Share | None, now: float) -> None:
    before = desk.get(Endpoint, receiver) or Endpoint()
    after = sharing.shared(before, owner, share, now)
    if after != before:
        desk.put(Endpoint, receiver, after)
