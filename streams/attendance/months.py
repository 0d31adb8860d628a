"""What a child's month comes to: a byte for each session that has a mark, the best of all schools that hold one.

A cell is the index of the best code in `codes.CODES`, with flags.
"""

from bisect import bisect_right
from typing import NamedTuple

from streams.attendance.codes import DUAL, NO_MARK, NO_SCHOOL_DAY
from streams.attendance.pages import HEAD

SCHOOL_DAY = 64  # flag of a cell: this session makes its date a school day
DUAL_GAP = 128  # flag of a cell: two or more schools hold a mark here, and all are D
CODE = 63  # the bits of a cell that are the child's code
FLAGS = tuple(0 if code in NO_SCHOOL_DAY else SCHOOL_DAY for code in range(NO_MARK + 1))
"""By code: `SCHOOL_DAY` where it makes its date one."""
_CELLS = bytes([code | FLAGS[code] for code in range(NO_MARK + 1)]).ljust(256, b"\0")
_NO_MARK = bytes((NO_MARK,))


class Month(NamedTuple):
    """The sessions of a month that have a child's mark, in order, a byte each: `start` + position is a slot."""

    start: int
    positions: bytes
    cells: bytes

    def sessions(self) -> list[tuple[int, int]]:
        """Return them as (slot, cell)."""
        return [(self.start + position, cell) for position, cell in zip(self.positions, self.cells, strict=True)]

    def up_to(self, last: int) -> "Month":
        """Return only those up to session *last*."""
        end = bisect_right(self.positions, last - self.start)
        return Month(self.start, self.positions[:end], self.cells[:end])


def read(start: int, pages: list[bytes]) -> Month:
    """Return the sessions of a month that begins with slot *start*, of all its *pages*."""
    if len(pages) > 1:
        return _merged(start, pages)
    (page,) = pages
    size = 2 + page[1]
    positions, codes = page[HEAD::size], page[HEAD + 1 :: size]
    if NO_MARK in codes:
        positions = bytes([position for position, code in zip(positions, codes, strict=True) if code != NO_MARK])
        codes = codes.replace(_NO_MARK, b"")
    return Month(start, positions, codes.translate(_CELLS))


def _merged(start: int, pages: list[bytes]) -> Month:
    codes: dict[int, list[int]] = {}
    for page in pages:
        for position, code in zip(page[HEAD :: 2 + page[1]], page[3 :: 2 + page[1]], strict=True):
            if code != NO_MARK:
                codes.setdefault(position, []).append(code)
    cells = {position: found for position in sorted(codes) if (found := cell(codes[position])) is not None}
    return Month(start, bytes(cells), bytes(cells.values()))


def cell(codes: list[int]) -> int | None:
    """Return the cell of a session in which schools hold *codes*; None where none does."""
    if not codes:
        return None
    best = min(codes)
    school_day = SCHOOL_DAY if any(FLAGS[code] for code in codes) else 0
    gap = DUAL_GAP if best == DUAL and len(codes) > 1 else 0
    return best | school_day | gap
