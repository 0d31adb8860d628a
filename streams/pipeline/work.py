"""The working copies of one batch: nothing shows in the ledgers until `commit`.

Pupils do not know of each other, so the marks of a batch are taken in two parts, and put in the order of the registers
again at the end. Plain appends and amendments go the fast path together (`attendance.kernel`), and what they flip is
announced then (`attendance.flips`); so do late marks (`attendance.late`). A pupil that brings anything else goes the
exact way, mark by mark, for the rest of the batch.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from streams.attendance.columns import Block
from streams.attendance.episodes import Change, ReasonKind
from streams.attendance.evidence import Evidence
from streams.attendance.hand import Hand
from streams.attendance.ledger import URN_BITS, Version
from streams.attendance.pupil import Pupil, stored_summary
from streams.attendance.screen import Flip
from streams.contract.batches import BatchMark, BatchRegister
from streams.contract.messages import Alert, DeadLetter
from streams.pipeline.alerts import About, alert_from, cause_of
from streams.pipeline.copies import Copies
from streams.pipeline.erased import Erased
from streams.pipeline.marks import Columns
from streams.pipeline.refusals import OriginOf, erased, quarantined, too_old
from streams.pipeline.since import Due, Next, Since
from streams.pipeline.speed import FastPath
from streams.pipeline.stored import page_key, summary_key


class Outcome(Struct, gc=False):
    """What one register gave: how many marks were taken, alerts and refusals in order.

    `places` says of each alert where in the register as sent its pupil's first mark stands.
    """

    taken: int
    alerts: list[Alert] = []
    refused: list[DeadLetter] = []
    places: list[int] = []


class _Given(NamedTuple):
    """What one pupil's marks in a register gave: the number of the register, and the place of the first mark."""

    register: int
    first: int
    alerts: list[Alert]
    refused: list[DeadLetter]


