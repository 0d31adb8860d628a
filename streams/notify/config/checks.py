"""What fits together only when all tables are seen: names that are one, hosts and files, who may see what.

Asked of what is right in a file that may have other mistakes: what is not is left out or None, and `wrong` names it.
"""

import ssl
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from streams.attendance.book import RuleBook
from streams.attendance.places import Place
from streams.attendance.rule import BookRule
from streams.attendance.school_kinds import SchoolRule
from streams.notify.channels.guard import Guard
from streams.notify.channels.settings import hosts
from streams.notify.channels.tls import context
from streams.notify.config.matching import Match
from streams.notify.config.mistakes import Mistake
from streams.notify.config.naming import unnamed
from streams.notify.config.policy import policy
from streams.notify.config.sense import senseless
from streams.notify.config.tables import File, Receiver, Route

__all__ = ["checked", "may_be_told"]

_SHOWN = 4


def may_be_told(receiver: Receiver, audience: Sequence[str], *, restricted: bool) -> bool:
    """Whether *receiver* is declared for an alert's *audience*: of something restricted, wholly."""
    if restricted:
        return set(receiver.audience) <= set(audience)
    return not set(receiver.audience).isdisjoint(audience)


def checked(file: File, wrong: Collection[Place], book: RuleBook) -> Iterator[Mistake]:
    """Give every mistake of tables that are each right in themselves; at places in *wrong* there were others."""
    yield from _doubled("receiver", file.receiver)
    yield from _doubled("route", file.route)
    yield from _hosts(file)
    yield from _files(file)
    yield from unnamed(file, wrong, book)
    yield from senseless(file)
    yield from _restricted(file, wrong, book)


def _doubled(table: str, named: Sequence[Receiver | Route]) -> Iterator[Mistake]:
    seen: set[str | None] = {None}
    for i, each in enumerate(named):
        if each.name in seen - {None}:
            yield (table, i, "name"), "this name is used twice"
        seen.add(each.name)


def _hosts(file: File) -> Iterator[Mistake]:
    guard = Guard(file.allow)
    for i, receiver in enumerate(file.receiver):
        key = "host" if hasattr(receiver.channel, "host") else "url"
        for host in hosts(receiver.channel):
            if host and not guard.allows(host):
                yield ("receiver", i, "channel", key), f'{host} is not allowed; add [[allow]] host = "{host}"'


def _files(file: File) -> Iterator[Mistake]:
    """Look for what the file points to, so that it is not missed first when something is to be sent."""
    if file.words is not None and not Path(file.words).is_dir():
        yield ("words",), f"there is no folder {file.words} with words"
    for i, receiver in enumerate(file.receiver):
        ca_file = getattr(receiver.channel, "ca_file", None)
        if ca_file is not None and (what := _unreadable(ca_file)):
            yield ("receiver", i, "channel", "ca_file"), what


def _unreadable(ca_file: str) -> str | None:
    try:
        context(ca_file)
    except ssl.SSLError:
        return f"{ca_file} holds no certificates in PEM"
    except OSError as error:
        return f"{ca_file} cannot be read: {error.strerror}"
    return None


def _restricted(file: File, wrong: Collection[Place], book: RuleBook) -> Iterator[Mistake]:
    """Follow every route that is right, with all above it, to the receivers that are right."""
    bad = {place[:2] for place in wrong}
    routes = {route.name: route for i, route in enumerate(file.route) if ("route", i) not in bad}
    receivers = {each.name: each for i, each in enumerate(file.receiver) if ("receiver", i) not in bad}
    for i, route in enumerate(file.route):
        path = _path(route.name, routes)
        found = [f"{name} ({rule.id})" for rule in book.by_id().values() for name in _undeclared(path, rule, receivers)]
        if found:
            shown = ", ".join(found[:_SHOWN]) + (" …" if len(found) > _SHOWN else "")
            what = f"would send what is restricted to a receiver not declared for it: {shown}"
            yield ("route", i, "receivers"), f"{what}; narrow it by match, such as restricted = false"


def _path(name: str | None, routes: dict[str, Route]) -> tuple[Route, ...]:
    """The routes from the top down to that of *name*; none where one of them is missing or they go round."""
    path: list[Route] = []
    while name is not None:
        if name not in routes or routes[name] in path:
            return ()
        path.insert(0, routes[name])
        name = routes[name].under
    return tuple(path)


def _undeclared(path: tuple[Route, ...], rule: BookRule, receivers: dict[str, Receiver]) -> Iterator[str]:
    """Name the receivers of the route at *path* that *rule* is not for, if it is restricted and could come there."""
    if path and rule.restricted and all(_could_fit(route.match, rule) for route in path):
        for name in policy(path).receivers:
            if name in receivers and not may_be_told(receivers[name], rule.audience, restricted=True):
                yield name


def _could_fit(match: Match, rule: BookRule) -> bool:
    """Whether an alert of *rule* could fit, as far as the rule book can tell."""
    return (
        (match.rule is None or rule.id in match.rule)
        and (match.severity is None or rule.severity in match.severity)
        and (match.audience is None or not set(match.audience).isdisjoint(rule.audience))
        and match.restricted is not False
        and match.pupils is not isinstance(rule, SchoolRule)
    )
