"""What is well written and could never do what it says."""

from collections.abc import Iterator

from streams.attendance.places import Place
from streams.notify.config.durations import seconds
from streams.notify.config.matching import Match
from streams.notify.config.mistakes import Mistake
from streams.notify.config.tables import File

__all__ = ["senseless"]

_BEGINS = {"raised", "reopened"}


def senseless(file: File) -> Iterator[Mistake]:
    """Give each."""
    for i, route in enumerate(file.route):
        why = "what follows goes to those who were told of it, by no route"
        yield from _never_fits(route.match, ("route", i, "match", "change"), why)
    for i, each in enumerate(file.inhibit):
        yield from _never_fits(each.target, ("inhibit", i, "target", "change"), "nothing else is held back")
        if "session" in (each.equal or ()) and not seconds(each.decides):
            what = 'write how long a source may take to come, such as decides = "5m": its targets wait so long'
            yield ("inhibit", i, "decides"), f"with session in equal, {what}"


def _never_fits(match: Match | None, place: Place, why: str) -> Iterator[Mistake]:
    if match and match.change and _BEGINS.isdisjoint(match.change):
        yield place, f"has neither raised nor reopened, so this never fits: {why}"
