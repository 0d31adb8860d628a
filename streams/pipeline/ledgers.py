"""One partition's pupils in memory, and the working copies of one batch.

Stored form, one changelog record a page: key `PUPIL/YYYY-MM/URN`, value the page (`attendance.ledger`); and one a
pupil for what was announced: key `PUPIL/announced`, value the summary (`attendance.pupil`). A page that left the
ledger is a tombstone. Beside them this partition's part of the list of the erased: key `erased/HASH`, value as
`pipeline.erased` has it.
"""

import re
from collections import Counter
from collections.abc import Generator, Iterator

from streams.attendance.ledger import Ledger, Version, checked, key_parts
from streams.attendance.pupil import Pupil
from streams.attendance.walk import Engine
from streams.contract.batches import BatchMark, BatchRegister, Command
from streams.contract.messages import Alert, DeadLetter
from streams.errors import StoredFormUnknown
from streams.pipeline.alerts import alert_from, erasure_alert
from streams.pipeline.audit import look_over
from streams.pipeline.erased import Entry, Erased, encode_entry
from streams.pipeline.refusals import OriginOf, erased, quarantined, too_old

_SUMMARY = "announced"
_ERASED = "erased/"
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

    `origin_of` names where a register came from in a dead letter; `erased` is the list of those whose marks are not
    kept, empty and without a key if not given.
    """

    def __init__(self, engine: Engine, origin_of: OriginOf, erased: Erased | None = None) -> None:
        self.engine = engine
        self.origin_of = origin_of
        self.erased = Erased() if erased is None else erased
        self._pupils: dict[str, Pupil] = {}
        self._stored: dict[str, _Stored] = {}

    def __len__(self) -> int:
        return len(self._pupils) + len(self._stored)

    def load(self, key: bytes, value: bytes | None) -> None:
        """Take one changelog record, in order; None is a tombstone.

        Raises:
            StoredFormUnknown: key or value has a form that this version cannot read.
            NoErasureKey: it is of the list of the erased, which was made with another key.
        """
        if key.startswith(_ERASED.encode()):
            self.erased.load(key.decode("ascii").removeprefix(_ERASED), value)
            return
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

    def look_over(self, key: str, *, plainly: bool) -> Generator[None, None, list[str]]:
        """Recompute a pupil's episodes in small steps; give the rules in which something else was announced.

        What was loaded and has had no mark since is looked at and left as it is.
        """
        stored = self._stored.get(key)
        pupil = self._pupils.get(key) if stored is None else stored.pupil(key)
        if pupil is None:
            return []
        drifts = yield from look_over(pupil, self.engine, plainly=plainly)
        return [drift.rule for drift in drifts]

    def keys(self) -> Iterator[str]:
        """Yield the key of every pupil."""
        yield from self._pupils
        yield from self._stored

    def swap_in(self, pupils: dict[str, Pupil], gone: set[str], listed: dict[str, Entry]) -> None:
        """Make working copies the state; let go of who is *gone*, and put *listed* on the list of the erased."""
        self._pupils |= pupils
        for key in gone:
            self._pupils.pop(key, None)
        self.erased.entries |= listed

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
        """How many marks were `taken`, how many `too-old`, `erased` or `quarantined`."""
        self._copies: dict[str, Pupil] = {}
        self._gone: set[str] = set()  # of the copies: cleared, and nothing since
        self._listed: dict[str, Entry] = {}  # by hash, new on the list of the erased

    def take(self, register: BatchRegister) -> None:
        """Apply a register's marks, pupil by pupil in the order of their first mark; gather alerts and refusals."""
        by_pupil: dict[str, list[BatchMark]] = {}
        for mark in register.marks:
            by_pupil.setdefault(mark.pupil, []).append(mark)
        for key, marks in by_pupil.items():
            if self._is_erased(key, register.received_ms):
                self.refused += [erased(register, mark, self.ledgers.origin_of) for mark in marks]
                self.marks["erased"] += len(marks)
            else:
                self._take(self._copy(key), register, marks)

    def set_aside(self, register: BatchRegister) -> None:
        """Refuse all marks of a register on which the engine fails."""
        self.refused += [quarantined(register, mark, self.ledgers.origin_of) for mark in register.marks]
        self.marks["quarantined"] += len(register.marks)

    def obey(self, command: Command) -> None:
        """Do what is asked of one pupil's state.

        Raises:
            NoErasureKey: it is to erase, and there is no key for the list.
        """
        if command.kind == "forget":
            self._clear(command.pupil)
            entry = Entry(command.asked_ms, self.ledgers.erased.fingerprint())
            self._listed[self.ledgers.erased.hash_of(command.pupil)] = entry
        elif command.kind == "readmit":
            self._readmit(command)
        elif (known := self._known(command.pupil)) and known.year is not None and known.year < command.before_year:
            self._clear(command.pupil)

    def _readmit(self, command: Command) -> None:
        hashed = self.ledgers.erased.hash_of(command.pupil)
        entry = self._listed.get(hashed) or self.ledgers.erased.entries.get(hashed)
        if entry is None or entry.readmitted_ms is not None:
            return
        self._listed[hashed] = Entry(entry.erased_ms, entry.key, command.asked_ms)
        if command.counts:
            self._gone.discard(command.pupil)
            self._copy(command.pupil).count_on(self.ledgers.engine, command.counts)

    def _clear(self, key: str) -> None:
        """Withdraw what was announced of a pupil, and drop all there is."""
        pupil, engine = self._copy(key), self.ledgers.engine
        urn = pupil.last_school
        self.alerts += [
            erasure_alert(alert, rulebook=str(engine.id), pupil=key, urn=urn) for alert in pupil.clear(engine)
        ]
        self._gone.add(key)

    def _known(self, key: str) -> Pupil | None:
        return self._copies.get(key) or self.ledgers.get(key)

    def _is_erased(self, pupil: str, received_ms: int) -> bool:
        on_list = self.ledgers.erased
        if not on_list.entries and not self._listed:
            return False
        hashed = on_list.hash_of(pupil)
        entry = self._listed.get(hashed) or on_list.entries.get(hashed)
        return entry is not None and entry.refuses(received_ms)

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
        self._gone.discard(pupil.key)
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
            if pupil.key in self._gone:
                yield f"{pupil.key}/{_SUMMARY}".encode(), None
            elif pupil.summary_changed:
                yield f"{pupil.key}/{_SUMMARY}".encode(), pupil.summary()
        for hashed, entry in self._listed.items():
            yield f"{_ERASED}{hashed}".encode(), encode_entry(entry)

    def listed(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield what is new on the list of the erased, as records of its topic: keyed hash and entry."""
        return ((hashed.encode(), encode_entry(entry)) for hashed, entry in self._listed.items())

    def commit(self) -> None:
        """Make the working copies the state. Call once what `writes` gave is durable."""
        self.ledgers.swap_in(self._copies, self._gone, self._listed)
        self._copies, self._gone, self._listed = {}, set(), {}


def stored_records(pupil: Pupil) -> Iterator[tuple[bytes, bytes]]:
    """Yield all of a pupil as changelog records."""
    for page, value in pupil.ledger.pages.items():
        yield _page_key(pupil.key, page), value
    if pupil.book is not None:
        yield f"{pupil.key}/{_SUMMARY}".encode(), pupil.summary()


def erased_record(hashed: str, value: bytes) -> tuple[bytes, bytes]:
    """Give an entry of the list of the erased as a changelog record."""
    return f"{_ERASED}{hashed}".encode(), value


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
