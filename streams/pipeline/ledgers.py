"""One partition's pupils in memory, and the working copies of one batch.

Stored form, one changelog record a page: key `PUPIL/YYYY-MM/URN`, value the page (`attendance.ledger`); and one a
pupil for what was announced: key `PUPIL/announced`, value the summary (`attendance.pupil`). A page that left the
ledger is a tombstone.
"""

import re
from collections import Counter
from collections.abc import Iterator

from streams.attendance.ledger import Ledger, Version, checked, key_parts
from streams.attendance.pupil import Pupil
from streams.attendance.walk import Engine
from streams.contract.batches import BatchMark, BatchRegister
from streams.contract.messages import Alert, DeadLetter
from streams.errors import StoredFormUnknown
from streams.pipeline.alerts import alert_from
from streams.pipeline.refusals import OriginOf, too_old

_SUMMARY = "announced"
_KEY = re.compile(rb"([a-z2-7]{26})/(?:announced|([0-9]{4})-(0[1-9]|1[0-2])/([0-9]{6}))")


class _Stored:
    """What was loaded of a pupil who has had no mark since."""

    __slots__ = ("pages", "summary")

    def __init__(self) -> None:
        self.pages: dict[int, bytes] = {}
        self.summary: bytes | None = None

    def pupil(self, key: str) -> Pupil:
        pupil = Pupil(key, Ledger(self.pages))
        if self.summary is not None:
            pupil.read_summary(self.summary)
        return pupil


class Ledgers:
    """The pupils of one partition (or of all, in a replay).

    `origin_of` names where a register came from in a dead letter.
    """

    def __init__(self, engine: Engine, origin_of: OriginOf) -> None:
        self.engine = engine
        self.origin_of = origin_of
        self._pupils: dict[str, Pupil] = {}
        self._stored: dict[str, _Stored] = {}

    def __len__(self) -> int:
        return len(self._pupils) + len(self._stored)

    def load(self, key: bytes, value: bytes | None) -> None:
        """Take one changelog record, in order; None is a tombstone.

        Raises:
            StoredFormUnknown: key or value has a form that this version cannot read.
        """
        pupil, page = _read_key(key)
        stored = self._stored.setdefault(pupil, _Stored())
        if page is None:
            stored.summary = value
        elif value is None:
            stored.pages.pop(page, None)
        else:
            stored.pages[page] = checked(value)
        if not stored.pages and stored.summary is None:
            del self._stored[pupil]

    def get(self, key: str) -> Pupil | None:
        """Return a pupil's state, or None where there is none; not to be changed."""
        stored = self._stored.pop(key, None)
        if stored is not None:
            self._pupils[key] = stored.pupil(key)
        return self._pupils.get(key)

    def keys(self) -> Iterator[str]:
        """Yield the key of every pupil."""
        yield from self._pupils
        yield from self._stored

    def swap_in(self, pupils: dict[str, Pupil]) -> None:
        """Make working copies the state."""
        self._pupils |= pupils

    def work(self) -> "Work":
        """Begin a batch."""
        return Work(self)


class Work:
    """The working copies of one batch: nothing shows in the ledgers until `commit`."""

    def __init__(self, ledgers: Ledgers) -> None:
        self.ledgers = ledgers
        self.alerts: list[Alert] = []
        self.refused: list[DeadLetter] = []
        self.marks: Counter[str] = Counter()
        """How many marks were `taken` and how many `too-old`."""
        self._copies: dict[str, Pupil] = {}

    def take(self, register: BatchRegister) -> None:
        """Apply a register's marks, pupil by pupil in the order of their first mark; gather alerts and refusals."""
        by_pupil: dict[str, list[BatchMark]] = {}
        for mark in register.marks:
            by_pupil.setdefault(mark.pupil, []).append(mark)
        for key, marks in by_pupil.items():
            self._take(self._copy(key), register, marks)

    def _copy(self, key: str) -> Pupil:
        copy = self._copies.get(key)
        if copy is None:
            known = self.ledgers.get(key)
            copy = self._copies[key] = known.copy() if known else Pupil(key)
        return copy

    def _take(self, pupil: Pupil, register: BatchRegister, marks: list[BatchMark]) -> None:
        if pupil.too_old(register.slot):
            self.refused += [too_old(register, mark, self.ledgers.origin_of) for mark in marks]
            self.marks["too-old"] += len(marks)
            return
        self.marks["taken"] += len(marks)
        engine = self.ledgers.engine
        compared = pupil.take(
            engine, register.urn, register.slot, [Version(mark.code, mark.recorded) for mark in marks]
        )
        if compared is not None:
            self.alerts += [
                alert_from(change, compared.reason, engine=engine, pupil=pupil, register=register, last=marks[-1])
                for change in compared.changes
            ]

    def writes(self) -> Iterator[tuple[bytes, bytes | None]]:
        """Yield what changed as changelog records: pages, tombstones, summaries."""
        for pupil in self._copies.values():
            for page in pupil.ledger.dirty:
                yield _page_key(pupil.key, page), pupil.ledger.pages.get(page)
            if pupil.summary_changed:
                yield f"{pupil.key}/{_SUMMARY}".encode(), pupil.summary()

    def commit(self) -> None:
        """Make the working copies the state. Call once what `writes` gave is durable."""
        self.ledgers.swap_in(self._copies)
        self._copies = {}


def _page_key(pupil: str, page: int) -> bytes:
    month, urn = key_parts(page)
    return f"{pupil}/{month // 12:04}-{month % 12 + 1:02}/{urn}".encode()


def _read_key(key: bytes) -> tuple[str, int | None]:
    match = _KEY.fullmatch(key)
    if match is None:
        raise StoredFormUnknown("a changelog record has a key that this version cannot read")
    pupil, year, month, urn = match.groups()
    page = None if year is None else (int(year) * 12 + int(month) - 1) << 20 | int(urn)
    return pupil.decode("ascii"), page
