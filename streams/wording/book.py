"""A rule book in words, for people; and as plain data, for programs."""

from typing import Any

from streams.attendance.book import RuleBook
from streams.attendance.rule import BookRule
from streams.wording.conditions import conditions
from streams.wording.phrases import title

AUDIENCES = {
    "school": "the school",
    "la-attendance": "the local authority's attendance team",
    "la-cme": "the local authority's children missing education team",
    "la-inclusion": "the local authority's inclusion team",
    "la-send": "the local authority's special educational needs team",
    "la-transport": "the local authority's transport team",
}


def book_in_words(book: RuleBook) -> str:
    """*book* as text in Markdown: for each rule what turns it on and off, who hears of it, where it comes from."""
    head = f"# Rule book {book.name}, version {book.version}\n\nA session is a morning or an afternoon.\n"
    return "\n".join([head, *map(_rule_in_words, (*book.rules, *book.school_rules))])


def _rule_in_words(rule: BookRule) -> str:
    on, off = conditions(rule)
    lines = [
        f"## {title(rule.id)} (`{rule.id}`)",
        "",
        f"* On: {on}.",
        f"* Off: {off}.",
        f"* Who hears: {_heard_by(rule)}.",
    ]
    return "\n".join([*lines, *([f"* Source: {rule.source}"] if rule.source else []), ""])


def _heard_by(rule: BookRule) -> str:
    who = " and ".join(AUDIENCES[audience] for audience in rule.audience)
    return f"{who}{' (and nobody else)' if rule.restricted else ''}; {rule.severity}"


def book_as_data(book: RuleBook) -> dict[str, Any]:
    """*book* as plain data: each rule's id, kind, numbers, audience, and the words for on and off."""
    rules, school_rules = map(_rule_as_data, book.rules), map(_rule_as_data, book.school_rules)
    return {"name": book.name, "version": book.version, "rules": [*rules], "school_rules": [*school_rules]}


def _rule_as_data(rule: BookRule) -> dict[str, Any]:
    on, off = conditions(rule)
    fields = {name: getattr(rule, name) for name in rule.__struct_fields__}
    return {"kind": rule.__struct_config__.tag, **fields, "on": on, "off": off}
