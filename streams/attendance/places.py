"""On which line of a TOML text a key stands, so that a mistake can be named with its place."""

from collections.abc import Iterator

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
    place = _key(next(child for child in node.children if child.is_named))
    if node.type == "table_array_element":
        counts[place] = counts.get(place, -1) + 1
        yield place, node.start_point[0] + 1
        place = (*place, counts[place])
    yield place, node.start_point[0] + 1
    for child in node.children:
        if child.type == "pair":
            yield from _pair(place, child)


def _pair(table: Place, node: Node) -> Iterator[tuple[Place, int]]:
    yield (*table, *_key(node.children[0])), node.start_point[0] + 1


def _key(node: Node) -> Place:
    text = (node.text or b"").decode()
    return tuple(part.strip().strip("\"'") for part in text.split("."))
