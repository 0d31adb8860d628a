"""Lines of a text file, none held that is longer than any row could be, with a way back for lines taken too hastily."""

import csv
from collections import deque
from collections.abc import Iterator
from typing import TextIO

MAX_LINE = 65_536  # characters
MAX_LINES = 20  # of one row, which has line breaks in quotes

Line = tuple[int, str | None]
"""A line's number, from 1, and its text with its end; None where it is too long."""


def lines(text: TextIO) -> Iterator[Line]:
    """Give the lines of *text*, opened with `newline=""`; one that is too long without its text."""
    number = 0
    while piece := text.readline(MAX_LINE):
        number += 1
        whole = len(piece) < MAX_LINE
        if not whole:
            _skip_rest(text, piece)
        yield number, piece if whole else None


def _skip_rest(text: TextIO, piece: str) -> None:
    while piece and not piece.endswith(("\n", "\r")):
        piece = text.readline(MAX_LINE)


class Returnable:
    """Lines one by one, as a `csv` reader wants them; remembers those taken since `start`, and takes them back."""

    def __init__(self, numbered: Iterator[Line]) -> None:
        self._numbered = numbered
        self._returned: deque[Line] = deque()
        self.taken: list[Line] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MAX_LINES:
            raise csv.Error("a row of too many lines")
        line = self._returned.popleft() if self._returned else next(self._numbered)
        self.taken.append(line)
        if line[1] is None:
            raise csv.Error("a line that is too long")
        return line[1]

    def start(self) -> None:
        """Begin a new row."""
        self.taken = []

    def give_back_all_but_first(self) -> None:
        """Take back the lines of a row that was none, less its first, so that no other row is lost with it."""
        self._returned.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]
