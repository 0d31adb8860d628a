"""What is known of schools, from a file: one school a line, as JSON."""

from pathlib import Path

import msgspec

from streams.board.school import School, Schools, decode_school
from streams.errors import Refuse


def read_schools(path: Path) -> Schools:
    """Read the schools of *path*; of two lines about one school the later one holds.

    Raises:
        Refuse: the file cannot be read, or a line is no school; says which and why.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise Refuse(f"{path} cannot be read: {error.strerror}") from None
    return Schools(_school(path, number, line) for number, line in enumerate(lines, 1) if line.strip())


def _school(path: Path, number: int, line: bytes) -> School:
    try:
        return decode_school(line)
    except msgspec.DecodeError as error:
        raise Refuse(f"{path}, line {number}: no school: {error}") from None
    except UnicodeDecodeError:
        raise Refuse(f"{path}, line {number}: no school: not UTF-8 text") from None
