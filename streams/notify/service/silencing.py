"""Silences, as the actions say them. Pure."""

from collections.abc import Iterable

from streams.contract.deliveries import Action, SetSilence, SilenceOver
from streams.notify.lifecycle.orders import Silence
from streams.notify.lifecycle.records import seconds_of

__all__ = ["silence_of", "silenced"]


def silence_of(action: SetSilence) -> Silence:
    """Make the silence that someone set."""
    return Silence(
        silence_id=action.silence_id,
        match=action.match,
        owner=action.owner,
        reason=action.reason,
        expires=seconds_of(action.expires),
    )


def silenced(before: Iterable[Silence], action: Action, now: float) -> tuple[Silence, ...]:
    """Give the silences after *action*, those that are over left out."""
    kept = {silence.silence_id: silence for silence in before if silence.expires > now}
    if isinstance(action, SetSilence):
        kept[action.silence_id] = silence_of(action)
    elif isinstance(action, SilenceOver):
        kept.pop(action.silence_id, None)
    return tuple(silence for silence in kept.values() if silence.expires > now)
