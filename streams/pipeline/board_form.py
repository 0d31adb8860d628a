"""The stored form of a board: keys and values of its changelog records."""

import re
from functools import lru_cache
from typing import Annotated, NamedTuple, TypeVar

import msgspec

from streams.attendance.book import BookId
from streams.attendance.episodes import Announced
from streams.attendance.sessions import slot as slot_of
from streams.attendance.sessions import written
from streams.board.board import Board, Page
from streams.board.entries import Entries
from streams.board.roll import STRETCH
from streams.contract.sheets import KEY
from streams.errors import StoredFormUnknown
from streams.pipeline.forms import read_date

BOARD_FORM = 3  # since a roll is stored, and pages have places on it where 1 and 2 had pupils' keys
_NAMED = 2  # since a summary is written only where no page says the same; 1 had one for each register
_READ = (1, _NAMED, BOARD_FORM)

_KEY = re.compile(
    rb"([0-9]{6})/(?:board|roll/([0-9]{1,6})|([0-9]{4}-[0-9]{2}-[0-9]{2})/(AM|PM)/([0-9]{1,19}))"
)  # fmt: skip
_Place = Annotated[int, msgspec.Meta(ge=0, lt=1 << 24)]  # far beyond a sender that names everybody anew each time


class Key(NamedTuple):
    """What a record is about: a page, by session and offset; a stretch of the roll; or neither, which is a summary."""

    urn: int
    page: tuple[int, int] | None = None
    stretch: int | None = None

    @property
    def is_summary(self) -> bool:
        """Whether it is that of one."""
        return self.page is None and self.stretch is None


class _Page(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """`at` are places on the roll: the first one's of a row; in forms 1 and 2 pupils' keys, one behind the other.

    They are in the order of `codes`; `recorded` is in seconds since 1970.
    """

    form: int
    received_ms: int
    at: _Place | list[_Place] | str
    codes: bytes
    recorded: int | list[int]
    """One for all marks where they have the same."""


class _Stretch(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """`pupils` one behind the other, 26 characters each; of a place that is free `-`."""

    form: int
    pupils: str


class _Summary(msgspec.Struct, array_like=True, frozen=True):
    form: int
    book: tuple[str, int, str] | None
    announced: tuple[Announced, ...]
    retired: dict[str, tuple[int, int]]
    open_days: tuple[int, ...]
    first_ms: int
    last_ms: int
    latest: int


_Stored = TypeVar("_Stored", _Page, _Stretch, _Summary)
_pages, _summaries = msgspec.msgpack.Decoder(_Page), msgspec.msgpack.Decoder(_Summary)
_stretches = msgspec.msgpack.Decoder(_Stretch)
_encode = msgspec.msgpack.Encoder().encode


def page_key(urn: int, slot: int, offset: int) -> bytes:
    """Return the key of what the register at *offset* changed of one session."""
    return f"{urn}/{_written(slot)}/{offset}".encode()


_written = lru_cache(maxsize=4096)(written)


def summary_key(urn: int) -> bytes:
    """Return the key of a school's summary."""
    return b"%d/board" % urn


def stretch_key(urn: int, number: int) -> bytes:
    """Return the key of a stretch of a school's roll."""
    return b"%d/roll/%d" % (urn, number)


def read_key(key: bytes) -> Key:
    """Return what the key of a record says.

    Raises:
        StoredFormUnknown: it is no key of this version.
    """
    match = _KEY.fullmatch(key)
    if match is None:
        raise StoredFormUnknown("a changelog record has a key that this version cannot read")
    urn, stretch, day, half, offset = match.groups()
    page = None if day is None else (_slot_in(day, half), int(offset))
    return Key(int(urn), page, None if stretch is None else int(stretch))


@lru_cache(maxsize=4096)
def _slot_in(day: bytes, half: bytes) -> int:
    date = read_date(day.decode())
    if date is None:
        raise StoredFormUnknown("a changelog record has a key that this version cannot read")
    return slot_of(date, half.decode())


def page(new: Page) -> bytes:
    """Return the stored form of a page."""
    return _encode((BOARD_FORM, new.received_ms, new.marks.at, new.marks.codes, new.marks.recorded))


def named_page(old: Page, pupils: bytes) -> bytes:
    """Return the stored form of a page that names *pupils* by their keys."""
    return _encode((_NAMED, old.received_ms, pupils.decode("ascii"), old.marks.codes, old.marks.recorded))


def read_page(place: tuple[int, int], value: bytes) -> tuple[Page, bytes | None]:
    """Read a page back; where it names pupils by their keys it has no places, and those are beside it.

    Raises:
        StoredFormUnknown: it has a form that this version cannot read.
    """
    stored = _decoded(_pages, value)
    at, codes, recorded = stored.at, stored.codes, stored.recorded
    pupils = at.encode() if isinstance(at, str) else None
    whose = len(codes) if isinstance(at, int) else len(at) if pupils is None else len(pupils) / KEY
    if not whose == len(codes) == (len(codes) if isinstance(recorded, int) else len(recorded)):
        raise StoredFormUnknown("a stored page of a board has columns that are not of one length")
    return Page(*place, stored.received_ms, Entries([] if isinstance(at, str) else at, codes, recorded)), pupils


def stretch(pupils: bytes) -> bytes | None:
    """Return the stored form of a stretch of a roll, which is none where nobody is in it."""
    return _encode((BOARD_FORM, pupils.decode("ascii"))) if pupils else None


def read_stretch(value: bytes) -> bytes:
    """Return the keys in a stretch of a roll.

    Raises:
        StoredFormUnknown: it has a form that this version cannot read.
    """
    pupils = _decoded(_stretches, value).pupils.encode()
    if len(pupils) % KEY or len(pupils) > KEY * STRETCH:
        raise StoredFormUnknown("a stored roll has keys that are not whole, or too many")
    return pupils


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
            f"a stored board has form {form[0] if form else None}; this version reads 1, 2 and 3: "
            "run the version that wrote it, or rebuild the changelog from registers"
        )
