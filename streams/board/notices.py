"""What is announced about one school, and the changes to publish: ids and sequences are those of pupils' alerts."""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from streams.attendance.episodes import Announced, ChangeKind, Comparison, alert_id
from streams.attendance.rule import BookRule
from streams.attendance.school_kinds import MassAbsence
from streams.attendance.sessions import academic_year
from streams.attendance.specification import Episode
from streams.board import mass
from streams.board.board import Board
from streams.board.view import View

Evidence = dict[str, int]


class SchoolChange(NamedTuple):
    """One change to publish, with what decided."""

    kind: ChangeKind
    alert: Announced
    evidence: Evidence


def school_key(urn: int) -> str:
    """Return what stands in the pupil's place in the id of a school's alert."""
    return f"urn:{urn}"


class Notices(Struct, eq=False):
    """The announced alerts of one board, changed in place; `changes` gathers what to publish."""

    board: Board
    changes: list[SchoolChange] = []

    def of(self, rule: str) -> list[Announced]:
        """Return what is announced by *rule*."""
        return [alert for alert in self.board.announced if alert.rule == rule]

    def at(self, rule: str, start: int) -> Announced | None:
        """Return the alert of *rule* that stands for session *start*."""
        return next((alert for alert in self.board.announced if alert.rule == rule and alert.start == start), None)

    def raise_(self, rule: BookRule, start: int, evidence: Evidence) -> None:
        """Announce that *rule* is on from session *start*, of which nothing is announced."""
        id_ = alert_id(school_key(self.board.urn), rule.id, start, 0)
        _, sequence = self.board.retired.get(id_, (0, 0))
        new = Announced(
            rule.id, id_, 0, start, start, None, sequence, rule.severity, tuple(rule.audience), rule.restricted
        )
        self.board.retired = {other: used for other, used in self.board.retired.items() if other != id_}
        self._announce("raised", new, evidence)

    def move(self, kind: ChangeKind, alert: Announced, end: int | None, evidence: Evidence) -> None:
        """Announce that *alert* now ends at *end* (None: open)."""
        self._announce(kind, replace(alert, end=end), evidence)

    def withdraw(self, alert: Announced) -> None:
        """Announce that *alert* should never have been."""
        gone = replace(alert, sequence=alert.sequence + 1)
        self.changes.append(SchoolChange("withdrawn", gone, {}))
        self._drop(gone)

    def forget(self, live_from: int) -> None:
        """Leave as they were sent the alerts that ended and whose session is not live; nothing is published."""
        if not (self.board.announced or self.board.retired):
            return
        for alert in [alert for alert in self.board.announced if alert.end is not None and alert.start < live_from]:
            self._drop(alert)
        if any(first < live_from for first, _ in self.board.retired.values()):
            self.board.retired = {id_: used for id_, used in self.board.retired.items() if used[0] >= live_from}

    def compare(self, rule: MassAbsence, episodes: Sequence[Episode], view: View) -> None:
        """Compare *episodes* with what is announced by *rule*, as it is done for pupils."""
        board, mine = self.board, self.of(rule.id)
        if not mine and not episodes:
            return
        year = academic_year(board.live_from or board.latest) - 1  # whatever is compared here is live
        comparison = Comparison(school_key(board.urn), mine, board.retired, year=year, year_moved=False)
        outcome = comparison.run([rule], {0: list(episodes)} if episodes else {})
        if not outcome.changes:
            return
        others = tuple(alert for alert in board.announced if alert.rule != rule.id)
        board.announced, board.retired = (*others, *outcome.announced), outcome.retired
        board.summary_changed = True
        self.changes += [
            SchoolChange(kind, alert, {} if as_of is None else mass.evidence(rule, view, as_of))
            for kind, alert, as_of in outcome.changes
        ]

    def _announce(self, kind: ChangeKind, alert: Announced, evidence: Evidence) -> None:
        counted = replace(alert, sequence=alert.sequence + 1)
        others = tuple(other for other in self.board.announced if other.alert_id != alert.alert_id)
        self.board.announced = (*others, counted)
        self.board.summary_changed = True
        self.changes.append(SchoolChange(kind, counted, evidence))

    def _drop(self, alert: Announced) -> None:
        board = self.board
        board.announced = tuple(other for other in board.announced if other.alert_id != alert.alert_id)
        board.retired = {**board.retired, alert.alert_id: (alert.first, alert.sequence)}
        board.summary_changed = True
