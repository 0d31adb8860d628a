"""Reading the file: every mistake that can be found, each with its line."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from streams.attendance.book import RuleBook
from streams.attendance.places import Place, Places
from streams.errors import Refuse
from streams.notify.config.calendar import SchoolDays
from streams.notify.config.checks import checked
from streams.notify.config.config import Config
from streams.notify.config.tables import TABLES, Calendar, Schools, Table, Top

__all__ = ["BadNotifications", "parse", "read"]

_OTHER_TABLES = ("schools", "names", "calendar")
_NAMES = {"continue": "continue_"}  # a word of Python's


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
        BadNotifications: with every mistake found, each with its line.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadNotifications(f"not TOML: {error}") from None
    return _Reader(data, Places(text)).config(book)


class _Reader:
    """Reads one file, gathering mistakes instead of stopping at the first."""

    def __init__(self, data: dict[str, Any], places: Places) -> None:
        self.data, self.places = data, places
        self.mistakes: list[tuple[int, str]] = []

    def config(self, book: RuleBook) -> Config:
        top = self._top()
        tables = {name: self._tables(name, type_) for name, type_ in TABLES.items()}
        parts: dict[str, Any] = {
            "top": top,
            "receivers": {each.name: each for each in reversed(tables["receiver"])},
            "routes": tuple(tables["route"]),
            "inhibitions": tuple(tables["inhibit"]),
            "allowed": tuple(tables["allow"]),
            "sets": {name: frozenset(urns) for name, urns in self._plain("schools", Schools).items()},
            "names": {int(urn): name for urn, name in self._plain("names", dict[str, str]).items() if urn.isdigit()},
            "school_days": self._school_days(),
        }
        if not self.mistakes:  # only what is typed can be compared
            for place, what in checked(tables["receiver"], tables["route"], Config(**parts), book):
                self._note(place, what)
        if self.mistakes:
            lines = "\n".join(f"  line {line}: {what}" for line, what in sorted(set(self.mistakes)))
            raise BadNotifications(f"there are {len(set(self.mistakes))} mistake(s):\n{lines}")
        return Config.of(**parts)

    def _note(self, place: Place, what: str) -> None:
        self.mistakes.append((self.places.line(place), what))

    def _top(self) -> Any:  # noqa: ANN401 - a `Top`, or None
        known = set(TABLES) | set(_OTHER_TABLES)
        own = {key: value for key, value in self.data.items() if key not in known}
        return self._typed((), own, Top, known)

    def _tables(self, name: str, type_: type[Struct]) -> list[Any]:
        found = self.data.get(name, [])
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            self._note((name,), f"write [[{name}]], with two brackets, once for each")
            return []
        read = [self._typed((name, i), table, type_) for i, table in enumerate(found)]
        return [each for each in read if each is not None]

    def _typed(self, place: Place, table: dict[str, Any], type_: type[Any], also: set[str] = frozenset()) -> Any:  # type: ignore[assignment]  # noqa: ANN401
        table = {_NAMES.get(key, key): value for key, value in table.items()}
        problems = list(_field_problems(type_, table, also))
        made = None if problems else self._made(place, table, type_)
        if isinstance(made, Table):
            problems = list(made.problems())
        for key, what in problems:
            self._note((*place, *key.split(".")), f"{_titled(place, table)}{key.rstrip('_')}: {what}")
        return made if not problems else None

    def _made(self, place: Place, table: dict[str, Any], type_: type[Any]) -> Any:  # noqa: ANN401 - of that type
        try:
            return msgspec.convert(table, type_, strict=True)
        except (msgspec.ValidationError, ValueError) as error:
            self._note(place, f"{_titled(place, table)}{_words(error)}")
            return None

    def _plain(self, name: str, type_: Any) -> dict[str, Any]:  # noqa: ANN401 - a type as msgspec takes it
        try:
            return msgspec.convert(self.data.get(name, {}), type_)  # type: ignore[no-any-return]
        except msgspec.ValidationError as error:
            self._note((name, *_path(error)), f"{name}: {_words(error)}")
            return {}

    def _school_days(self) -> SchoolDays:
        table = self.data.get("calendar", {})
        calendar = self._typed(("calendar",), table if isinstance(table, dict) else {"": table}, Calendar)
        try:
            return SchoolDays(calendar.holidays if calendar else ())
        except ValueError as error:
            self._note(("calendar", "holidays"), f"holidays: {error}")
            return SchoolDays()


def _titled(place: Place, table: dict[str, Any]) -> str:
    named = table.get("name") or table.get("host")
    return f"{place[0]} {named}: " if place and named else f"{place[0]}: " if place else ""


def _field_problems(type_: type[Any], table: dict[str, Any], also: set[str]) -> Iterator[tuple[str, str]]:
    fields = {field.name: field for field in msgspec.structs.fields(type_)}
    for key in table.keys() - fields.keys():
        names = ", ".join(name.rstrip("_") for name in [*fields, *sorted(also)])
        yield key, f"unknown key; there are {names}"
    for name, field in fields.items():
        if name not in table:
            if field.required:
                yield name, "is missing"
            continue
        try:
            msgspec.convert(table[name], field.type)
        except (msgspec.ValidationError, ValueError) as error:
            yield ".".join([name, *_path(error)]), _words(error)


def _path(error: Exception) -> list[str]:
    found = re.search(r" - at `\$\.?([^`]*)`", str(error))
    keys = re.split(r"[.\[]", found[1]) if found else []
    return [key for key in keys if key and "]" not in key and "..." not in key]


def _words(error: Exception) -> str:
    said = re.sub(r" - at `[^`]*`", "", str(error))
    return re.sub(r"^(Object contains|Object)", "the table", said)
