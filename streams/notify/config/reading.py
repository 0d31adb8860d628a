"""Reading the file: every mistake that can be found, each with its line and key."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from streams.attendance.book import RuleBook
from streams.attendance.places import Place, Places
from streams.errors import Refuse
from streams.notify.config.calendar import SchoolDays
from streams.notify.config.checks import checked
from streams.notify.config.config import Config
from streams.notify.config.mistakes import Mistake, mistakes, what_is_right
from streams.notify.config.tables import File, Top

__all__ = ["BadNotifications", "parse", "read"]


class BadNotifications(Refuse):
    """The file of receivers and routes has mistakes; the message names the place of each."""


def read(file: Path, book: RuleBook) -> Config:
    """Read *file*, checked against the rules of *book*.

    Raises:
        BadNotifications: it cannot be read, or has mistakes.
    """
    try:
        return parse(file.read_text(encoding="utf-8"), book)
    except UnicodeDecodeError:
        raise BadNotifications(f"{file}: not TOML: the file is not UTF-8 text") from None
    except OSError as error:
        raise BadNotifications(f"{file}: cannot be read: {error.strerror}") from None
    except BadNotifications as error:
        raise BadNotifications(f"{file}: {error}") from None


def parse(text: str, book: RuleBook) -> Config:
    """Read a text of the file's form.

    Raises:
        BadNotifications: with every mistake found, each with its line and key.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadNotifications(f"not TOML: {error}") from None
    found = mistakes(data, File)
    wrong = {place for place, _ in found}
    file = what_is_right(data, File, wrong) if found else msgspec.convert(data, File)
    found += checked(file, wrong, book)  # of what is right, so that all is said at once
    if found:
        raise BadNotifications(_said(found, data, Places(text)))
    return _config(file)


def _config(file: File) -> Config:
    return Config.of(
        top=Top(**{name: getattr(file, name) for name in Top.__struct_fields__}),
        receivers={each.name: each for each in file.receiver},
        routes=file.route,
        inhibitions=file.inhibit,
        allowed=file.allow,
        sets={name: frozenset(urns) for name, urns in file.schools.items()},
        names={int(urn): name for urn, name in file.names.items()},
        school_days=SchoolDays(file.calendar.holidays),
    )


def _said(found: Iterable[Mistake], data: dict[str, Any], places: Places) -> str:
    said = sorted({(places.line(place), f"{_key(place, data)}{what}") for place, what in found})
    count = "is 1 mistake" if len(said) == 1 else f"are {len(said)} mistakes"
    return "\n".join([f"there {count}:", *(f"  line {line}: {words}" for line, words in said)])


def _key(place: Place, data: dict[str, Any]) -> str:
    """Name the table, as its author did, and the key in it."""
    table = data.get(str(place[0])) if place else None
    if isinstance(table, list) and len(place) > 1 and isinstance(named := table[int(place[1])], dict):
        title = f"{place[0]} {named.get('name') or named.get('host') or f'number {int(place[1]) + 1}'}: "
        return title + _keys(place[2:])
    return _keys(place)


def _keys(place: Place) -> str:
    keys = ".".join(key for key in place if isinstance(key, str))
    return f"{keys}: " if keys else ""
