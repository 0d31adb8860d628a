"""A file's name to its table, separator found, and its columns."""

from pathlib import Path

from streams.edge.files import columns
from streams.edge.files.columns import Columns, Wanted
from streams.edge.files.separated import SEPARATORS, SeparatedText, encoding_of
from streams.edge.files.table import BadFile, Table
from streams.edge.files.workbook import SUFFIXES, Sheet


def open_table(path: Path, said: Wanted, sheet: str | None = None) -> tuple[Table, Columns]:
    """Open the file at *path*: a workbook by its suffix, else text, by the separator that gives the best header.

    Raises:
        BadFile: it cannot be read, or its columns are not those of marks.
    """
    if path.suffix.lower() in SUFFIXES:
        book = Sheet(path, sheet)
        return book, columns.find(book, said)
    if sheet:
        raise BadFile(f"{path} is no workbook; --sheet is for {', '.join(sorted(SUFFIXES))}")
    encoding = encoding_of(path)
    tables = [SeparatedText(path, separator, encoding) for separator in SEPARATORS]
    text = max(tables, key=lambda table: columns.likeness(table, said))
    found = columns.find(text, said)
    text.width, text.single = found.width, frozenset(found.places.values())
    return text, found
