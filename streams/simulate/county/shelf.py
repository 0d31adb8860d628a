"""Where a year of codes lies until its days come: a temporary file, so that memory does not grow with the county."""

import os
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager
from itertools import accumulate
from typing import NamedTuple

from streams.simulate.county.enrolments import Enrolment


class Place(NamedTuple):
    """Where one school lies: its keys from `keys` on, its codes from `codes` on, its forms' first seats and the end."""

    keys: int
    codes: int
    width: int
    seats: tuple[int, ...]


class Shelf(AbstractContextManager["Shelf"]):
    """Keeps schools: for each session one byte a seat, in the order of forms; the file is gone when it is closed."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="firstbell-county-")  # noqa: SIM115 - closed by __exit__
        self._end = 0

    def __exit__(self, *_: object) -> None:
        """Close the file, which removes it."""
        self._file.close()

    def put(self, enrolments: Sequence[Enrolment], keys: Sequence[str], forms: int) -> Place:
        """Put the year of a school away; *keys* are what its children are named by, all of one length."""
        order = sorted(range(len(enrolments)), key=lambda seat: enrolments[seat].form)
        counts = [0] * forms
        for enrolment in enrolments:
            counts[enrolment.form] += 1
        named = self._write("".join(keys[seat] for seat in order).encode("ascii"))
        codes = self._write(b"".join(map(bytes, zip(*(enrolments[seat].codes for seat in order), strict=True))))
        return Place(named, codes, len(keys[0]) if keys else 0, (0, *accumulate(counts)))

    def keys(self, place: Place, form: int) -> list[str]:
        """Return what the children of a form are named by."""
        first, last, width = place.seats[form], place.seats[form + 1], place.width
        text = self._read(place.keys + first * width, (last - first) * width).decode("ascii")
        return [text[n : n + width] for n in range(0, len(text), width)]

    def codes(self, place: Place, form: int, session: int) -> bytes:
        """Return the codes of a form in a session, in the order of its keys."""
        first, last = place.seats[form], place.seats[form + 1]
        return self._read(place.codes + session * place.seats[-1] + first, last - first)

    def _write(self, value: bytes) -> int:
        self._file.write(value)
        self._file.flush()
        self._end += len(value)
        return self._end - len(value)

    def _read(self, offset: int, size: int) -> bytes:
        return os.pread(self._file.fileno(), size, offset)
