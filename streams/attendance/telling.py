"""What is announced of the pupils in hand, as what their marks moved is told.

A pupil's changes of a batch are told without making the object: of marks that flipped rules (`flips.py`), and of late
marks that moved an episode. Of those all rules are compared; the kernel said what each counted where it flipped.
"""

from collections.abc import Iterator, Mapping, Sequence

from streams.attendance.comparing import compared
from streams.attendance.episodes import Change
from streams.attendance.evidence import Evidence, evidence, evidence_since
from streams.attendance.firsts import Asked, first_sessions
from streams.attendance.flips import told
from streams.attendance.held import Held
from streams.attendance.ledger import Ledger
from streams.attendance.lifting import open_pages, rouse
from streams.attendance.pages import Pages
from streams.attendance.pupil import Pupil
from streams.attendance.recorded import Recorded, bound
from streams.attendance.rested import Rested
from streams.attendance.roll import Roll
from streams.attendance.screen import Flip, Turn

_AsOf = tuple[str, int]
"""A rule's id, and the session that evidence speaks of."""

Told = list[tuple[Change, Evidence]]
"""Changes in order, each with its evidence."""


class Telling(Held):
    """Pupils in hand, and what is kept of those of whom something was announced here."""

    def __init__(self, roll: Roll) -> None:
        super().__init__(roll)
        self._turns: dict[int, list[Turn]] = {}  # by place
        self._late: dict[int, bool] = {}  # places that took late marks, and whether one is in the open page
        self._told: dict[int, Rested] = {}  # by row, what is kept where it changed here
        self._said: set[int] = set()  # of those rows: something was announced

    def tell(self, flipped: Sequence[tuple[str, Sequence[Flip]]]) -> Iterator[Told]:
        """Announce what follows marks that were taken here and flipped rules, each with its pupil.

        Yield the changes of each, with their evidence. Of one batch's marks of a pupil all that flipped are told, in
        order, before the pupil is looked at.
        """
        return self._with_evidence(flipped, [self._tell(key, flips) for key, flips in flipped])

    def _tell(self, key: str, flips: Sequence[Flip]) -> list[Change]:
        row = self._row(key)
        kept = self._told.get(row) or self.roll.at_rest(row)
        self._told[row], changes = told(self.roll.screen.engine, key, kept, flips)
        self._said.add(row)
        return changes

    def tell_moved(self, moved: Sequence[tuple[str, Sequence[Flip]]]) -> Iterator[Told | None]:
        """Announce likewise what follows late marks that moved an episode: rules flipped from the day of the mark on.

        Yield None of a pupil who must go on as an object: something is history now that is to be forgotten.
        """
        changes = [self._compare(key) for key, _ in moved]
        done = [(its, change) for its, change in zip(moved, changes, strict=True) if change is not None]
        with_evidence = self._with_evidence([its for its, _ in done], [change for _, change in done])
        return (None if change is None else next(with_evidence) for change in changes)

    def _compare(self, key: str) -> list[Change] | None:
        row = self._row(key)
        kept, at = self._told[row], int(self._at[row])
        on, last = self._block["now"]["on"][at].tolist(), int(self._block["last"][at])
        found = compared(self.roll.screen.engine, key, kept, on, last)
        if found is None:
            return None
        if found.kept is not None:
            self._told[row] = found.kept
            self._said.add(row)
        return found.changes

    def _with_evidence(
        self, flipped: Sequence[tuple[str, Sequence[Flip]]], changes: Sequence[Sequence[Change]]
    ) -> Iterator[Told]:
        """Yield the changes of each pupil with their evidence, which is as of one of the flips, or is looked for."""
        rules = self.roll.screen.engine.rules
        asked = [self._asked(key, flips, its) for (key, flips), its in zip(flipped, changes, strict=True)]
        firsts = iter(first_sessions(self.roll.screen, self._block, asked))
        for (key, _), ask, its in zip(flipped, asked, changes, strict=True):
            began = {(rules[flip.rule].id, flip.slot): (flip, next(firsts)) for flip in ask.flips}
            yield [(change, self._evidence(key, change, began)) for change in its]

    def _asked(self, key: str, flips: Sequence[Flip], changes: Sequence[Change]) -> Asked:
        """Ask where the spans begin of those of the flips that *changes* are as of."""
        at, engine = int(self._at[self._row(key)]), self.roll.screen.engine
        known = {(flip.rule, flip.slot): flip for flip in flips}
        of = [(engine.places[change.alert.rule], change.as_of) for change in changes if change.as_of is not None]
        found = [known.get(each) or self._counted(at, *each) for each in of]
        kept = self._kept(at)
        assert kept is not None  # noqa: S101 - something of it was told
        return Asked(at, kept.pages, [flip for flip in found if flip is not None])

    def _counted(self, at: int, rule: int, slot: int) -> Flip | None:
        """Return what a rule counted as of a session, as a flip has it; None where only the object can say it."""
        screen, its = self.roll.screen, bound(self._ledger(at, self._told[int(self._rows[at])]))
        if its is None:
            return None
        return Flip(-1, rule, 0, slot, Recorded(screen, screen.tally(its, slot), (), ()).counts(rule))

    def _evidence(self, key: str, change: Change, began: Mapping[_AsOf, tuple[Flip, int]]) -> Evidence:
        if change.as_of is None:
            return {}
        engine, row = self.roll.screen.engine, self._row(key)
        flip, first = began.get((change.alert.rule, change.as_of), (None, 0))
        if flip is None:
            return self._made(row, key).evidence(engine, change)
        if first < 0:
            ledger = self._ledger(int(self._at[row]), self._told[row])
            return evidence(engine, flip.rule, flip.counts, ledger, flip.slot)
        return evidence_since(engine, flip.rule, flip.counts, first, flip.slot)

    def _kept(self, at: int) -> Rested | None:
        """Return what is kept of a pupil in hand, with the pages that changed here; None of one who is not at rest."""
        row = int(self._rows[at])
        kept = self._told.get(row) or self.roll.rested(row)
        turns = self._turns.get(at) if kept is not None else None
        return kept.turned({turn.key: turn.page for turn in turns}) if kept is not None and turns else kept

    def _ledger(self, at: int, kept: Rested) -> Ledger:
        """Return a working copy of the ledger of a pupil in hand."""
        pages = {turn.key: turn.page for turn in self._turns.get(at, ())}
        (pages[int(self._block["key"][at])],) = open_pages(self._block[at : at + 1])
        return Ledger(Pages(kept.pages, pages), int(self._block["last"][at]))

    def _made(self, row: int, key: str) -> Pupil:
        """Return a working copy of a pupil in hand, as it is by now."""
        at, kept = int(self._at[row]), self._told.get(row)
        now = self._block[at]
        pupil = rouse(self.roll.screen, key, kept, now) if kept else self.roll.lifted(row, key, now)
        pupil.summary_changed = pupil.summary_changed or row in self._said
        for turn in self._turns.get(at, ()):
            pupil.ledger.turn(turn.key, turn.page, dirty=turn.dirty)
        if now["rows"] or self._late.get(at):
            pupil.ledger.dirty.add(int(now["key"]))
        return pupil
