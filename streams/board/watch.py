"""The rules over one school's board: what the clock decides, and what a register changes.

`register-missing` and `feed-silent` are raised by the clock alone, and end by registers; `mass-absence` is read off
the marks. What the clock decides at a moment depends only on registers received before it, so it does not matter how
often one looks.
"""

from collections.abc import Iterator
from typing import NamedTuple

from streams.attendance.codes import INDEX
from streams.attendance.episodes import ChangeKind
from streams.attendance.school_kinds import FeedSilent, MassAbsence, RegisterMissing, SchoolRule
from streams.attendance.sessions import as_number
from streams.board import mass, missing, silent
from streams.board.board import Board
from streams.board.county import County
from streams.board.notices import Evidence, Notices, SchoolChange
from streams.board.rules import Rules
from streams.board.school import unknown_school
from streams.board.session_marks import opens
from streams.board.times import MINUTE, day_of, dues_about, session_at, start_ms
from streams.board.view import View, ended
from streams.contract.batches import BatchRegister

NEVER = 2**63
"""A time that does not come: a book may have no rule that waits."""

_CLOSURE = frozenset({INDEX["#"], INDEX["Y4"]})


class Due(NamedTuple):
    """What the clock has decided: an alert to raise, and since when it was due."""

    due_ms: int
    rule: SchoolRule
    start: int
    evidence: Evidence


