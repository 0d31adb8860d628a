"""On which line of a TOML text a key stands, so that a mistake can be named with its place."""

from collections.abc import Iterable, Iterator

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

Place = tuple[str | int, ...]
"""A path: keys, and the index within an array of tables."""

_LANGUAGE = Language(tree_sitter_toml.language())
_TABLES = {"table", "table_array_element"}


class Places:
    """The lines (from 1) of every table and key of a text that parses as TOML."""

    def __init__(self, text: str) -> None:
        root = Parser(_LANGUAGE).parse(text.encode()).root_node
        self._lines: dict[Place, int] = dict(_walk(root))

    def line(self, place: Place) -> int:
        """Return the line of *place*, or of the nearest table around it, or 1."""
        while place and place not in self._lines:
            place = place[:-1]
        return self._lines.get(place, 1)


def _walk(root: Node) -> Iterator[tuple[Place, int]]:
    counts: dict[Place, int] = {}
    for node in root.children:
        if node.type == "pair":
            yield from _pair((), node)
        elif node.type in _TABLES:
            yield from _table(node, counts)


def _table(node: Node, counts: dict[Place, int]) -> Iterator[tuple[Place, int]]:
    *around, last = _key(node.named_children[0])
    place = (*_last_of(around, counts), last)
    if node.type == "table_array_element":
        counts[place] = counts.get(place, -1) + 1
        yield place, node.start_point[0] + 1
        place = (*place, counts[place])
    yield place, node.start_point[0] + 1
    for child in node.children:
        if child.type == "pair":
            yield from _pair(place, child)


def _last_of(key: Iterable[str], counts: dict[Place, int]) -> Place:
    """`[a.b]` after `[[a]]` is a table of the last `a`."""
    place: Place = ()
    for part in key:
        place = (*place, part)
        place = (*place, counts[place]) if place in counts else place
    return place


def _pair(table: Place, node: Node) -> Iterator[tuple[Place, int]]:
    key, value = node.named_children[:2]
    place = (*table, *_key(key))
    yield place, node.start_point[0] + 1
    yield from _value(place, value)


def _value(place: Place, node: Node) -> Iterator[tuple[Place, int]]:
    """Go into what may be written on several lines."""
    named = [child for child in node.named_children if child.type != "comment"]
    if node.type == "array":
        for i, child in enumerate(named):
            yield (*place, i), child.start_point[0] + 1
            yield from _value((*place, i), child)
    elif node.type == "inline_table":
        for child in named:
            yield from _pair(place, child)


def _key(node: Node) -> tuple[str, ...]:
    text = (node.text or b"").decode()
    return tuple(part.strip().strip("\"'") for part in text.split("."))
