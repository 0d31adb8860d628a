"""Files about schools as tables: which column is which field, by the words of the header. Others are not looked at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from streams.edge.files.columns import HEADER_WITHIN, plain
from streams.edge.files.separated import SEPARATORS, SeparatedText, encoding_of
from streams.edge.files.table import BadFile, Row, Table
from streams.edge.files.workbook import SUFFIXES, Sheet


@dataclass(frozen=True)
class Entry:
    """One kind of file: its name in words, and its fields, each with the columns it may be in, the best first."""

    called: str
    fields: Mapping[str, tuple[str, ...]]
    optional: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Found:
    """A table whose header is at *line*, and the place of each field."""

    table: Table
    line: int
    places: Mapping[str, int]

    def rows(self) -> Iterator[tuple[int, dict[str, str] | None]]:
        """Give the line and the fields of every row below the header but empty ones; None where it cannot be read."""
        for row in self.table.rows():
            if row.line > self.line and (row.cells is None or any(map(str.strip, row.cells))):
                yield row.line, None if row.cells is None else self._fields(row.cells)

    def _fields(self, cells: list[str]) -> dict[str, str]:
        return {name: _clean(cells[at]) if at < len(cells) else "" for name, at in self.places.items()}


def open_entry(path: Path, entry: Entry) -> Found:
    """Open the file at *path*: a workbook by its suffix, else text, by the separator that gives the best header.

    Raises:
        BadFile: it cannot be read, or lacks a column.
    """
    if path.suffix.lower() in SUFFIXES:
        return _find(Sheet(path), entry)
    encoding = encoding_of(path)
    tables = [SeparatedText(path, separator, encoding) for separator in SEPARATORS]
    best = max(tables, key=lambda table: len(_places(_header(table, entry), entry)))
    found = _find(best, entry)
    best.width = len(_header(best, entry).cells or [])
    best.single = frozenset(found.places.values())
    return found


def _find(table: Table, entry: Entry) -> Found:
    header = _header(table, entry)
    places = _places(header, entry)
    missing = [names[0] for field, names in entry.fields.items() if field not in places and field not in entry.optional]
    if missing:
        raise BadFile(
            f"no column {', '.join(missing)} within the first {HEADER_WITHIN} rows of {entry.called}; it needs: "
            + ", ".join(names[0] for field, names in entry.fields.items() if field not in entry.optional)
        )
    return Found(table, header.line, places)


def _header(table: Table, entry: Entry) -> Row:
    """The first row that names most fields."""
    first = islice(table.rows(), HEADER_WITHIN)
    return max(first, key=lambda row: len(_places(row, entry)), default=Row(1, []))


def _places(row: Row, entry: Entry) -> dict[str, int]:
    names = [plain(cell) for cell in row.cells or []]
    return {
        field: names.index(found)
        for field, columns in entry.fields.items()
        if (found := next((name for name in map(plain, columns) if name in names), None))
    }


def _clean(cell: str) -> str:
    return cell.strip().removeprefix("'")
