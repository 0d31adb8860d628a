"""The rule book: rules as data, typed and validated when it is read, named in every alert."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec

from streams.attendance.kinds import KINDS, Problem, Rule
from streams.attendance.places import Place, Places
from streams.attendance.rule import BookRule
from streams.attendance.school_kinds import SCHOOL_KINDS, SchoolRule
from streams.errors import BadRuleBook

RuleType = TypeVar("RuleType", bound=BookRule)
Tags = dict[str, type[RuleType]]

_TAGS: Tags[Rule] = {str(kind.__struct_config__.tag): kind for kind in KINDS}
_SCHOOL_TAGS: Tags[SchoolRule] = {str(kind.__struct_config__.tag): kind for kind in SCHOOL_KINDS}
_TOP: dict[str, tuple[type, str]] = {
    "name": (str, "text"),
    "version": (int, "whole number from 1"),
    "rule": (list, "list of rules"),
}
_SCHOOL_RULES = "school_rule"  # may be left out: a book without rules about schools


_NAME = re.compile(r"[^@\s]{1,64}")


class BookId(NamedTuple):
    """What tells one rule book from another: `hash` is of its rules, so that an edit without a new version shows."""

    name: str
    version: int
    hash: str

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"


class RuleBook(msgspec.Struct, frozen=True):
    """Rules about pupils, and about schools, each in the order in which their changes are announced."""

    name: str
    version: int
    rules: tuple[Rule, ...]
    school_rules: tuple[SchoolRule, ...] = ()

    @property
    def id(self) -> BookId:
        """Name, version, and the first 16 hex digits of SHA-256 over the rules about pupils."""
        return BookId(self.name, self.version, _hash(self.rules))

    @property
    def school_id(self) -> BookId:
        """Likewise over the rules about schools, whose boards keep it: each state is redone only for its own rules."""
        return BookId(self.name, self.version, _hash(self.school_rules))

    def by_id(self) -> dict[str, BookRule]:
        """Return every rule, of pupils and of schools, by its id."""
        return {rule.id: rule for rule in (*self.rules, *self.school_rules)}

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


def _hash(rules: Sequence[BookRule]) -> str:
    content = msgspec.json.encode([(type(rule).__name__, rule) for rule in rules])
    return hashlib.sha256(content).hexdigest()[:16]


class _Reader:
    """Reads one book, gathering mistakes instead of stopping at the first."""

    def __init__(self, data: dict[str, Any], places: Places) -> None:
        self.data, self.places = data, places
        self.mistakes: list[tuple[int, str]] = []

    def book(self) -> RuleBook:
        self._top()
        rules, school_rules = self._rules("rule", _TAGS), self._rules(_SCHOOL_RULES, _SCHOOL_TAGS)
        self._unique({"rule": rules, _SCHOOL_RULES: school_rules})
        if self.mistakes:
            lines = "\n".join(f"  line {line}: {what}" for line, what in sorted(self.mistakes))
            raise BadRuleBook(f"the rule book has {len(self.mistakes)} mistake(s):\n{lines}")
        return RuleBook(self.data["name"], self.data["version"], _all(rules), _all(school_rules))

    def _note(self, place: Place, what: str) -> None:
        self.mistakes.append((self.places.line(place), what))

    def _top(self) -> None:
        for key in self.data.keys() - {*_TOP, _SCHOOL_RULES}:
            self._note((key,), f"unknown key {key!r}; a book has {', '.join(_TOP)} and {_SCHOOL_RULES}")
        for key, (kind, words) in _TOP.items():
            value = self.data.get(key)
            below = isinstance(value, int) and value < 1
            if not isinstance(value, kind) or isinstance(value, bool) or not value or below:
                self._note((key,), f"{key!r} is missing, or is no {words}")

        name = self.data.get("name")
        if isinstance(name, str) and name and not _NAME.fullmatch(name):
            self._note(("name",), "name is over 64 characters, or has a space or an @")

    def _rules(self, key: str, tags: Tags[RuleType]) -> list[RuleType | None]:
        tables = self.data.get(key, [])
        if not isinstance(tables, list):
            if key not in _TOP:
                self._note((key,), f"{key!r} is no list of rules")
            return []
        return [self._rule((key, i), table, tags) for i, table in enumerate(tables)]

    def _rule(self, place: Place, table: Any, tags: Tags[RuleType]) -> RuleType | None:  # noqa: ANN401 - whatever the file holds
        kind = tags.get(str(table.get("kind"))) if isinstance(table, dict) else None
        if kind is None:
            self._note((*place, "kind"), f"every rule needs a kind, one of: {', '.join(sorted(tags))}")
            return None
        problems = list(_field_problems(kind, table))
        rule = None if problems else msgspec.convert(table, kind)
        for key, what in problems or (rule.problems() if rule else ()):
            self._note((*place, key), f"{table.get('id', 'rule')}: {key}: {what}")
        return rule

    def _unique(self, rules: Mapping[str, Sequence[BookRule | None]]) -> None:
        seen: set[str] = set()
        for key, i, rule in ((key, i, rule) for key, some in rules.items() for i, rule in enumerate(some)):
            if rule and rule.id in seen:
                self._note((key, i, "id"), f"{rule.id}: this id is used twice")
            if rule:
                seen.add(rule.id)


def _all(rules: Iterable[RuleType | None]) -> tuple[RuleType, ...]:
    return tuple(rule for rule in rules if rule)


def _field_problems(kind: type[BookRule], table: dict[str, Any]) -> Iterator[Problem]:
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
