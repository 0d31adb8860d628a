"""What every kind of file becomes: a table with a line number to each row. The nouns of this folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from streams.errors import Refuse


class BadFile(Refuse):
    """The file cannot be imported as it is; the message says what to do."""


@dataclass(frozen=True)
class Row:
    """One row: the number of its first line, from 1, and its cells as text; None where it could not be read."""

    line: int
    cells: list[str] | None


class Table(Protocol):
    """A file that can be read from its first row as often as one likes, giving the same rows each time."""

    described: str
    """Encoding and separator, or sheet, in words."""

    def rows(self) -> Iterator[Row]:
        """Give every row, what is above the header included."""
        ...

    def read(self) -> float:
        """Say how far the rows given last have come, from 0 to 1."""
        ...
