"""To whom an alert goes: the walk down the tree, every step with its reason. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from streams.contract.messages import Alert
from streams.notify.config.checks import may_be_told
from streams.notify.config.config import Config
from streams.notify.config.matching import misfit
from streams.notify.config.tables import Route
from streams.notify.reasons import Why

__all__ = ["Step", "is_declared", "routed", "walk"]


class Step(NamedTuple):
    """One decision: about a route, or about one of its receivers. `field`: of the match, that does not fit."""

    route: str
    receiver: str | None
    why: Why
    field: str | None = None


def routed(alert: Alert, config: Config) -> dict[str, str]:
    """Give the receivers of *alert*, each with the route that it was first reached by."""
    found: dict[str, str] = {}
    for step in walk(alert, config):
        if step.receiver is not None and step.why is Why.FITS:
            found.setdefault(step.receiver, step.route)
    return found


def is_declared(receiver: str, alert: Alert, config: Config) -> bool:
    """Whether *receiver* may be told first of *alert*, by the file as it is now; one it does not name gets nothing."""
    found = config.receivers.get(receiver)
    return found is None or may_be_told(found, alert.audience, restricted=alert.restricted)


def walk(alert: Alert, config: Config) -> Iterator[Step]:
    """Give every decision on the way, in the order of the file."""
    yield from _level(alert, config, None)


def _level(alert: Alert, config: Config, above: str | None) -> Iterator[Step]:
    taken = False
    for route in config.children(above):
        if taken:
            yield Step(route.name, None, Why.BROTHER_TOOK_IT)
        elif (field := misfit(route.match, alert, config.sets)) is not None:
            yield Step(route.name, None, Why.DOES_NOT_FIT, field)
        else:
            yield from _taken(alert, config, route)
            taken = not route.continue_


def _taken(alert: Alert, config: Config, route: Route) -> Iterator[Step]:
    below = list(_level(alert, config, route.name))
    if any(step.why in {Why.FITS, Why.NO_RECEIVERS, Why.NOT_DECLARED} for step in below):
        yield Step(route.name, None, Why.CHILD_TOOK_IT)
        yield from below
        return
    yield from below
    yield from _receivers(alert, config, route.name)


def _receivers(alert: Alert, config: Config, route: str) -> Iterator[Step]:
    names = config.policies[route].receivers
    if not names:
        yield Step(route, None, Why.NO_RECEIVERS)
    for name in names:
        may = may_be_told(config.receivers[name], alert.audience, restricted=alert.restricted)
        yield Step(route, name, Why.FITS if may else Why.NOT_DECLARED)