class Work(Copies):
    """A batch in the making.

    *fetch* puts into the roll a pupil that has had no mark since it was loaded; *pupils* counts
    all there are, *since* are the since records.
    """

    def __init__(
        self,
        hand: Hand,
        fetch: Callable[[str], None],
        origin_of: OriginOf,
        on_list: Erased,
        *,
        pupils: Callable[[], int],
        since: Since,
        fast: FastPath,
    ) -> None:
        super().__init__(hand, fetch, on_list)
        self.refused: list[DeadLetter] = []
        self.marks: Counter[str] = Counter()
        """How many marks were `taken`, `too-old`, `erased` or `quarantined`; of those taken, how many `screened`."""
        self._origin_of, self._pupils, self._since, self._fast = origin_of, pupils, since, fast
        self._next: Next | None = None
        hand.begin()

    def take(self, *registers: BatchRegister) -> list[Outcome]:
        """Apply the marks of *registers*, pupil by pupil in the order of their first mark; return what each gave."""
        columns = Columns(registers)
        if not len(columns):
            return [Outcome(0) for _ in registers]
        exactly = np.ones(len(columns), "?")
        given = self._refuse_erased(columns, exactly)
        if self._fast.is_for(len(columns)):
            given += self._screen(columns, exactly)
        given += self._exactly(columns, np.flatnonzero(exactly))
        return self._outcomes(columns, sorted(given, key=lambda one: one.first))

    def _outcomes(self, columns: Columns, given: list[_Given]) -> list[Outcome]:
        """Return what each register gave, and note it. Most give nothing, and are gone over quickly."""
        outcomes = list(map(Outcome, columns.sizes))
        for one in given:
            outcome = outcomes[one.register]
            outcome.alerts.extend(one.alerts)
            outcome.refused.extend(one.refused)
            outcome.places.extend([columns.index(one.first)] * len(one.alerts))
        for number in sorted({one.register for one in given}):
            self._note(outcomes[number])
        self.marks["taken"] += sum([outcome.taken for outcome in outcomes])
        return outcomes

    def _note(self, outcome: Outcome) -> None:
        self.alerts += outcome.alerts
        self.refused += outcome.refused
        self.marks.update(letter.reason for letter in outcome.refused)
        outcome.taken -= len(outcome.refused)

    def set_aside(self, register: BatchRegister) -> None:
        """Refuse all marks of a register on which the engine fails."""
        self.refused += [quarantined(register, mark, self._origin_of) for mark in register.marks]
        self.marks["quarantined"] += register.marks.size

    def _refuse_erased(self, columns: Columns, exactly: Block) -> list[_Given]:
        """Refuse the marks of the erased; they are no more among those to be taken."""
        if not self._erased.entries and not self._listed:
            return []
        given: list[_Given] = []
        pupils = columns.pupils
        for place in range(len(columns)) if self._listed else self._erased.perhaps(pupils):
            number = int(columns.register[place])
            register = columns.registers[number]
            if self._is_erased(pupils[place], register.received_ms):
                exactly[place] = False
                given.append(_Given(number, place, [], [erased(register, columns.mark(place), self._origin_of)]))
        return given

    def _screen(self, columns: Columns, exactly: Block) -> list[_Given]:
        """Take the plain appends and amendments, and the late marks; leave in *exactly* which go the exact way."""
        took = self._hand.take(columns.marks_at(self._rows(columns, exactly)))
        exactly[took.screened | took.late] = False
        self.marks["screened"] += int(took.screened.sum())
        return [*self._flipped(columns, took.flips), *self._moved(columns, took.moved)]

    def _rows(self, columns: Columns, exactly: Block) -> Block:
        """Return the row of each mark's pupil; -1 where it is not to be taken, or goes the exact way already."""
        rows = self._roll.rows(columns.packed.pupils)
        for place in np.flatnonzero((rows < 0) & exactly).tolist():
            rows[place] = self._row(columns.pupil(place))
        rows[~exactly] = -1
        return rows

    def _row(self, key: str) -> int:
        """Return the row of a pupil who was not in the roll, by now; -1 where it goes the exact way already."""
        self._fetch(key)
        row = self._roll.row(key)
        return row if row >= 0 or key in self._copies else self._hand.bear(key)

    def _flipped(self, columns: Columns, flips: list[Flip]) -> Iterator[_Given]:
        """Announce what follows each mark that flipped rules."""
        by_mark = [(first, list(its)) for first, its in groupby(flips, attrgetter("mark"))]
        told = self._hand.tell([(columns.pupil(first), its) for first, its in by_mark])
        for (first, _), its in zip(by_mark, told, strict=True):
            number, mark = int(columns.register[first]), columns.mark(first)
            yield _Given(number, first, self._alerts("mark", its, columns.registers[number], mark), [])

    def _moved(self, columns: Columns, moved: dict[int, list[Flip]]) -> Iterator[_Given]:
        """Compare what is announced of each pupil whose late mark moved an episode."""
        told = self._hand.tell_moved([(columns.pupil(first), flips) for first, flips in moved.items()])
        for first, its in zip(moved, told, strict=True):
            number, mark = int(columns.register[first]), columns.mark(first)
            changes = self._as_object(mark.pupil) if its is None else its
            yield _Given(number, first, self._alerts("correction", changes, columns.registers[number], mark), [])

    def _as_object(self, key: str) -> list[tuple[Change, Evidence]]:
        """Compare a pupil's episodes, who goes on as an object."""
        pupil = self._copy(key)
        return self._with_evidence(pupil, pupil.compare(self._engine))

    def _exactly(self, columns: Columns, which: Block) -> Iterator[_Given]:
        """Take marks the exact way, all of a pupil in a register together."""
        together: dict[tuple[int, str], list[int]] = {}
        for number, place in zip(columns.register[which].tolist(), which.tolist(), strict=True):
            together.setdefault((number, columns.pupil(place)), []).append(place)
        for (number, key), places in together.items():
            register, marks = columns.registers[number], [columns.mark(place) for place in places]
            yield _Given(number, places[0], *self._take(self._copy(key), register, marks))

    def _take(
        self, pupil: Pupil, register: BatchRegister, marks: list[BatchMark]
    ) -> tuple[list[Alert], list[DeadLetter]]:
        if pupil.too_old(register.slot):
            return [], [too_old(register, mark, self._origin_of) for mark in marks]
        self._gone.discard(pupil.key)
        versions = [Version(mark.code, mark.recorded) for mark in marks]
        compared = pupil.take(self._engine, register.urn, register.slot, versions)
        if compared is None:
            return [], []
        told = self._with_evidence(pupil, compared.changes)
        return self._alerts(compared.reason, told, register, marks[-1]), []

    def _with_evidence(self, pupil: Pupil, changes: list[Change]) -> list[tuple[Change, Evidence]]:
        return [(change, pupil.evidence(self._engine, change)) for change in changes]

    def _alerts(
        self, reason: ReasonKind, told: list[tuple[Change, Evidence]], register: BatchRegister, last: BatchMark
    ) -> list[Alert]:
        about, cause = About(self._engine.name, last.pupil, register.urn), cause_of(register, last)
        return [alert_from(change, reason, about, cause, evidence) for change, evidence in told]

    def writes(self) -> Iterator[tuple[bytes, bytes | None]]:
        """Yield what changed as changelog records: since records, pages, tombstones, summaries."""
        yield from self._written()
        yield from self._changed()

    def _written(self) -> Iterator[tuple[bytes, bytes | None]]:
        """Yield what the fast path changed, and the pages that are due."""
        written = self._hand.written(self._since.first())
        self._next = self._since.next(written, self._pupils(), self._gone | self._dropped())
        yield from self._next.writes
        yield from [(page_key(pupil, key), page) for pupil, key, page in written.whole]
        for pupil, key, page in self._hand.turned():
            yield page_key(pupil, key), page
        for pupil, kept in self._hand.said():
            yield summary_key(pupil), stored_summary(self._engine.id, *kept.announced())
        for due, pages in zip(self._next.due, self._pages(self._next.due), strict=True):
            least = due.month << URN_BITS
            yield from ((page_key(due.pupil, key), page) for key, page in pages.items() if key >= least)

    def _pages(self, dues: Sequence[Due]) -> Iterator[Mapping[int, bytes]]:
        """Yield the pages that are due of each pupil as they are by now, perhaps others too; none of who is gone."""
        asked = [due for due in dues if due.pupil not in self._copies]
        for due in asked:
            self._fetch(due.pupil)
        found = iter(self._hand.pages([(due.pupil, due.month << URN_BITS) for due in asked]))
        for due in dues:
            copy = self._copies.get(due.pupil)
            pages = next(found) if copy is None else copy.ledger.pages
            yield {} if due.pupil in self._gone else pages

    def commit(self) -> None:
        """Make the working copies the state. Call once what `writes` gave is durable."""
        if self._next is not None:  # a replay writes nothing
            self._since.commit(self._next)
        self._hand.put_back()
        self._stand()
