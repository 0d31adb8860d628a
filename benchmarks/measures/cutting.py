"""A log cut in parts by how many marks they have."""

from collections.abc import Iterable
from pathlib import Path

from benchmarks.log import Part


def size_of(line: bytes) -> int:
    """Give the number of marks of a register line of the invented log."""
    return line.count(b'"pupil"')


def cut(lines: Iterable[bytes], marks: list[int]) -> list[list[bytes]]:
    """Cut *lines* into parts of about so many *marks* each, whole registers, in order.

    Raises:
        ValueError: there are too few.
    """
    waiting, parts = iter(lines), list[list[bytes]]()
    for wanted in marks:
        part, taken = list[bytes](), 0
        while taken < wanted:
            line = next(waiting, None)
            if line is None:
                raise ValueError(f"{wanted:,} marks are wanted and {taken:,} are left: more sessions, or more pupils")
            part.append(line)
            taken += size_of(line)
        parts.append(part)
    return parts


def written(lines: list[bytes], file: Path) -> Part:
    """Write *lines* to *file*."""
    file.write_bytes(b"".join(line + b"\n" for line in lines))
    return Part(file, len(lines), sum(map(size_of, lines)))
