"""One partition's pupils in memory.

Stored form, one changelog record a page: key `PUPIL/YYYY-MM/URN`, value the page (`attendance.ledger`); and one a
pupil for what was announced: key `PUPIL/announced`, value the summary (`attendance.pupil`). A page that left the
ledger is a tombstone. Beside them this partition's part of the list of the erased: key `erased/HASH`, value as
`pipeline.erased` has it; and since records, rows of pages that are not written yet (`pipeline.since`).
"""

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import lru_cache

from streams.attendance.hand import Hand
from streams.attendance.ledger import URN_BITS, checked
from streams.attendance.pupil import Pupil
from streams.attendance.roll import Roll
from streams.attendance.screen import Screen
from streams.attendance.walk import Engine
from streams.contract.sheets import KEY
from streams.errors import StoredFormUnknown
from streams.pipeline import compiled_pages
from streams.pipeline.audit import look_over
from streams.pipeline.erased import Erased
from streams.pipeline.laid import Laid, RowPieces, RunPieces, put_rows
from streams.pipeline.refusals import OriginOf
from streams.pipeline.since import Since
from streams.pipeline.since_form import SINCE, decode_rows, number_of
from streams.pipeline.speed import ORDINARY, FastPath, Speed
from streams.pipeline.stored import ERASED
from streams.pipeline.work import Work

_ERASED, _SINCE = ERASED.encode(), SINCE.encode()
_PUPIL = re.compile(r"[a-z2-7]{26}")
_REST = re.compile(rb"/(?:announced|([0-9]{4})-(0[1-9]|1[0-2])/([0-9]{6}))")


class Ledgers:
    """The pupils of one partition (or of all, in a replay).

    `origin_of` names where a register came from in a dead letter; `erased` is the list of those whose marks are not
    kept, empty and without a key if not given; `speed` says when the fast path is worth it, and `since` keeps the since
    records. `hand` is what a batch has in hand: `straight.Straight` where each is committed.
    """

    def __init__(
        self,
        engine: Engine,
        origin_of: OriginOf,
        erased: Erased | None = None,
        *,
        speed: Speed = ORDINARY,
        since: Since | None = None,
        hand: Callable[[Roll], Hand] = Hand,
    ) -> None:
        self.engine = engine
        self.origin_of = origin_of
        self.erased = Erased() if erased is None else erased
        self._since = Since() if since is None else since
        self._roll = Roll(Screen(engine))
        self._hand = hand(self._roll)
        self._fast = FastPath(self._roll.screen, speed)
        self._laid = Laid()

    def __len__(self) -> int:
        return len(self._roll) + len(self._laid)

    def load_all(self, keys: Sequence[bytes], values: Sequence[bytes | None]) -> None:
        """Take changelog records, in order: as `load` does one by one, in a fraction of the time.

        Raises:
            StoredFormUnknown, NoErasureKey: likewise.
        """
        if not compiled_pages.is_loaded():
            for key, value in zip(keys, values, strict=True):
                self.load(key, value)
            return
        found, begin = self._laid.reader.read(keys, values), 0
        pieces = RunPieces(found.runs)
        for other in found.other:
            self._laid.lay(found.pupils[KEY * begin : KEY * other], pieces, begin)
            self._load_beside(keys[found.first[other]], values[found.first[other]])
            begin = other + 1
        self._laid.lay(found.pupils[KEY * begin :], pieces, begin)
        self._fast.expect(len(self._laid))

    def _load_beside(self, key: bytes, value: bytes | None) -> None:
        """Take a record that is no ordinary page; the rows of a since record are laid by."""
        if value is None or not key.startswith(_SINCE):
            self.load(key, value)
            return
        rows = decode_rows(value)
        self._laid.lay(rows.letters, RowPieces(rows))
        self._since.load(number_of(key), rows)

    def load(self, key: bytes, value: bytes | None) -> None:
        """Take one changelog record, in order; None is a tombstone.

        Raises:
            StoredFormUnknown: key or value has a form that this version cannot read.
            NoErasureKey: it is of the list of the erased, which was made with another key.
        """
        if key[KEY : KEY + 1] != b"/":
            self._load_other(key, value)
            return
        page, pupil = _page_in(key[KEY:]), key[:KEY].decode("latin-1")
        stored = self._laid.to_change(_checked_name(pupil))
        self._fast.expect(len(self._laid))
        if page is None:
            stored.summary = value
        elif value is not None:
            stored.pages.load(page, checked(value))
            return
        else:
            stored.pages.pop(page, None)
        if value is None and not stored.pages and stored.summary is None:
            self._laid.pop(pupil)

    def _load_other(self, key: bytes, value: bytes | None) -> None:
        """Take a record that is of no one pupil."""
        if key.startswith(_ERASED):
            self.erased.load(key.decode("ascii").removeprefix(ERASED), value)
        elif key.startswith(_SINCE):
            self._load_since(number_of(key), value)
        else:
            raise StoredFormUnknown("a changelog record has a key that this version cannot read")

    def _load_since(self, number: int, value: bytes | None) -> None:
        if value is None:
            self._since.drop(number)
            return
        rows = decode_rows(value)
        for pupil, page, added in rows.each():
            put_rows(self._laid.to_change(pupil), page, added)
        self._since.load(number, rows)

    def get(self, key: str) -> Pupil | None:
        """Return a pupil's state, or None where there is none; not to be changed."""
        self._fetch(key)
        return self._roll.get(key)

    def _fetch(self, key: str) -> None:
        stored = self._laid.pop(key)
        if stored is not None:
            self._roll.put([stored.pupil(key)])

    def look_over(self, key: str, *, plainly: bool) -> Generator[None, None, list[str]]:
        """Recompute a pupil's episodes in small steps; give the rules in which something else was announced.

        What was loaded and has had no mark since is looked at and left as it is.
        """
        stored = self._laid.get(key)
        pupil = self._roll.get(key) if stored is None else stored.pupil(key)
        if pupil is None:
            return []
        drifts = yield from look_over(pupil, self.engine, plainly=plainly)
        return [drift.rule for drift in drifts]

    def keys(self) -> Iterator[str]:
        """Yield the key of every pupil."""
        yield from self._roll
        yield from self._laid

    def work(self) -> Work:
        """Begin a batch; the one before is over, whether it was committed or not."""
        return Work(
            self._hand,
            self._fetch,
            self.origin_of,
            self.erased,
            pupils=self.__len__,
            since=self._since,
            fast=self._fast,
        )


def _checked_name(pupil: str) -> str:
    if _PUPIL.fullmatch(pupil) is None:
        raise StoredFormUnknown("a changelog record has a key that this version cannot read")
    return pupil


@lru_cache(maxsize=8192)
def _page_in(rest: bytes) -> int | None:
    """Return the page key that the rest of a key, after the pupil, says; None where it is that of the announced."""
    match = _REST.fullmatch(rest)
    if match is None:
        raise StoredFormUnknown("a changelog record has a key that this version cannot read")
    year, month, urn = match.groups()
    return None if year is None else (int(year) * 12 + int(month) - 1) << URN_BITS | int(urn)
