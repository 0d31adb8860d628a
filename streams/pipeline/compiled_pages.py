"""Changelog records of ledgers read many at once by compiled code: what that wants, and what it gives.

Most are pages, and those of a pupil often stand together: a run of them, and of what was announced, is read in one
piece. What is no ordinary page is left as it is, in its place. Nothing is read this way before `load`.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from streams.attendance.columns import Block
from streams.attendance.index import FACTOR
from streams.attendance.pages import Packed, packed_of
from streams.contract.sheets import KEY
from streams.pipeline import chains

NONE = -1
"""In the place of a page, or of a record: there is none."""
_FORMS, _LETTERS = 256, 1 << 16  # room to begin with
_KEY, _BEHIND = np.arange(KEY), np.zeros(KEY, "u1")  # a last key that is none may be shorter


class Room(NamedTuple):
    """What comes of records, to be filled.

    Of each page its key in `page`, its `record`, `form`, and how many `rows` it has. Of each run, a record or more,
    the `first` record, the record of what was `announced`, with which page it begins (`page_at`), and where in `short`
    its codes do; and where the last one ends.
    """

    page: Block
    record: Block
    form: Block
    rows: Block
    first: Block
    announced: Block
    page_at: Block
    short_at: Block
    short: Block


class Forms(NamedTuple):
    """Forms of pages (`attendance.pages`), each once: their `letters`, where each is `at`, and how many (`number[0]`).

    `table` is a hash table of them, a power of two, at most half full.
    """

    letters: Block
    at: Block
    table: Block
    number: Block
    factor: np.uint64


_kernel: Any = None


def load() -> None:
    """Load the compiled code: less than a second of CPU. Without numba there is none."""
    global _kernel  # noqa: PLW0603 - one for all that load in this process
    try:
        from streams.pipeline import kernel_pages  # noqa: PLC0415 - see above

        chains.load()
    except ImportError:
        return
    forms = _room_for(0, 1)
    kernel_pages.enter_again(forms)
    kernel_pages.read_pages(*_joined([b""]), *_joined([b""]), _room(1, 0), forms)
    _kernel = kernel_pages


def is_loaded() -> bool:
    """Whether the compiled code is."""
    return _kernel is not None


def _room_for(letters: int, forms: int) -> Forms:
    table = np.full(2 * forms, NONE, "<i4")
    return Forms(np.empty(letters, "u1"), np.zeros(forms + 1, "<i8"), table, np.zeros(1, "<i8"), FACTOR)


def _with_room(forms: Forms, more: int, letters: int) -> Forms:
    """Return the same *forms* with room for so many more, of so many letters."""
    number = int(forms.number[0])
    used = int(forms.at[number])
    if number + more < len(forms.at) and used + letters <= len(forms.letters):
        return forms
    size = len(forms.table) // 2
    while size < number + more:
        size *= 2
    wider = _room_for(max(2 * used, used + letters), size)
    wider.letters[:used], wider.at[: number + 1], wider.number[0] = forms.letters[:used], forms.at[: number + 1], number
    _kernel.enter_again(wider)
    return wider


class Reader:
    """Reads records, and holds the forms of all their pages."""

    def __init__(self) -> None:
        self._forms = _room_for(_LETTERS, _FORMS)
        self._made: dict[int, bytes] = {}  # by number, those that were asked for

    def read(self, keys: Sequence[bytes], values: Sequence[bytes | None]) -> "Found":
        """Read records. The compiled code must be loaded."""
        names, key_at = _joined(keys)
        pages, value_at = _joined([value or b"" for value in values])
        room = _room(len(keys), len(pages))
        self._forms = _with_room(self._forms, len(keys), len(pages))
        found = _kernel.read_pages(names, key_at, pages, value_at, room, self._forms)
        first = room.first[:found]
        pupils = np.concatenate([names, _BEHIND])[key_at[first][:, np.newaxis] + _KEY].tobytes()
        return Found(pupils, first.tolist(), _other(room, found), Runs(self, values, room, found))

    @property
    def forms(self) -> int:
        """How many forms there are."""
        return int(self._forms.number[0])

    def form(self, number: int) -> bytes:
        """Return a form by its number."""
        form = self._made.get(number)
        if form is None:
            start, end = self._forms.at[number : number + 2].tolist()
            form = self._made[number] = self._forms.letters[start:end].tobytes()
        return form


class Runs:
    """Runs of pages and of what was announced, by number, held close: whose they are is not said."""

    def __init__(self, reader: Reader, values: Sequence[bytes | None], room: Room, found: int) -> None:
        announced = room.announced[:found].tolist()
        self.announced = [None if record == NONE else values[record] for record in announced]
        """What was announced, as stored; None where a run says nothing of it."""
        pages, short = int(room.page_at[found]), int(room.short_at[found])
        self._reader = reader
        self._page_at, self._short_at = (
            room.page_at[: found + 1].astype("<i4"),
            room.short_at[: found + 1].astype("<i4"),
        )
        self._page, self._form = room.page[:pages].copy(), room.form[:pages].astype("<i4")
        self._rows, self._short = room.rows[:pages].tobytes(), room.short[:short].tobytes()

    def pages(self, run: int) -> Packed:
        """Return the pages of a run."""
        first, end = self._page_at[run : run + 2].tolist()
        start, stop = self._short_at[run : run + 2].tolist()
        forms = map(self._reader.form, self._form[first:end].tolist())
        return packed_of(self._page[first:end].tolist(), forms, self._rows[first:end], self._short[start:stop])


class Found(NamedTuple):
    """What some records were: whose the `runs` are, and with which record each begins (`first`).

    `pupils` are their keys, one behind the other. Those of number `other` are one record each, of which nothing more is
    said; their pupil means nothing.
    """

    pupils: bytes
    first: list[int]
    other: list[int]
    runs: Runs


def _other(room: Room, found: int) -> list[int]:
    """Return which runs are neither pages nor what was announced."""
    none: list[int] = np.flatnonzero(
        (np.diff(room.page_at[: found + 1]) == 0) & (room.announced[:found] == NONE)
    ).tolist()
    return none


def _joined(parts: Sequence[bytes]) -> tuple[Block, Block]:
    """Return *parts* joined, to be written in, and where each begins and the last ends."""
    at = np.zeros(len(parts) + 1, "<i8")
    np.cumsum(np.fromiter(map(len, parts), "<i8", len(parts)), out=at[1:])
    return np.frombuffer(bytearray().join(parts), "u1"), at


def _room(records: int, size: int) -> Room:
    numbers = np.empty((7, records + 1), "<i8")
    page, record, form, first, announced, page_at, short_at = numbers
    return Room(page, record, form, np.empty(records, "u1"), first, announced, page_at, short_at, np.empty(size, "u1"))
