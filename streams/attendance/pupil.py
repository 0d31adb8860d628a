"""One pupil: the ledger, the walk over it, and what was announced. Takes the marks of one register at a time."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from streams.attendance.book import BookId
from streams.attendance.codes import NO_MARK
from streams.attendance.episodes import Announced, Change, Comparison, ReasonKind
from streams.attendance.ledger import FIRST_URN, Ledger, Version, key_parts
from streams.attendance.sessions import academic_year, as_number, year_start
from streams.attendance.spans import first_session
from streams.attendance.walk import Closed, Engine, Walk
from streams.errors import StoredFormUnknown

SUMMARY_FORM = 1  # this version's stored form of a summary; it reads this one only, being the first


class Compared(NamedTuple):
    """The changes of one comparison, and the one reason for all of them."""

    reason: ReasonKind
    changes: list[Change]


class _Summary(msgspec.Struct, array_like=True, frozen=True):
    form: int
    book: tuple[str, int, str]
    announced: tuple[Announced, ...]
    retired: dict[str, tuple[int, int]]


_summaries = msgspec.msgpack.Decoder(_Summary)
_encoder = msgspec.msgpack.Encoder()


class Pupil:
    """A pupil's state. Order-free: what it comes to depends on the set of marks taken, not on when they came.

    Working copies (`copy`) share everything that is never changed in place.
    """

    __slots__ = ("announced", "book", "key", "ledger", "retired", "summary_changed", "walk", "year")

    def __init__(self, key: str, ledger: Ledger | None = None) -> None:
        self.key = key
        self.ledger = ledger or Ledger()
        self.year = academic_year(self.ledger.last) if self.ledger.last >= 0 else None
        """The pupil's year, Y: the latest academic year of any mark taken; None before the first."""
        self.walk: Walk | None = None  # made when it is first needed
        self.book: BookId | None = None  # the rule book that `announced` was made with
        self.announced: tuple[Announced, ...] = ()
        self.retired: dict[str, tuple[int, int]] = {}
        self.summary_changed = False

    @classmethod
    def newborn(cls, key: str, engine: Engine) -> "Pupil":
        """Return a pupil whose marks so far are in a record (`columns`), and of whom nothing was ever announced."""
        pupil = cls(key)
        pupil.book = engine.id
        return pupil

    def copy(self) -> "Pupil":
        """Return a working copy with nothing marked as changed."""
        new = Pupil.__new__(Pupil)
        new.key, new.year, new.ledger = self.key, self.year, self.ledger.copy()
        new.walk = self.walk.copy() if self.walk else None
        new.book, new.announced, new.retired = self.book, self.announced, self.retired
        new.summary_changed = False
        return new

    def too_old(self, slot: int) -> bool:
        """Whether a mark for *slot* lies before the two academic years that the ledger holds."""
        return self.year is not None and academic_year(slot) < self.year - 1

    def take(self, engine: Engine, urn: int, slot: int, versions: list[Version]) -> Compared | None:
        """Take a register's marks for this pupil, none too old.

        Return the changes that follow, or None where nothing moved.
        """
        before, year = self.ledger.last, self.year
        marked_year = academic_year(slot)
        moved = year is not None and marked_year > year
        other_book = self.book is not None and self.book != engine.id
        if moved:
            self.ledger.drop_before(marked_year - 1)
        if year is None or moved:
            self.year = marked_year
        anew = moved or self.walk is None or self.walk.engine is not engine
        changed = self._enter(slot, urn, versions) if anew else self._enter_and_walk(slot, urn, versions)
        if not (changed or moved or other_book or self.history_announced()) and self.book is not None:
            return None
        if anew:
            self._walk_anew(engine)
        reason: ReasonKind = (
            "rulebook" if other_book else "year" if moved else "mark" if slot > before else "correction"
        )
        return Compared(reason, self._compare(engine, year_moved=moved))

    def take_flips(self, engine: Engine, closed: tuple[Closed, ...], reason: ReasonKind = "mark") -> Compared:
        """Return the changes that follow a mark already taken, with which rules went on or off.

        *closed* are the episodes that it closed, and that are not in the walk yet.
        """
        assert self.walk is not None  # noqa: S101 - it was walked by the screen
        self.walk.closed += closed
        return Compared(reason, self._compare(engine, year_moved=False))

    @property
    def last_school(self) -> int:
        """The URN of a school of the latest month with a mark; the lowest URN there can be, where there is none."""
        return key_parts(max(self.ledger.pages, default=FIRST_URN))[1]

    def clear(self, engine: Engine) -> list[Announced]:
        """Drop all there is, and return what was announced, counted on by one, in the order of the book.

        Alerts of rules that are no longer in the book come first.
        """
        order = sorted(self.announced, key=lambda one: (engine.places.get(one.rule, -1), one.start))
        self.ledger.drop_all()
        self.year, self.walk, self.book, self.announced, self.retired = None, None, None, (), {}
        self.summary_changed = False
        return [msgspec.structs.replace(one, sequence=one.sequence + 1) for one in order]

    def count_on(self, engine: Engine, counts: Mapping[str, tuple[int, int]]) -> None:
        """Go on counting from *counts*, by alert id: its first `from`, and the last sequence that was used."""
        if self.book is None:
            self.book = engine.id
        self.retired, self.summary_changed = {**counts, **self.retired}, True

    def compare_anew(self, engine: Engine) -> list[Change]:
        """Walk the ledger from its beginning, and compare once with what is announced."""
        self._walk_anew(engine)
        return self._compare(engine, year_moved=False)

    def fill(self, urn: int, slot: int, versions: list[Version]) -> None:
        """Enter a register's marks, those too old left out, and compare nothing: for ledgers made again from a log."""
        if self.too_old(slot):
            return
        marked_year = academic_year(slot)
        if self.year is not None and marked_year > self.year:
            self.ledger.drop_before(marked_year - 1)
        self.year = max(marked_year, self.year or marked_year)
        self._enter(slot, urn, versions)

    def _enter(self, slot: int, urn: int, versions: list[Version]) -> bool:
        now_held = [self.ledger.put(slot, urn, version) for version in versions]  # every one is put
        return any(now_held)

    def _enter_and_walk(self, slot: int, urn: int, versions: list[Version]) -> bool:
        """Enter the marks and bring the walk up to date; return whether an episode changed."""
        walk = self.walk
        assert walk is not None  # noqa: S101 - the caller has looked
        was_on, was_closed = walk.on, walk.closed
        if slot > self.ledger.last and len(versions) == 1:
            self.ledger.append(slot, urn, versions[0])
            if versions[0].code != NO_MARK:
                walk.advance(slot, self.ledger.cell_of(versions[0].code))
        else:
            cell = self.ledger.cell(slot)
            if self._enter(slot, urn, versions) and self.ledger.cell(slot) != cell:
                walk.again(self.ledger, slot)
        return walk.on != was_on or walk.closed != was_closed

    def _walk_anew(self, engine: Engine) -> None:
        self.walk = Walk(engine)
        self.walk.again(self.ledger, 0)

    def history_announced(self) -> bool:
        """Whether an alert that is history waits to be forgotten at the next comparison."""
        if not self.announced or self.year is None:
            return False
        first = year_start(self.year)
        return any(alert.end is not None and alert.end < first for alert in self.announced)

    def _compare(self, engine: Engine, *, year_moved: bool) -> list[Change]:
        assert self.walk is not None  # noqa: S101 - walked before it is compared
        year = academic_year(self.ledger.last)
        comparison = Comparison(self.key, self.announced, self.retired, year=year, year_moved=year_moved)
        changes, announced, retired = comparison.run(engine.rules, self.walk.episodes(), engine.places)
        if (self.book, self.announced, self.retired) != (engine.id, announced, retired):
            self.book, self.announced, self.retired, self.summary_changed = engine.id, announced, retired, True
        return changes

    def evidence(self, engine: Engine, change: Change) -> dict[str, int]:
        """Return the whole numbers that decided, as of the change's session.

        Counts, thresholds, first and last date.
        """
        if change.as_of is None or self.walk is None:
            return {}
        place = engine.places[change.alert.rule]
        rule, measures = engine.rules[place], engine.measures[place]
        numbers = self.walk.counts_as_of(place, self.ledger, change.as_of)
        first = first_session(measures[0], self.ledger, change.as_of, numbers[0])
        counted = dict(zip(rule.names, numbers, strict=True))
        dates = {"since": as_number(first >> 1), "until": as_number(change.as_of >> 1)}
        return counted | engine.thresholds[place] | dates

    def summary(self) -> bytes:
        """Return the stored form of what was announced, and with which rule book."""
        assert self.book is not None  # noqa: S101 - a pupil with marks has been compared
        return _encoder.encode(
            _Summary(SUMMARY_FORM, (self.book.name, self.book.version, self.book.hash), self.announced, self.retired)
        )

    def read_summary(self, value: bytes) -> None:
        """Take over a stored summary.

        Raises:
            StoredFormUnknown: it has a form that this version cannot read.
        """
        form = msgspec.msgpack.decode(value, type=list)[:1] if value else [None]
        if form != [SUMMARY_FORM]:
            raise StoredFormUnknown(
                f"a stored summary has form {form[0] if form else None}; this version reads {SUMMARY_FORM}: "
                "run the version that wrote it, or rebuild the changelog from registers"
            )
        summary = _summaries.decode(value)
        self.book, self.announced, self.retired = BookId(*summary.book), summary.announced, summary.retired
