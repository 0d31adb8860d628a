"""Text with separators (CSV and its kin) as a table: encoding guessed, every row found again after a bad one."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from streams.edge.files.encoding import guess
from streams.edge.files.lines import Returnable, lines
from streams.edge.files.table import BadFile, Row

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


class SeparatedText:
    """A text file with one of `SEPARATORS`; *width* is how many columns a row has, once that is known.

    A row may have line breaks in quotes. One that cannot be read costs its first line alone: those that a quote left
    open has swallowed are read again, each as a row of its own.
    """

    def __init__(self, path: Path, separator: str, encoding: str) -> None:
        self.separator = separator
        self.width: int | None = None
        self.single: frozenset[int] = frozenset()
        """Columns in which a line break is a mistake."""
        self._path, self._encoding = path, encoding
        self._size = max(1, path.stat().st_size)
        self._file: BinaryIO | None = None
        self.described = f"{encoding.upper()}, separator {SEPARATORS[separator]}"

    def rows(self) -> Iterator[Row]:
        """Give every row. Cells keep their blanks."""
        with self._path.open("rb") as self._file, self._text(self._file) as text:
            source = Returnable(lines(text))
            reader = csv.reader(source, delimiter=self.separator, strict=True)
            while True:
                source.start()
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error:
                    cells = None
                if cells is None or not self._fits(cells, len(source.taken)):
                    source.give_back_all_but_first()
                    cells = None
                yield Row(source.taken[0][0], cells)

    def read(self) -> float:
        """Say how far the file has been read, from 0 to 1."""
        if self._file is None or self._file.closed:
            return 1.0
        return self._file.tell() / self._size

    def _text(self, file: BinaryIO) -> io.TextIOWrapper:
        return io.TextIOWrapper(file, self._encoding, errors="replace", newline="")

    def _fits(self, cells: list[str], taken: int) -> bool:
        if self.width is None:
            return True
        if any(cells[self.width :]):  # a spreadsheet may leave empty cells at the end
            return False
        if taken == 1:
            return True
        broken = any("\n" in cell or "\r" in cell for at, cell in enumerate(cells) if at in self.single)
        return len(cells) >= self.width and not broken


def encoding_of(path: Path) -> str:
    """Name the encoding of the file at *path*.

    Raises:
        BadFile: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return guess(file)
    except OSError as error:
        raise BadFile(f"{path} cannot be read: {error.strerror}") from None
