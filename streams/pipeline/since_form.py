"""What is stored of a since record (`pipeline.since`): its key, and rows of pages with their pupils."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
import numpy as np

from streams.attendance.columns import Block
from streams.contract.sheets import KEY, keys_in
from streams.errors import StoredFormUnknown

SINCE_FORM = 1  # this version's stored form of a since record; it reads this one only, being the first
SINCE = "since/"
"""How the keys of since records begin."""

MOST_ROWS = 5_000  # of a since record: 200 kB, of which much is alike


class Rows(NamedTuple):
    """Rows that were added at the ends of pages, in columns: whose, to which page, in how many bytes; and the bytes."""

    pupils: list[str]
    pages: list[int]
    sizes: list[int]
    rows: bytes

    def parts(self) -> "Iterator[Rows]":
        """Yield these rows in parts of `MOST_ROWS` pupils at most."""
        if 0 < len(self.pupils) <= MOST_ROWS:
            yield self
            return
        start = 0
        for at in range(0, len(self.pupils), MOST_ROWS):
            part = slice(at, at + MOST_ROWS)
            end = start + sum(self.sizes[part])
            yield Rows(self.pupils[part], self.pages[part], self.sizes[part], self.rows[start:end])
            start = end


class Read(NamedTuple):
    """Rows as they were read: the pupils' keys one behind the other, each one's page, and where its rows end."""

    letters: bytes
    pages: Block
    ends: Block
    rows: bytes

    def of(self, number: int) -> tuple[int, bytes]:
        """Return a page, and the rows for it."""
        start = int(self.ends[number - 1]) if number else 0
        return int(self.pages[number]), self.rows[start : int(self.ends[number])]

    def each(self) -> Iterator[tuple[str, int, bytes]]:
        """Yield pupil, page and rows."""
        for number, pupil in enumerate(keys_in(self.letters)):
            yield pupil, *self.of(number)


class _Record(msgspec.Struct, array_like=True, frozen=True):
    form: int
    pupils: bytes
    pages: list[int]
    sizes: list[int]
    rows: bytes


_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(_Record)


def encode_rows(rows: Rows) -> bytes:
    """Return the value of a since record."""
    return _encode(_Record(SINCE_FORM, "".join(rows.pupils).encode("ascii"), rows.pages, rows.sizes, rows.rows))


def decode_rows(value: bytes) -> Read:
    """Return the rows of a since record.

    Raises:
        StoredFormUnknown: it has a form that this version cannot read.
    """
    try:
        record = _decoder.decode(value)
    except msgspec.DecodeError:
        _check(msgspec.msgpack.decode(value, type=list)[:1] if value else [])
        raise
    _check([record.form])
    pages, sizes = np.array(record.pages, "<i8"), np.array(record.sizes, "<i4")
    if not len(record.pupils) == KEY * len(pages) == KEY * len(sizes):
        raise StoredFormUnknown("a stored since record has columns that are not of one length")
    return Read(record.pupils, pages, np.cumsum(sizes, dtype="<i4"), record.rows)


def _check(form: list[object]) -> None:
    if form != [SINCE_FORM]:
        raise StoredFormUnknown(
            f"a stored since record has form {form[0] if form else None}; this version reads {SINCE_FORM}: "
            "run the version that wrote it, or rebuild the changelog from registers"
        )


def since_key(number: int) -> bytes:
    """Return the key of a since record."""
    return f"{SINCE}{number:010}".encode()


def number_of(key: bytes) -> int:
    """Return the number of a since record.

    Raises:
        StoredFormUnknown: it is none.
    """
    digits = key[len(SINCE) :]
    if not digits.isdigit():
        raise StoredFormUnknown("a changelog record has a key that this version cannot read")
    return int(digits)
