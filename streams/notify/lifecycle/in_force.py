"""By which inhibitions the working state was made: it knows the alerts that may hold others back by these alone."""

import hashlib

import msgspec

from streams.notify.config.config import Config
from streams.notify.working.desk import Desk

__all__ = ["is_made_by", "note_made_by"]

_MADE_BY = "inhibitions"  # index with one member
_encode = msgspec.json.Encoder(order="deterministic").encode


def is_made_by(desk: Desk, config: Config) -> bool:
    """Whether the state knows all that may hold others back by *config*; else it is to be made anew from the topics."""
    return desk.members(_MADE_BY) == {_fingerprint(config)}


def note_made_by(desk: Desk, config: Config) -> None:
    """Note on an empty *desk* that it is filled by *config*."""
    desk.link(_MADE_BY, _fingerprint(config))


def _fingerprint(config: Config) -> str:
    return hashlib.sha256(_encode([config.inhibitions, config.sets])).hexdigest()
