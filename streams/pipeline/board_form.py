"""The stored form of a board: keys and values of its changelog records."""

import re
from functools import lru_cache
from typing import TypeVar

import msgspec

from streams.attendance.book import BookId
from streams.attendance.episodes import Announced
from streams.attendance.sessions import slot as slot_of
from streams.attendance.sessions import written
from streams.board.board import Board, Page
from streams.board.entries import Entries
from streams.contract.sheets import KEY
from streams.errors import StoredFormUnknown
from streams.pipeline.forms import read_date

BOARD_FORM = 2  # since a summary is written only where no page says the same; 1 had one for each register
_READ = (1, BOARD_FORM)

_KEY = re.compile(rb"([0-9]{6})/(?:board|([0-9]{4}-[0-9]{2}-[0-9]{2})/(AM|PM)/([0-9]{1,19}))")


class _Page(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """`pupils` one after the other, 26 characters each, in the order of `codes`; `recorded` in seconds since 1970."""

    form: int
    received_ms: int
    pupils: str
    codes: bytes
    recorded: int | list[int]
    """One for all marks where they have the same."""


class _Summary(msgspec.Struct, array_like=True, frozen=True):
    form: int
    book: tuple[str, int, str] | None
    announced: tuple[Announced, ...]
    retired: dict[str, tuple[int, int]]
    open_days: tuple[int, ...]
    first_ms: int
    last_ms: int
    latest: int


_Stored = TypeVar("_Stored", _Page, _Summary)
_pages, _summaries = msgspec.msgpack.Decoder(_Page), msgspec.msgpack.Decoder(_Summary)
_encode = msgspec.msgpack.Encoder().encode


def page_key(urn: int, slot: int, offset: int) -> bytes:
    """Return the key of what the register at *offset* changed of one session."""
    return f"{urn}/{_written(slot)}/{offset}".encode()


_written = lru_cache(maxsize=4096)(written)


def summary_key(urn: int) -> bytes:
    """Return the key of a school's summary."""
    return b"%d/board" % urn


def read_key(key: bytes) -> tuple[int, tuple[int, int] | None]:
    """Return a key's URN, and of a page its session and offset.

    Raises:
        StoredFormUnknown: it is no key of this version.
    """
    match = _KEY.fullmatch(key)
    day = match and match[2] and read_date(match[2].decode())
    if match is None or (match[2] and not day):
        raise StoredFormUnknown("a changelog record has a key that this version cannot read")
    return int(match[1]), (slot_of(day, match[3].decode()), int(match[4])) if day else None


def page(new: Page) -> bytes:
    """Return the stored form of a page."""
    marks = new.marks
    return _encode((BOARD_FORM, new.received_ms, marks.pupils.decode("ascii"), marks.codes, marks.recorded))


def read_page(place: tuple[int, int], value: bytes) -> Page:
    """Read a page back.

    Raises:
        StoredFormUnknown: it has a form that this version cannot read.
    """
    stored = _decoded(_pages, value)
    marks = Entries(stored.pupils.encode(), stored.codes, stored.recorded)
    if not len(marks.pupils) == KEY * len(marks.codes) == KEY * len(marks.times):
        raise StoredFormUnknown("a stored page of a board has columns that are not of one length")
    return Page(*place, stored.received_ms, marks)


def summary(board: Board) -> bytes:
    """Return the stored form of what was announced, with which rule book, and of when the school was heard."""
    return _encode(
        _Summary(
            BOARD_FORM, board.book, board.announced, board.retired,
            board.open_days, board.first_ms, board.last_ms, board.latest,
        )
    )  # fmt: skip


def read_summary(board: Board, value: bytes) -> None:
    """Take over a stored summary. Pages may have told the board already of later registers.

    Raises:
        StoredFormUnknown: it has a form that this version cannot read.
    """
    stored = _decoded(_summaries, value)
    board.book = BookId(*stored.book) if stored.book else None
    board.announced, board.retired, board.open_days = stored.announced, stored.retired, stored.open_days
    board.first_ms = stored.first_ms
    board.last_ms, board.latest = max(board.last_ms, stored.last_ms), max(board.latest, stored.latest)


def _decoded(decoder: msgspec.msgpack.Decoder[_Stored], value: bytes) -> _Stored:
    try:
        stored = decoder.decode(value)
    except msgspec.DecodeError:
        _check(msgspec.msgpack.decode(value, type=list)[:1] if value else [])
        raise
    _check([stored.form])
    return stored


def _check(form: list[object]) -> None:
    if not form or form[0] not in _READ:
        raise StoredFormUnknown(
            f"a stored board has form {form[0] if form else None}; this version reads {_READ[0]} and {BOARD_FORM}: "
            "run the version that wrote it, or rebuild the changelog from registers"
        )
