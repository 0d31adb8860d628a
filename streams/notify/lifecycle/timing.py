"""When something may be told: which lane it takes, and from when on. Pure."""

from datetime import date
from typing import NamedTuple

from streams.contract.messages import Alert
from streams.notify.config.calendar import day_of, next_clock, next_open
from streams.notify.config.config import Config
from streams.notify.config.durations import clock
from streams.notify.config.policy import Policy
from streams.notify.lifecycle.state import NEVER, Lane
from streams.notify.reasons import Why

__all__ = ["BREATH", "Timing", "caused_on", "group_due", "is_stale", "next_digest", "opening", "timing"]

BREATH = 0.01  # s: what ends in the comparison that began it comes right behind, and must be seen first
_SETTLES = ("raised", "reopened")


class Timing(NamedTuple):
    """The lane, the earliest instant, and why not before."""

    lane: Lane
    ready: float
    why: Why


def timing(alert: Alert, way: Policy, config: Config, now: float) -> Timing:
    """Decide for *alert*, its change being the one that is to be told."""
    if alert.change == "withdrawn":
        return Timing("first", now, Why.AT_ONCE)
    if alert.change == "eased":
        return _digest(way, config, now) if way.eased == "digest" else Timing("now", now, Why.AT_ONCE)
    settle = max(config.settles(way, alert), BREATH) if alert.change in _SETTLES else 0.0
    if alert.severity == "urgent":
        return Timing("urgent", now + settle, Why.SETTLING)
    if way.digest:
        return _digest(way, config, now + settle)
    return Timing("now", now + settle, Why.SETTLING)


def _digest(way: Policy, config: Config, now: float) -> Timing:
    return Timing("digest", next_digest(way, config, now), Why.NEXT_DIGEST)


def next_digest(way: Policy, config: Config, now: float) -> float:
    """When the next digest after *now* goes."""
    clocks = way.digest or tuple(clock(text) for text in config.top.digest)
    return next_clock(now, clocks, way.days, config.school_days) or NEVER


def group_due(lane: Lane, ready: float, flushed: float | None, way: Policy) -> Timing:
    """Decide when a group goes whose first entry is *ready* then, and which last went at *flushed*."""
    if lane in {"first", "digest"}:
        return Timing(lane, ready, Why.AT_ONCE)
    if flushed is not None and flushed + way.group_interval > ready:
        return Timing(lane, flushed + way.group_interval, Why.GROUPING)
    return Timing(lane, ready + way.group_wait, Why.GROUPING if way.group_wait else Why.AT_ONCE)


def opening(lane: Lane, way: Policy, config: Config, now: float) -> Timing:
    """Decide from when on the receiver may be disturbed."""
    free = (lane == "urgent" and "urgent" in way.any_time) or (lane == "first" and "withdrawn" in way.any_time)
    at = now if free else next_open(now, way.hours, way.days, config.school_days)
    if at is None:
        return Timing(lane, NEVER, Why.NEVER_OPEN)
    return Timing(lane, at, Why.OUT_OF_HOURS if at > now else Why.AT_ONCE)


def is_stale(alert: Alert, config: Config, now: float) -> bool:
    """Whether the cause of *alert* is more school days ago than the file allows."""
    cause = date.fromisoformat(caused_on(alert))
    return config.school_days.since(cause, day_of(now)) > config.top.stale_school_days


def caused_on(alert: Alert) -> str:
    """Give the date of what changed *alert*; where the clock did, of its beginning."""
    return alert.cause.date if alert.cause else alert.from_.date
