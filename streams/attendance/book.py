"""The rule book: rules as data, typed and validated when it is read, named in every alert."""

import hashlib
import re
import tomllib
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from streams.attendance.kinds import KINDS, Problem, Rule
from streams.attendance.places import Place, Places
from streams.errors import BadRuleBook

_TAGS: dict[str, type[Rule]] = {str(kind.__struct_config__.tag): kind for kind in KINDS}
_TOP: dict[str, tuple[type, str]] = {
    "name": (str, "text"),
    "version": (int, "whole number from 1"),
    "rule": (list, "list of rules"),
}


_NAME = re.compile(r"[^@\s]{1,64}")


class BookId(NamedTuple):
    """What tells one rule book from another: `hash` is of its rules, so that an edit without a new version shows."""

    name: str
    version: int
    hash: str

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"


class RuleBook(msgspec.Struct, frozen=True):
    """Rules in the order in which their changes are announced."""

    name: str
    version: int
    rules: tuple[Rule, ...]

    @property
    def id(self) -> BookId:
        """Name, version, and the first 16 hex digits of SHA-256 over the rules."""
        content = msgspec.json.encode([(type(rule).__name__, rule) for rule in self.rules])
        return BookId(self.name, self.version, hashlib.sha256(content).hexdigest()[:16])

    @classmethod
    def parse(cls, text: str) -> "RuleBook":
        """Read a rule book from TOML.

        Raises:
            BadRuleBook: with every mistake found, each with its line.
        """
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise BadRuleBook(f"not TOML: {error}") from None
        return _Reader(data, Places(text)).book()


class _Reader:
    """Reads one book, gathering mistakes instead of stopping at the first."""

    def __init__(self, data: dict[str, Any], places: Places) -> None:
        self.data, self.places = data, places
        self.mistakes: list[tuple[int, str]] = []

    def book(self) -> RuleBook:
        self._top()
        tables = self.data.get("rule")
        tables = tables if isinstance(tables, list) else []
        rules = [self._rule(i, table) for i, table in enumerate(tables)]
        self._unique(rules)
        if self.mistakes:
            lines = "\n".join(f"  line {line}: {what}" for line, what in sorted(self.mistakes))
            raise BadRuleBook(f"the rule book has {len(self.mistakes)} mistake(s):\n{lines}")
        return RuleBook(self.data["name"], self.data["version"], tuple(rule for rule in rules if rule))

    def _note(self, place: Place, what: str) -> None:
        self.mistakes.append((self.places.line(place), what))

    def _top(self) -> None:
        for key in self.data.keys() - set(_TOP):
            self._note((key,), f"unknown key {key!r}; a book has {', '.join(_TOP)}")
        for key, (kind, words) in _TOP.items():
            value = self.data.get(key)
            below = isinstance(value, int) and value < 1
            if not isinstance(value, kind) or isinstance(value, bool) or not value or below:
                self._note((key,), f"{key!r} is missing, or is no {words}")

        name = self.data.get("name")
        if isinstance(name, str) and name and not _NAME.fullmatch(name):
            self._note(("name",), "name is over 64 characters, or has a space or an @")

    def _rule(self, i: int, table: Any) -> Rule | None:  # noqa: ANN401 - whatever the file holds
        kind = _TAGS.get(str(table.get("kind"))) if isinstance(table, dict) else None
        if kind is None:
            self._note(("rule", i, "kind"), f"every rule needs a kind, one of: {', '.join(sorted(_TAGS))}")
            return None
        problems = list(_field_problems(kind, table))
        rule = None if problems else msgspec.convert(table, kind)
        for key, what in problems or (rule.problems() if rule else ()):
            self._note(("rule", i, key), f"{table.get('id', 'rule')}: {key}: {what}")
        return rule

    def _unique(self, rules: list[Rule | None]) -> None:
        seen: set[str] = set()
        for i, rule in enumerate(rules):
            if rule and rule.id in seen:
                self._note(("rule", i, "id"), f"{rule.id}: this id is used twice")
            if rule:
                seen.add(rule.id)


def _field_problems(kind: type[Rule], table: dict[str, Any]) -> Iterator[Problem]:
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    for key in table.keys() - fields.keys() - {"kind"}:
        yield key, f"unknown key; a rule of kind {table['kind']} has {', '.join(fields)}"
    for name, field in fields.items():
        if name not in table:
            if field.required:
                yield name, "is missing"
            continue
        try:
            msgspec.convert(table[name], field.type)
        except msgspec.ValidationError as error:
            yield name, str(error)
