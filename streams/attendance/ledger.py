"""One pupil's marks, by school; the latest version of each wins. Held packed, a page a school and month.

A page is `form, width`, then rows in order of session: `position, code, seconds`. `position` is the session's place
in its month (0-61), `code` its index in `codes.CODES`, `seconds` how long after the session's date (midnight UTC,
two days of slack before it) the mark was recorded, in `width` bytes. A school month is about 250 bytes.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from streams.attendance.codes import NO_MARK
from streams.attendance.months import FLAGS, Month, cell, read
from streams.attendance.pages import HEAD, NO_PAGES, Packed, Pages
from streams.attendance.sessions import EPOCH_DAY, month_of, month_start, year_start
from streams.errors import StoredFormUnknown

PAGE_FORM = 1  # this version's stored form of a page; it reads this one only, being the first
MOST_ROWS = 62  # of a page: two sessions a day of a month
NARROW, WIDE = 4, 5  # bytes of `seconds`: 136 years, and all that a date can say
ROW = 2 + NARROW  # bytes of a row of a narrow page
EMPTY = bytes((PAGE_FORM, NARROW))
_SLACK = 2 * 86400  # a mark may be recorded a day before its session, in any offset
URN_BITS = 20
FIRST_URN = 100_000  # no school has a lower one


class Version(NamedTuple):
    """A held mark: its code's index, and the instant in whole seconds since 1970 at which it was recorded."""

    code: int
    recorded: int

    def beats(self, other: "Version") -> bool:
        """Whether this one holds over *other*: recorded later, or at the same instant with a better code."""
        return (self.recorded, -self.code) > (other.recorded, -other.code)


class Seat(NamedTuple):
    """Where a session at a school is kept: its page, its place there, and the instant that `seconds` count from."""

    page: int
    position: int
    base: int


@lru_cache(maxsize=8192)
def seat(slot: int, urn: int) -> Seat:
    """Return where session *slot* at school *urn* is kept. Page keys order by month."""
    month = month_of(slot)
    base = ((slot >> 1) - EPOCH_DAY) * 86400 - _SLACK
    return Seat(month << URN_BITS | urn, slot - month_start(month), base)


def key_parts(key: int) -> tuple[int, int]:
    """Return month (as `sessions.month_of`) and URN of a page key."""
    return key >> URN_BITS, key & (1 << URN_BITS) - 1


def checked(page: bytes) -> bytes:
    """Return *page* as it is.

    Raises:
        StoredFormUnknown: it has a form that this version cannot read.
    """
    if len(page) < HEAD or page[0] != PAGE_FORM or page[1] not in {NARROW, WIDE}:
        raise StoredFormUnknown(
            f"a stored page has form {page[0] if page else 'nothing'}; this version reads {PAGE_FORM}: "
            "run the version that wrote it, or rebuild the changelog from registers"
        )
    return page


def _fitting(page: bytes | None, seconds: int) -> bytes:
    """Return *page*, or a new one, in a width that holds *seconds*."""
    page = page or EMPTY
    return _widened(page) if page[1] == NARROW and seconds >> 8 * NARROW else page


def _widened(page: bytes) -> bytes:
    rows = [page[at : at + HEAD + NARROW] + b"\0" for at in range(HEAD, len(page), 2 + NARROW)]
    return bytes((PAGE_FORM, WIDE)) + b"".join(rows)


def with_rows(page: bytes, key: int, rows: bytes) -> bytes:
    """Return *page* with narrow *rows*, each in its place, the latest version of each session."""
    if page[1] == NARROW and rows[0] > (page[-ROW] if len(page) > HEAD else -1):
        return page + rows  # as they nearly always come: in order, after all others
    ledger = Ledger({key: page})
    month, urn = key_parts(key)
    for at in range(0, len(rows), ROW):
        slot = month_start(month) + rows[at]
        seconds = int.from_bytes(rows[at + 2 : at + ROW], "little")
        ledger.put(slot, urn, Version(rows[at + 1], seconds + seat(slot, urn).base))
    return ledger.pages[key]


