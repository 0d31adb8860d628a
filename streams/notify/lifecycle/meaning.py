"""What a change of an alert means to a receiver, by what that knows. One pure table."""

from typing import NamedTuple

from streams.contract.messages import Alert, Change
from streams.notify.config.policy import Policy
from streams.notify.lifecycle.state import Knows, knowing
from streams.notify.reasons import Why

__all__ = ["Meaning", "meaning"]


class Meaning(NamedTuple):
    """What to tell (None: nothing), and why."""

    tell: Change | None
    why: Why


def meaning(knows: Knows, alert: Alert, way: Policy | None, *, waiting: bool, routed: bool) -> Meaning:
    """Decide what a receiver that *knows* so much is to be told of *alert*, now that it is so.

    *waiting*: something is on its way to be told and not begun. *routed*: the receiver was found by routing this very
    change. *way*: its route's; None where the file has it no more.
    """
    truth = knowing(alert)
    if truth == "withdrawn":
        return _withdrawn(knows, waiting=waiting)
    if truth == "off":
        return _off(knows, alert, way, waiting=waiting)
    return _on(knows, alert, way, waiting=waiting, routed=routed)


def _withdrawn(knows: Knows, *, waiting: bool) -> Meaning:
    if knows in {"on", "off"}:
        return Meaning("withdrawn", Why.WITHDRAWN)
    return _untold(waiting=waiting)


def _off(knows: Knows, alert: Alert, way: Policy | None, *, waiting: bool) -> Meaning:
    if knows in {"nothing", "withdrawn"}:
        return _untold(waiting=waiting)
    if knows == "off":
        return _moved(alert, way)
    if way and way.eased == "never":
        return Meaning(None, Why.NOT_ASKED)
    return _unless_quiet(Meaning("eased", Why.OVER), alert, way)


def _on(knows: Knows, alert: Alert, way: Policy | None, *, waiting: bool, routed: bool) -> Meaning:
    if knows in {"nothing", "withdrawn"}:
        if not (routed or waiting):
            return Meaning(None, Why.NEVER_TOLD)
        first = Meaning("raised", Why.FIRST_WORD)
        return _unless_quiet(first, alert, way) if routed else first
    if knows == "off":
        return _unless_quiet(Meaning("reopened", Why.ON_AGAIN), alert, way)
    return _moved(alert, way)


def _moved(alert: Alert, way: Policy | None) -> Meaning:
    if alert.change != "revised":
        return Meaning(None, Why.KNOWN)
    if way is None or not way.revised:
        return Meaning(None, Why.NOT_ASKED)
    return _unless_quiet(Meaning("revised", Why.MOVED), alert, way)


def _unless_quiet(meant: Meaning, alert: Alert, way: Policy | None) -> Meaning:
    return Meaning(None, Why.QUIET_REASON) if way and alert.reason in way.quiet_reasons else meant


def _untold(*, waiting: bool) -> Meaning:
    return Meaning(None, Why.SETTLED_AWAY if waiting else Why.NEVER_TOLD)
