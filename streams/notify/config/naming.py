"""What a file names must be there: rules in the book; receivers, routes and sets of schools in the file."""

from collections.abc import Collection, Iterable, Iterator

from streams.attendance.book import RuleBook
from streams.attendance.places import Place
from streams.notify.config.matching import Match
from streams.notify.config.mistakes import Mistake
from streams.notify.config.tables import File
from streams.notify.config.wanted import unknown

__all__ = ["unnamed"]


def unnamed(file: File, wrong: Collection[Place], book: RuleBook) -> Iterator[Mistake]:
    """Give every name that nothing has. What is *wrong* as a whole may have had it."""
    yield from _rules(file, book)
    if ("schools",) not in wrong:
        yield from _sets(file, {str(place[1]) for place in wrong if place[:1] == ("schools",)} | set(file.schools))
    if ("receiver",) not in wrong:
        yield from _receivers(file)
    if ("route",) not in wrong:
        yield from _tree(file)


def _rules(file: File, book: RuleBook) -> Iterator[Mistake]:
    rules = list(book.by_id())
    for place, match in _matches(file):
        yield from _missing("rule", match.rule or (), rules, (*place, "rule"), f"in {book.id}")
    for i, route in enumerate(file.route):
        if isinstance(route.settle, dict):
            for key in route.settle.keys() - {"default", *rules}:
                yield ("route", i, "settle", key), unknown(key, ["default", *rules], "rule", f"in {book.id}")


def _sets(file: File, sets: Collection[str]) -> Iterator[Mistake]:
    for place, match in _matches(file):
        yield from _missing("set of schools", match.schools or (), sets, (*place, "schools"), "in [schools]")


def _receivers(file: File) -> Iterator[Mistake]:
    names = [each.name for each in file.receiver if each.name]
    for i, route in enumerate(file.route):
        yield from _missing("receiver", route.receivers or (), names, ("route", i, "receivers"), "among [[receiver]]")


def _tree(file: File) -> Iterator[Mistake]:
    above = {route.name: route.under for route in file.route}
    if not file.route:
        yield (), "there is no [[route]]: nobody would be told of anything"
    for i, route in enumerate(file.route):
        if route.under is not None and route.under not in above:
            yield ("route", i, "under"), unknown(route.under, list(filter(None, above)), "route", "among [[route]]")
        elif route.name and _goes_round(route.name, above):
            yield ("route", i, "under"), "this route is under itself"


def _goes_round(name: str, above: dict[str, str | None]) -> bool:
    seen: set[str | None] = set()
    step: str | None = name
    while step is not None and step not in seen:
        seen.add(step)
        step = above.get(step)
    return step is not None


def _matches(file: File) -> Iterator[tuple[Place, Match]]:
    found: list[tuple[Place, Match | None]] = [(("route", i, "match"), each.match) for i, each in enumerate(file.route)]
    for i, each in enumerate(file.inhibit):
        found += [(("inhibit", i, "source"), each.source), (("inhibit", i, "target"), each.target)]
    return ((place, match) for place, match in found if match is not None)


def _missing(what: str, names: Iterable[str], there: Collection[str], place: Place, where: str) -> Iterator[Mistake]:
    for name in names:
        if name not in there:
            yield place, unknown(name, there, what, where)
