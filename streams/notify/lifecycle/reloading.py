"""Another file is in force: what waits is judged anew by it, as if the old one had never been."""

from msgspec import structs

from streams.notify.config.config import Config
from streams.notify.config.policy import Policy
from streams.notify.lifecycle.state import Entry, Group, Lane
from streams.notify.lifecycle.timing import next_digest
from streams.notify.lifecycle.waiting import GROUPS, reschedule, way_of
from streams.notify.reasons import Why
from streams.notify.working.desk import Desk

__all__ = ["judge_anew"]

_EVER = float("inf")
_ALL = 1_000_000_000  # groups


def judge_anew(desk: Desk, config: Config, now: float) -> None:
    """Make every group due when *config* says, whose inhibitions are those of the old file (`in_force`).

    What has settled need not settle again.
    """
    keys = desk.due(GROUPS, _EVER, _ALL)
    desk.warm(Group, keys)
    for key in keys:
        group = desk.get(Group, key)
        if group is not None:
            _one_anew(desk, key, group, config, now)


def _one_anew(desk: Desk, key: str, group: Group, config: Config, now: float) -> None:
    way = way_of(config, group.route)
    entries = {name: _freed(desk, key, entry, now) for name, entry in group.entries.items()}
    entries = {name: _timed(entry, group.lane, way, config, now) for name, entry in entries.items()}
    if entries != group.entries:
        group = structs.replace(group, entries=entries)
        desk.put(Group, key, group)
    reschedule(desk, key, group, way)


def _freed(desk: Desk, key: str, entry: Entry, now: float) -> Entry:
    """Let it go where its receiver was declared for others; alerts and silences that hold it do so by any such file."""
    if entry.held != Why.NOT_DECLARED:
        return entry
    desk.unlink(f"holds:{entry.held}", key)
    return structs.replace(entry, held=None, ready=now)


def _timed(entry: Entry, lane: Lane, way: Policy, config: Config, now: float) -> Entry:
    """Have what waits for a digest wait for the next one of this file."""
    if lane != "digest" or entry.held is not None or entry.ready <= now:
        return entry
    return structs.replace(entry, ready=next_digest(way, config, now))
