"""Marks on disk, put in any order and taken by session and school; and the rows that were refused, by line.

SQLite with a file that has no name (it is gone when the process ends, however that ends) and that only its owner could
open. Memory is bounded by `_CACHE`; the disk holds about 150 bytes a mark, twice that while they are sorted.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby, islice
from typing import Self

from streams.edge.files.rows import MarkRow, Reject
from streams.edge.files.table import BadFile
from streams.edge.grouping import MAX_MARKS

_CACHE = 64 << 10  # KiB
_AT_ONCE = 5_000  # rows

_TABLES = f"""
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE; PRAGMA cache_size = -{_CACHE};
CREATE TABLE marks (slot INTEGER, urn INTEGER, line INTEGER, pupil, code, minutes, recorded_at);
CREATE TABLE rejects (line INTEGER PRIMARY KEY, reason TEXT, detail TEXT);
"""


class Shelf:
    """A place on disk for one file's marks; to be closed."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(_TABLES)
        self._waiting: list[MarkRow] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def put(self, mark: MarkRow) -> None:
        """Put one mark.

        Raises:
            BadFile: the disk is full.
        """
        self._waiting.append(mark)
        if len(self._waiting) >= _AT_ONCE:
            self._write()

    def refuse(self, rejects: Iterable[Reject]) -> None:
        """Put rows that are not taken; likewise."""
        with _room():
            self._db.executemany("INSERT INTO rejects VALUES (?, ?, ?)", rejects)

    def registers(self) -> Iterator[list[MarkRow]]:
        """Give the marks of each session and school, in their order and within it in that of the file.

        More than a register holds come in several lists.
        """
        self._write()
        with _room():
            sorted_ = map(MarkRow._make, self._db.execute("SELECT * FROM marks ORDER BY slot, urn, line"))
            for _, marks in groupby(sorted_, lambda mark: mark[:2]):
                while some := list(islice(marks, MAX_MARKS)):
                    yield some

    def rejects(self) -> Iterator[Reject]:
        """Give the rows not taken, by line."""
        return map(Reject._make, self._db.execute("SELECT * FROM rejects ORDER BY line"))

    def _write(self) -> None:
        with _room():
            self._db.execute("BEGIN")
            self._db.executemany("INSERT INTO marks VALUES (?, ?, ?, ?, ?, ?, ?)", self._waiting)
            self._db.execute("COMMIT")
        self._waiting.clear()


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise BadFile(f"no room to sort the file on disk ({error}); name another folder in TMPDIR") from None
