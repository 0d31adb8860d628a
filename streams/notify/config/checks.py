"""What fits together only when all tables are seen: names that exist, a tree that is one, who may see what."""

from collections.abc import Iterator, Sequence

from streams.attendance.book import RuleBook
from streams.attendance.places import Place
from streams.attendance.rule import BookRule
from streams.attendance.school_kinds import SchoolRule
from streams.notify.channels.guard import Guard
from streams.notify.channels.settings import hosts
from streams.notify.config.config import Config
from streams.notify.config.matching import Match
from streams.notify.config.policy import policy
from streams.notify.config.tables import Receiver, Route

__all__ = ["Mistake", "checked", "may_be_told"]

Mistake = tuple[Place, str]
_SHOWN = 4


def may_be_told(receiver: Receiver, audience: Sequence[str], *, restricted: bool) -> bool:
    """Whether *receiver* is declared for an alert's *audience*: of something restricted, wholly."""
    if restricted:
        return set(receiver.audience) <= set(audience)
    return not set(receiver.audience).isdisjoint(audience)


def checked(
    receivers: Sequence[Receiver], routes: Sequence[Route], config: Config, book: RuleBook
) -> Iterator[Mistake]:
    """Give every mistake of tables that are each right in themselves."""
    yield from _doubled("receiver", [each.name for each in receivers])
    yield from _doubled("route", [each.name for each in routes])
    yield from _hosts(receivers, config)
    yield from _matches(config, book)
    tree = list(_tree(routes))
    yield from tree
    yield from _receivers(routes, config)
    if not tree:
        yield from _restricted(routes, config, book)


def _doubled(table: str, names: Sequence[str]) -> Iterator[Mistake]:
    for i, name in enumerate(names):
        if name in names[:i]:
            yield (table, i, "name"), f"{table} {name}: this name is used twice"


def _hosts(receivers: Sequence[Receiver], config: Config) -> Iterator[Mistake]:
    guard = Guard(config.allowed)
    for i, receiver in enumerate(receivers):
        for host in hosts(receiver.channel):
            if not guard.allows(host):
                yield (
                    ("receiver", i, "channel"),
                    f'receiver {receiver.name}: {host} is not allowed; add [[allow]] host = "{host}"',
                )


def _matches(config: Config, book: RuleBook) -> Iterator[Mistake]:
    rules = book.by_id()
    found: list[tuple[Place, Match]] = [(("route", i, "match"), each.match) for i, each in enumerate(config.routes)]
    for i, each in enumerate(config.inhibitions):
        found += [(("inhibit", i, "source"), each.source), (("inhibit", i, "target"), each.target)]
    for place, match in found:
        for rule in set(match.rule or ()) - rules.keys():
            yield place, f"there is no rule {rule!r} in {book.id}"
        for name in set(match.schools or ()) - config.sets.keys():
            yield place, f"there is no set of schools {name!r}; write it in [schools]"


def _tree(routes: Sequence[Route]) -> Iterator[Mistake]:
    above = {route.name: route.under for route in routes}
    if not routes:
        yield (), "there is no [[route]]: nobody would be told of anything"
    for i, route in enumerate(routes):
        if route.under is not None and route.under not in above:
            yield ("route", i, "under"), f"route {route.name}: there is no route {route.under!r}"
        elif _goes_round(route.name, above):
            yield ("route", i, "under"), f"route {route.name}: it is under itself"


def _goes_round(name: str, above: dict[str, str | None]) -> bool:
    seen: set[str | None] = set()
    step: str | None = name
    while step is not None and step not in seen:
        seen.add(step)
        step = above.get(step)
    return step is not None


def _receivers(routes: Sequence[Route], config: Config) -> Iterator[Mistake]:
    for i, route in enumerate(routes):
        for name in set(route.receivers or ()) - config.receivers.keys():
            yield ("route", i, "receivers"), f"route {route.name}: there is no receiver {name!r}"


def _restricted(routes: Sequence[Route], config: Config, book: RuleBook) -> Iterator[Mistake]:
    for i, route in enumerate(routes):
        path = config.path(route)
        wrong = [f"{name} ({rule.id})" for rule in book.by_id().values() for name in _undeclared(path, rule, config)]
        if wrong:
            shown = ", ".join(wrong[:_SHOWN]) + (" …" if len(wrong) > _SHOWN else "")
            what = f"route {route.name}: would send what is restricted to a receiver not declared for it: {shown}"
            yield ("route", i, "receivers"), f"{what}; narrow it by match, such as restricted = false"


def _undeclared(path: tuple[Route, ...], rule: BookRule, config: Config) -> Iterator[str]:
    """Name the receivers of the route at *path* that *rule* is not for, if it is restricted and could come there."""
    if rule.restricted and _may_carry(path, rule):
        for name in policy(path).receivers:
            receiver = config.receivers.get(name)
            if receiver and not may_be_told(receiver, rule.audience, restricted=True):
                yield name


def _may_carry(path: tuple[Route, ...], rule: BookRule) -> bool:
    """Whether an alert of *rule* could fit every match on *path*, as far as the rule book can tell."""
    return all(_could_fit(route.match, rule) for route in path)


def _could_fit(match: Match, rule: BookRule) -> bool:
    return (
        (match.rule is None or rule.id in match.rule)
        and (match.severity is None or rule.severity in match.severity)
        and (match.audience is None or not set(match.audience).isdisjoint(rule.audience))
        and match.restricted is not False
        and match.pupils is not isinstance(rule, SchoolRule)
    )
