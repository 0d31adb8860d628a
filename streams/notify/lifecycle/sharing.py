"""How many sends at once each notifier may have under way at one endpoint: its share of the `concurrency` of all. Pure.

A share is a lease on the desk, changed in the step that takes parcels: renewed while its notifier lives, and free again
when that gives it back or is dead. Nobody holds a slot without a parcel for it, and whoever gives one back has looked
for parcels in that same step: so none waits for want of being told. Who wants more than is free says so, and the others
then make room, as sends end, down to an even part each.
"""

from collections.abc import Mapping

from msgspec import structs

from streams.notify.lifecycle.state import NEVER, Endpoint, Share

__all__ = ["lapses", "most_of", "shared"]


def most_of(endpoint: Endpoint, owner: str, concurrency: int, now: float) -> int:
    """Say how many slots *owner* may have: all but those that others hold, or want of their even part."""
    others = _others(endpoint, owner, now).values()
    even = concurrency // (len(others) + 1)
    return max(0, concurrency - sum(max(each.slots, min(each.wants, even)) for each in others))


def lapses(endpoint: Endpoint, owner: str, now: float) -> float:
    """Say when the first share of another lapses."""
    return min((each.until for each in _others(endpoint, owner, now).values()), default=NEVER)


def shared(endpoint: Endpoint, owner: str, share: Share | None, now: float) -> Endpoint:
    """Note the share that *owner* has from now on; None: none, and it wants none."""
    mine = {} if share is None else {owner: share}
    return structs.replace(endpoint, shares={**_others(endpoint, owner, now), **mine})


def _others(endpoint: Endpoint, owner: str, now: float) -> Mapping[str, Share]:
    return {name: each for name, each in endpoint.shares.items() if name != owner and each.until > now}
