"""Pupils of a batch who are objects: working copies, and what people ask to be done with a pupil."""

from collections.abc import Callable, Iterator

from streams.attendance.hand import Hand
from streams.attendance.pupil import Pupil
from streams.contract.batches import Command
from streams.contract.messages import Alert
from streams.pipeline.alerts import erasure_alert
from streams.pipeline.erased import Entry, Erased, encode_entry
from streams.pipeline.stored import erased_record, page_key, summary_key


class Copies:
    """Those of a batch. *fetch* puts into the roll a pupil that has had no mark since it was loaded."""

    def __init__(self, hand: Hand, fetch: Callable[[str], None], on_list: Erased) -> None:
        self.alerts: list[Alert] = []
        self._hand, self._roll, self._fetch = hand, hand.roll, fetch
        self._engine = hand.roll.screen.engine
        self._copies: dict[str, Pupil] = {}
        self._erased = on_list
        self._gone: set[str] = set()  # of the copies: cleared, and nothing since
        self._listed: dict[str, Entry] = {}  # by hash, new on the list of the erased

    def _known(self, key: str) -> Pupil | None:
        copy = self._copies.get(key)
        if copy is None:
            self._fetch(key)
            copy = self._hand.release(key)
            if copy is not None:
                self._copies[key] = copy
        return copy

    def _copy(self, key: str) -> Pupil:
        copy = self._known(key)
        if copy is None:
            copy = self._copies[key] = Pupil(key)
        return copy

    def obey(self, command: Command) -> None:
        """Do what is asked of one pupil's state.

        Raises:
            NoErasureKey: it is to erase, and there is no key for the list.
        """
        if command.kind == "forget":
            self._clear(command.pupil)
            entry = Entry(command.asked_ms, self._erased.fingerprint())
            self._listed[self._erased.hash_of(command.pupil)] = entry
        elif command.kind == "readmit":
            self._readmit(command)
        elif (known := self._known(command.pupil)) and known.year is not None and known.year < command.before_year:
            self._clear(command.pupil)

    def _readmit(self, command: Command) -> None:
        hashed = self._erased.hash_of(command.pupil)
        entry = self._listed.get(hashed) or self._erased.entries.get(hashed)
        if entry is None or entry.readmitted_ms is not None:
            return
        self._listed[hashed] = Entry(entry.erased_ms, entry.key, command.asked_ms)
        if command.counts:
            self._gone.discard(command.pupil)
            self._copy(command.pupil).count_on(self._engine, command.counts)

    def _clear(self, key: str) -> None:
        """Withdraw what was announced of a pupil, and drop all there is."""
        pupil, book = self._copy(key), self._engine.name
        urn = pupil.last_school
        self.alerts += [erasure_alert(one, rulebook=book, pupil=key, urn=urn) for one in pupil.clear(self._engine)]
        self._gone.add(key)

    def _is_erased(self, pupil: str, received_ms: int) -> bool:
        entry = self._listed.get(self._erased.hash_of(pupil)) if self._listed else None
        entry = entry or self._erased.get(pupil)
        return entry is not None and entry.refuses(received_ms)

    def _changed(self) -> Iterator[tuple[bytes, bytes | None]]:
        """Yield what of the copies changed, and what is new on the list, as changelog records."""
        for pupil in self._copies.values():
            for page in pupil.ledger.dirty:
                yield page_key(pupil.key, page), pupil.ledger.pages.get(page)
            if pupil.key in self._gone:
                yield summary_key(pupil.key), None
            elif pupil.summary_changed:
                yield summary_key(pupil.key), pupil.summary()
        for hashed, entry in self._listed.items():
            yield erased_record(hashed, encode_entry(entry))

    def listed(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield what is new on the list of the erased, as records of its topic: keyed hash and entry."""
        return ((hashed.encode(), encode_entry(entry)) for hashed, entry in self._listed.items())

    def _dropped(self) -> set[str]:
        """Return who lost a page: its tombstone will be compacted away, and must leave no row of it behind."""
        return {key for key, copy in self._copies.items() if not copy.ledger.dirty <= copy.ledger.pages.keys()}

    def _stand(self) -> None:
        """Make the copies the state."""
        self._roll.put(pupil for key, pupil in self._copies.items() if key not in self._gone)
        self._roll.let_go(self._gone)
        if self._listed:
            self._erased.enter(self._listed)
        self._copies, self._gone, self._listed = {}, set(), {}