class Watch:
    """The rules over one board, at the moment `now_ms`. `changes` gathers what to publish, in order."""

    __slots__ = ("board", "county", "is_other", "notices", "now_ms", "rules", "school", "view")

    def __init__(self, rules: Rules, board: Board, county: County, now_ms: int) -> None:
        self.rules, self.board, self.county, self.now_ms = rules, board, county, now_ms
        self.school = county.schools.get(board.urn) or unknown_school(board.urn)
        self.view = View(board, self.school)
        self.notices = Notices(board)
        same = board.school is self.school or board.school == self.school
        self.is_other = board.book != rules.id or not same  # book or calendar than those it was last looked at with

    @property
    def changes(self) -> list[SchoolChange]:
        """Return the changes so far."""
        return self.notices.changes

    @property
    def is_due(self) -> bool:
        """Whether something may be due that is not decided yet."""
        return self.now_ms > self.board.next_look or self.is_other

    def look(self) -> None:
        """Decide what fell due before now. Call it before what was received now is taken."""
        if self.is_other:
            self._again()
        self._end_silences()
        if self.now_ms > self.board.last_ms:
            self._raise_due()
            self.board.next_look = self._next_look()
        else:
            self.board.next_look = self.now_ms  # other registers of this very moment may follow
        self.notices.forget(self.board.live_from)

    def _raise_due(self) -> None:
        due = [*self._missing(), *self._silent()]
        for fallen in sorted(due, key=lambda fallen: fallen.due_ms):
            self.notices.raise_(fallen.rule, fallen.start, fallen.evidence)

    def _again(self) -> None:
        """Hold everything announced against another book or calendar."""
        board, known = self.board, {rule.id for rule in self.rules.all}
        for alert in [alert for alert in board.announced if alert.rule not in known]:
            self.notices.withdraw(alert)
        board.forget_verdicts()
        board.school, self.is_other = self.school, False
        if board.book != self.rules.id:
            board.book, board.summary_changed = self.rules.id, True
        for rule in self.rules.missing:
            for alert in self.notices.of(rule.id):
                if alert.start >= board.live_from:
                    self._settle(rule, alert.start)
        for mass_rule in self.rules.mass:
            self._compare_mass(mass_rule)

    def _end_silences(self) -> None:
        """Withdraw what is said of a school that is not open any more: nobody waits for it."""
        if self.board.announced and ended(self.school, day_of(self.now_ms)):
            silences = [alert for rule in self.rules.silent for alert in self.notices.of(rule.id) if alert.end is None]
            for alert in silences:
                self.notices.withdraw(alert)

    def _missing(self) -> Iterator[Due]:
        for rule in self.rules.missing:
            for slot in missing.overdue(rule, self.view, self.now_ms):
                if self.notices.at(rule.id, slot) is None:
                    evidence = missing.evidence(rule, self.view, slot)
                    yield Due(missing.due_ms(rule, self.view, slot), rule, slot, evidence)

    def _silent(self) -> Iterator[Due]:
        if not self.board.first_ms or ended(self.school, day_of(self.now_ms)):
            return
        for rule in self.rules.silent:
            if all(alert.end is not None for alert in self.notices.of(rule.id)):
                silence = silent.silence(rule, self.view, self.county, self.now_ms)
                if silence:
                    yield Due(silence.seen_ms, rule, silence.start, silence.evidence)

    def _next_look(self) -> int:
        """Return from when on, now included, something may be due."""
        dues = dues_about(day_of(self.now_ms), self.school.am_start, self.school.pm_start, self.rules.graces)
        return next((due for due in dues if due >= self.now_ms), NEVER)

    def taken(self, register: BatchRegister, received_ms: int, *, changed: bool, heard: bool) -> None:
        """Say what follows from *register*, which the board has just taken.

        It *changed* its marks or not, and was *heard* later than any other or not.
        """
        board = self.board
        if self._nothing_follows(register.slot):
            return
        if board.announced:
            self._settle_announced(register, received_ms, heard=heard)
        self._look_again(register.slot)
        if changed:
            self._mass_of(register.slot)
        if board.announced or board.retired:
            self.notices.forget(board.live_from)

    def _nothing_follows(self, slot: int) -> bool:
        """Whether it is plain at a glance that nothing does: nothing is announced, few are absent, all has come."""
        board, sessions = self.board, self.board.sessions
        if board.announced or board.retired or board.latest >> 1 != slot >> 1:
            return False
        mine, other = sessions.get(slot), sessions.get(slot ^ 1)
        if mine is None or mine.came_ms is None:
            return False
        if (other is None or other.came_ms is None) and start_ms(slot ^ 1, self.school) < self.now_ms:
            return False
        for rule in self.rules.mass:  # no call but this one
            if mass.may_hold(rule, mine.tally) or slot in board.likely.get(rule.id, ()):
                return False
        return True

    def _settle_announced(self, register: BatchRegister, received_ms: int, *, heard: bool) -> None:
        for rule in self.rules.missing:
            if register.slot < self.board.kept_from:
                self._settle_past(rule, register, received_ms)
            else:
                self._settle(rule, register.slot & ~1)
                self._settle(rule, register.slot | 1)
        for silence_rule in self.rules.silent if heard else ():
            self._heard(silence_rule, received_ms)

    def _look_again(self, slot: int) -> None:
        """Have the clock look soon where, of the day of *slot*, a session has not come that is overdue already."""
        board = self.board
        for each in (slot, slot ^ 1):
            if board.came_ms(each) is None and start_ms(each, self.school) < self.now_ms and slot >= board.kept_from:
                self._look_again_at(each)

    def _look_again_at(self, slot: int) -> None:
        first, view, board = self.board.first_ms, self.view, self.board
        for rule in self.rules.missing:
            overdue = first <= missing.due_ms(rule, view, slot) < self.now_ms
            if overdue and missing.standing(rule, view, slot) == "missing":
                board.next_look = min(board.next_look, self.now_ms)

    def _settle(self, rule: RegisterMissing, slot: int) -> None:
        """Bring what is announced of a session to what is so; the clock alone raises."""
        alert = self.notices.at(rule.id, slot)
        if alert is None:
            return
        standing = missing.standing(rule, self.view, slot)
        if standing == "missing":
            if alert.end is not None:
                self.notices.move("reopened", alert, None, missing.evidence(rule, self.view, slot))
        elif standing == "late":
            end = session_at(self.board.came_ms(slot) or 0, self.school)
            if alert.end != end:
                kind: ChangeKind = "eased" if alert.end is None else "revised"
                self.notices.move(kind, alert, end, missing.evidence(rule, self.view, slot))
        else:
            self.notices.withdraw(alert)

    def _settle_past(self, rule: RegisterMissing, register: BatchRegister, received_ms: int) -> None:
        """End what is still open about a session that has left the board, by the register alone."""
        alert = self.notices.at(rule.id, register.slot)
        if alert is None or alert.end is not None:
            return
        if opens(register.marks.codes):
            late = (received_ms - start_ms(register.slot, self.school)) // MINUTE
            evidence = missing.evidence(rule, self.view, register.slot) | {"minutes_late": late}
            self.notices.move("eased", alert, session_at(received_ms, self.school), evidence)
        elif not _CLOSURE.isdisjoint(register.marks.codes):
            self.notices.withdraw(alert)

    def _heard(self, rule: FeedSilent, received_ms: int) -> None:
        for alert in [alert for alert in self.notices.of(rule.id) if alert.end is None]:
            evidence = {"last_register": as_number(day_of(received_ms)), **rule.thresholds()}
            self.notices.move("eased", alert, session_at(received_ms, self.school), evidence)

    def _mass_of(self, slot: int) -> None:
        """Compare after marks of one session moved, where that can change anything.

        Where nothing is announced, no episode was on; and a session of the latest day changes no other than itself.
        """
        for rule in self.rules.mass:
            may = mass.heed(rule, self.view, slot)
            if (self.board.announced and self.notices.of(rule.id)) or self._is_on_since(rule, slot, may=may):
                self._compare_mass(rule)

    def _is_on_since(self, rule: MassAbsence, slot: int, *, may: bool) -> bool:
        """Whether the rule is on in a session of which the marks of *slot*, where it *may* be on, may have decided."""
        view = self.view
        if self.board.latest >> 1 == slot >> 1:
            return may and mass.is_on(rule, view, slot)
        return any(mass.is_on(rule, view, each) for each in mass.likely(rule, view))

    def _compare_mass(self, rule: MassAbsence) -> None:
        live_from = self.board.live_from
        for alert in self.notices.of(rule.id):
            if alert.end is None and alert.start < live_from:
                self.notices.move("eased", alert, live_from, {})
        self.notices.forget(live_from)
        self.notices.compare(rule, mass.episodes(rule, self.view), self.view)