class Ledger:
    """The pages of one pupil. Copies share pages, which are never changed in place."""

    __slots__ = ("dirty", "last", "pages")

    def __init__(self, pages: dict[int, bytes] | Pages | None = None, last: int | None = None) -> None:
        self.pages = pages if pages is not None else {}
        self.dirty: set[int] = set()
        self.last = self._last() if last is None else last
        """The latest session with any version, no mark included; -1 where there is none."""

    def _last(self) -> int:
        newest = max((key >> URN_BITS for key in self.pages), default=None)
        if newest is None:
            return -1
        ends = (page[-2 - page[1]] for page in self._pages_of(newest))
        return month_start(newest) + max(ends)

    def _pages_of(self, month: int) -> list[bytes]:
        return [self.pages[key] for key in self.pages if key >> URN_BITS == month]

    def copy(self) -> "Ledger":
        """Return a working copy with nothing marked as changed."""
        new = Ledger.__new__(Ledger)
        new.pages, new.last, new.dirty = self.pages.copy(), self.last, set()
        return new

    def append(self, slot: int, urn: int, version: Version) -> None:
        """Add a version for a session after every other in the ledger."""
        key, position, base = seat(slot, urn)
        seconds = version[1] - base
        page = _fitting(self.pages.get(key), seconds)
        self.pages[key] = page + bytes((position, version[0])) + seconds.to_bytes(page[1], "little")
        self.dirty.add(key)
        self.last = slot

    def put(self, slot: int, urn: int, version: Version) -> bool:
        """Take one version; return whether it now holds, where it did not before."""
        if slot > self.last:
            self.append(slot, urn, version)
            return True
        held = self.held(slot, urn)
        if held is not None and not version.beats(held):
            return False
        self._insert(seat(slot, urn), version)
        return True

    def _insert(self, where: Seat, version: Version) -> None:
        seconds = version.recorded - where.base
        page = _fitting(self.pages.get(where.page), seconds)
        size = 2 + page[1]
        positions = page[HEAD::size]
        at = HEAD + size * next((i for i, p in enumerate(positions) if p >= where.position), len(positions))
        after = at + size if at < len(page) and page[at] == where.position else at
        row = bytes((where.position, version.code)) + seconds.to_bytes(page[1], "little")
        self.pages[where.page] = page[:at] + row + page[after:]
        self.dirty.add(where.page)

    def turn(self, key: int, page: bytes, *, dirty: bool) -> None:
        """Take *page*, which was written elsewhere, and is closed; *dirty* where the changelog does not have it."""
        self.pages[key] = page
        if dirty:
            self.dirty.add(key)

    def open_page(self) -> int:
        """Return the key of the page that the latest session is in: of several schools any that has it."""
        month = month_of(self.last)
        keys = [key for key in self.pages if key >> URN_BITS == month]
        if len(keys) == 1:
            return keys[0]
        return max((page[-2 - page[1]], key) for key, page in zip(keys, self._pages_of(month), strict=True))[1]

    def held(self, slot: int, urn: int) -> Version | None:
        """Return the version held for a session at a school, or None."""
        key, position, base = seat(slot, urn)
        page = self.pages.get(key)
        if page is None:
            return None
        size = 2 + page[1]
        row = page[HEAD::size].find(position)
        if row < 0:
            return None
        at = HEAD + row * size
        return Version(page[at + 1], int.from_bytes(page[at + 2 : at + size], "little") + base)

    def versions(self) -> Iterator[tuple[int, int, Version]]:
        """Yield (slot, URN, version) of every held mark, no mark included."""
        for key, page in self.pages.items():
            month, urn = key_parts(key)
            start, size = month_start(month), 2 + page[1]
            for at in range(HEAD, len(page), size):
                slot = start + page[at]
                seconds = int.from_bytes(page[at + 2 : at + size], "little")
                yield slot, urn, Version(page[at + 1], seconds + seat(slot, urn).base)

    @staticmethod
    def cell_of(code: int) -> int:
        """Return the cell of a session in which one school holds *code*, which is not `-`."""
        return code | FLAGS[code]

    def cell(self, slot: int) -> int | None:
        """Return the child's cell in one session (as in `sessions`), or None where no school holds a mark."""
        month = month_of(slot)
        codes = [v.code for key in self.pages if key >> URN_BITS == month if (v := self.held(slot, key_parts(key)[1]))]
        return cell([code for code in codes if code != NO_MARK])

    def sessions(self, since: int = 0) -> list[tuple[int, int]]:
        """Return (slot, cell) of each session from slot *since* that has a child's mark, in order.

        A cell is the index of the best code over the schools, with the flags `SCHOOL_DAY` and `DUAL_GAP`.
        """
        first = month_of(since) if since else 0
        found: list[tuple[int, int]] = []
        for month, pages in self.pages_from(first).items():
            sessions = read(month_start(month), pages).sessions()
            found += [session for session in sessions if session[0] >= since] if month == first else sessions
        return found

    def packed(self, first: int = 0) -> Packed:
        """Return the pages of month *first* and of later ones, held close."""
        if not first and isinstance(self.pages, Pages):
            return self.pages.packed()
        return NO_PAGES.with_more({key: self.pages[key] for key in self.pages if key >> URN_BITS >= first})

    def pages_from(self, first: int) -> dict[int, list[bytes]]:
        """Return the pages of month *first* and of later ones, by month in order."""
        pages = self.pages if first or isinstance(self.pages, dict) else self.pages.whole()
        return {month: [pages[key] for key in keys] for month, keys in self._months() if month >= first}

    def months(self, first: int) -> Iterator[Month]:
        """Yield month *first* and the later ones that have a page, in order; read when they are asked for."""
        return (self._month(month, keys) for month, keys in self._months() if month >= first)

    def months_back(self, last: int) -> Iterator[Month]:
        """Yield the months with what is in them up to session *last*, the latest first."""
        end = month_of(last)
        its = (self._month(month, keys) for month, keys in reversed(self._months()) if month <= end)
        return (month.up_to(last) for month in its)

    def _months(self) -> tuple[tuple[int, tuple[int, ...]], ...]:
        """Return the months that have a page, in order, each with the keys of its pages."""
        return _by_month(tuple(self.pages))

    def _month(self, month: int, keys: Iterable[int]) -> Month:
        return read(month_start(month), [self.pages[key] for key in keys])

    def drop_all(self) -> None:
        """Drop every page."""
        self.dirty.update(self.pages)
        self.pages, self.last = {}, -1

    def drop_before(self, year: int) -> None:
        """Drop the pages before academic year *year*."""
        first = month_of(year_start(year))
        for key in [key for key in self.pages if key >> URN_BITS < first]:
            del self.pages[key]
            self.dirty.add(key)


@lru_cache(maxsize=1024)
def _by_month(keys: tuple[int, ...]) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Return the months of page *keys*, in order, each with its own: the same of all pupils of a class."""
    return tuple((month, tuple(its)) for month, its in groupby(sorted(keys), lambda key: key >> URN_BITS))
