"""A log cut in parts by how many marks they have."""

from itertools import accumulate
from pathlib import Path

from benchmarks.log import Part


def size_of(line: bytes) -> int:
    """Give the number of marks of a register line of the invented log."""
    return line.count(b'"pupil"')


def cut(lines: list[bytes], marks: list[int]) -> list[list[bytes]]:
    """Cut *lines* into parts of about so many *marks* each, whole registers, in order.

    Raises:
        ValueError: there are too few.
    """
    ends = list(accumulate(marks))
    parts: list[list[bytes]] = [[] for _ in marks]
    part = taken = 0
    for line in lines:
        while part < len(ends) and taken >= ends[part]:
            part += 1
        if part == len(ends):
            break
        parts[part].append(line)
        taken += size_of(line)
    if taken < ends[-1]:
        raise ValueError(f"the log has {taken:,} marks, and {ends[-1]:,} are wanted: more sessions, or more pupils")
    return parts


def written(lines: list[bytes], file: Path) -> Part:
    """Write *lines* to *file*."""
    file.write_bytes(b"".join(line + b"\n" for line in lines))
    return Part(file, len(lines), sum(map(size_of, lines)))
