"""Pages of ledgers loaded many at once by compiled code: changelog records in, each pupil's pages out, held close.

The records of a load are mostly pages, and those of a pupil often stand together: such a run is made into `Packed` in
one piece. What is no ordinary page is left as it is, in its place. Nothing is read this way before `load`.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from streams.attendance.columns import Block
from streams.attendance.pages import Packed, packed_of
from streams.contract.sheets import KEY

Record = tuple[bytes, bytes | None]
"""Key and value of a changelog record; no value is a tombstone."""

OTHER = -1
"""In the place of a page: the record is none, or not an ordinary one."""


class Room(NamedTuple):
    """What comes of records, to be filled.

    Of each record the key of its `page`, and how many `rows` that has. Of each run, a record or more, the `first`
    record, and where in `short` its codes begin; and where the last one ends.
    """

    page: Block
    rows: Block
    first: Block
    short_at: Block
    short: Block


class Run(NamedTuple):
    """Pages of one *pupil* that came one after the other; or where `packed` is None the record of this number."""

    record: int
    pupil: str = ""
    packed: Packed | None = None


_read_pages: Callable[[Block, Block, Block, Block, Room], int] | None = None


def load() -> None:
    """Load the compiled code: less than a second of CPU. Without numba there is none."""
    global _read_pages  # noqa: PLW0603 - one for all that load in this process
    try:
        from streams.pipeline.kernel_pages import read_pages  # noqa: PLC0415 - see above
    except ImportError:
        return
    read_pages(*_joined([b""]), *_joined([b""]), _room(1, 0))
    _read_pages = read_pages


def is_loaded() -> bool:
    """Whether the compiled code is."""
    return _read_pages is not None


def runs(records: Sequence[Record]) -> Iterator[Run]:
    """Yield what *records* are, in order; no page is changed. Each is by itself where the code is not loaded."""
    if _read_pages is None:
        yield from map(Run, range(len(records)))
        return
    keys, key_at = _joined([key for key, _ in records])
    values, value_at = _joined([value or b"" for _, value in records])
    room = _room(len(records), len(values))
    found = _read_pages(keys, key_at, values, value_at, room)
    yield from _runs(keys.tobytes().decode("latin-1"), key_at.tolist(), values.tobytes(), value_at.tolist(), room, found)


def _runs(
    keys: str, key_at: list[int], forms: bytes, form_at: list[int], room: Room, found: int
) -> Iterator[Run]:
    pages, rows, short = room.page.tolist(), room.rows.tobytes(), room.short.tobytes()
    first, short_at = room.first[: found + 1].tolist(), room.short_at[: found + 1].tolist()
    for record, end, start, stop in zip(first, first[1:], short_at, short_at[1:], strict=False):
        if pages[record] == OTHER:
            yield Run(record)
            continue
        ends = form_at[record + 1 : end + 1]
        its = [forms[a:b] for a, b in zip(form_at[record:end], ends, strict=True)]
        packed = packed_of(pages[record:end], its, rows[record:end], short[start:stop])
        yield Run(record, keys[key_at[record] : key_at[record] + KEY], packed)


def _joined(parts: list[bytes]) -> tuple[Block, Block]:
    """Return *parts* joined, to be written in, and where each begins and the last ends."""
    at = np.zeros(len(parts) + 1, "<i8")
    np.cumsum(np.fromiter(map(len, parts), "<i8", len(parts)), out=at[1:])
    return np.frombuffer(bytearray().join(parts), "u1"), at


def _room(records: int, size: int) -> Room:
    page, first, short_at = np.empty((3, records + 1), "<i8")
    return Room(page[:records], np.zeros(records, "u1"), first, short_at, np.empty(size, "u1"))
