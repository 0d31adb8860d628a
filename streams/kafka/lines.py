"""Lines of a file as bytes, never holding more of one than could be a register."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_SKIPPED_AT_ONCE = 1 << 20


@dataclass(frozen=True)
class Line:
    """One line: its number from 1, its bytes less the line end, and its size in bytes.

    `value` is None where the line is larger than the most that was asked for; `timestamp_ms` is the time stamp to send
    it with, in milliseconds since 1970, 0 for now.
    """

    number: int
    value: bytes | None
    size: int
    timestamp_ms: int = 0


def lines(file: BinaryIO, most: int) -> Iterator[Line]:
    """Give the lines of *file* that are not blank; those above *most* bytes without their bytes."""
    number = 0
    while piece := file.readline(most + 2):
        number += 1
        value = piece.rstrip(b"\r\n")
        if len(value) > most:
            yield Line(number, None, len(value) + _skip_rest(piece, file))
        elif value.strip():
            yield Line(number, value, len(value))


def _skip_rest(piece: bytes, file: BinaryIO) -> int:
    """Read on to the end of the line; give the bytes skipped."""
    skipped = 0
    while piece and not piece.endswith(b"\n"):
        piece = file.readline(_SKIPPED_AT_ONCE)
        skipped += len(piece.rstrip(b"\r\n"))
    return skipped
