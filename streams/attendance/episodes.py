"""From episodes to what is announced: the comparison, pure, each change with its reason.

`rules.md` in one paragraph: an alert is announced from its `raised` until it is withdrawn, or forgotten once it is
history. At each comparison every episode continues the earliest announced alert it overlaps; what nothing continues is
withdrawn, what continues nothing is raised, and what moved is eased, reopened or revised.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from streams.attendance.rule import BookRule
from streams.attendance.sessions import written, year_start
from streams.attendance.specification import Episode

ChangeKind = Literal["raised", "eased", "reopened", "revised", "withdrawn"]
ReasonKind = Literal["erasure", "rulebook", "year", "correction", "mark", "time"]


class Announced(Struct, frozen=True, array_like=True):
    """An alert as last announced.

    `first` is its start when first raised, with which its id was made; `end` None is open.
    """

    rule: str
    alert_id: str
    number: int
    first: int
    start: int
    end: int | None
    sequence: int
    severity: str
    audience: tuple[str, ...]
    restricted: bool

    def live(self, year: int) -> bool:
        """Whether it is open, or ended on or after 1 August of *year*."""
        return self.end is None or self.end >= year_start(year)

    def overlaps(self, episode: Episode) -> bool:
        """Whether the two half-open intervals share a session."""
        before_its_end = episode.end is None or self.start < episode.end
        return before_its_end and (self.end is None or episode.start < self.end)


class Change(NamedTuple):
    """One change to publish. `as_of` is the session that its evidence speaks of, None where there is none to give."""

    kind: ChangeKind
    alert: Announced
    as_of: int | None


Retired = Mapping[str, tuple[int, int]]
"""By id of an alert no longer announced: its `first`, and the last sequence used."""


class Outcome(NamedTuple):
    """The changes in order, and what is announced and retired after them."""

    changes: list[Change]
    announced: tuple[Announced, ...]
    retired: dict[str, tuple[int, int]]


def alert_id(pupil: str, rule: str, first: int, number: int) -> str:
    """Return the id of the *number*th alert of a pupil and rule that was first raised at *first*."""
    return hashlib.sha256(f"{pupil}|{rule}|{written(first)}|{number}".encode()).hexdigest()[:32]


class Comparison:
    """One comparison of a pupil's episodes with what is announced, rule by rule in the order of the book."""

    def __init__(
        self, pupil: str, announced: Sequence[Announced], retired: Retired, *, year: int, year_moved: bool
    ) -> None:
        self.pupil, self.year, self.year_moved = pupil, year, year_moved
        self.pending = list(announced)
        self.retired = dict(retired)
        self.kept: list[Announced] = []
        self.changes: list[Change] = []

    def run(
        self,
        rules: Sequence[BookRule],
        episodes: Mapping[int, list[Episode]],
        places: Mapping[str, int] | None = None,
    ) -> Outcome:
        """Compare, and return the outcome. `episodes` by place in *rules*, each list in order of start.

        *places* says by id where in *rules* each stands, for one who knows it.
        """
        places = {rule.id: place for place, rule in enumerate(rules)} if places is None else places
        self._withdraw([alert for alert in self.pending if alert.rule not in places])
        self._forget([alert for alert in self.pending if alert.rule in places and not alert.live(self.year)])
        by_rule: dict[str, list[Announced]] = {}
        for alert in sorted(self.pending, key=lambda alert: alert.start):
            by_rule.setdefault(alert.rule, []).append(alert)
        for place in sorted({places[rule] for rule in by_rule if rule in places} | episodes.keys()):
            self._rule(rules[place], by_rule.get(rules[place].id, []), episodes.get(place, []))
        return self._outcome()

    def run_some(
        self, rules: Sequence[BookRule], episodes: Mapping[int, list[Episode]], places: Mapping[str, int]
    ) -> Outcome:
        """As `run` after a comparison since which only rules of *episodes* moved, and the year did not."""
        for place in sorted(episodes):
            rule = rules[place]
            self._rule(rule, [alert for alert in self.pending if alert.rule == rule.id], episodes[place])
        self.kept += [alert for alert in self.pending if places[alert.rule] not in episodes]
        self.kept.sort(key=lambda alert: places[alert.rule])
        return self._outcome()

    def _outcome(self) -> Outcome:
        oldest = year_start(self.year - 1)
        retired = {id_: (first, n) for id_, (first, n) in self.retired.items() if first >= oldest}
        return Outcome(self.changes, tuple(self.kept), retired)

    def _rule(self, rule: BookRule, mine: list[Announced], episodes: list[Episode]) -> None:
        same = _unmoved(mine, episodes)  # as of most rules at most comparisons are all
        self.kept += mine[:same]
        if same < max(len(mine), len(episodes)):
            self._follow(rule, mine[same:], episodes[same:])

    def _follow(self, rule: BookRule, mine: list[Announced], episodes: list[Episode]) -> None:
        continued = _match(mine, episodes)
        taken = [alert for alert in continued if alert]
        left = [alert for alert in mine if alert not in taken]
        others: list[tuple[int, Announced | None, Episode]] = [
            (episode.start, alert, episode) for alert, episode in zip(continued, episodes, strict=True)
        ]
        if self.year_moved:
            last = year_start(self.year) - 1  # 31 July PM
            others += [(alert.start, alert, Episode(alert.start, last)) for alert in left]
        else:
            self._withdraw(left)
        staying = [alert for _, alert, _ in others if alert]
        for _, alert, episode in sorted(others, key=lambda other: other[0]):
            if alert is not None:
                self._continue(rule, alert, episode)
            elif _live(episode, self.year):
                self._raise(rule, episode, staying)

    def _withdraw(self, alerts: list[Announced]) -> None:
        for alert in alerts:
            withdrawn = replace(alert, sequence=alert.sequence + 1)
            self.changes.append(Change("withdrawn", withdrawn, None))
            self.retired[alert.alert_id] = alert.first, withdrawn.sequence

    def _forget(self, alerts: list[Announced]) -> None:
        for alert in alerts:
            self.pending.remove(alert)
            self.retired[alert.alert_id] = alert.first, alert.sequence

    def _continue(self, rule: BookRule, alert: Announced, episode: Episode) -> None:
        kind = _moved(alert, episode)
        if kind is None:
            self.kept.append(alert)
            return
        as_of = episode.end if kind == "eased" else episode.start
        self._announce(kind, _as_announced(alert, rule, episode), as_of)

    def _raise(self, rule: BookRule, episode: Episode, staying: list[Announced]) -> None:
        used = {alert.number for alert in staying if alert.first == episode.start}
        used |= {alert.number for alert in self.kept if alert.rule == rule.id and alert.first == episode.start}
        number = next(n for n in range(len(used) + 1) if n not in used)
        id_ = alert_id(self.pupil, rule.id, episode.start, number)
        _, sequence = self.retired.pop(id_, (0, 0))
        new = Announced(
            rule.id, id_, number, episode.start, episode.start, None, sequence,
            rule.severity, tuple(rule.audience), rule.restricted,
        )  # fmt: skip
        raised = self._announce("raised", new, episode.start)
        if episode.end is not None:
            self.kept.remove(raised)
            self._announce("eased", replace(raised, end=episode.end), episode.end)

    def _announce(self, kind: ChangeKind, alert: Announced, as_of: int | None) -> Announced:
        counted = replace(alert, sequence=alert.sequence + 1)
        self.changes.append(Change(kind, counted, None if self.year_moved else as_of))
        self.kept.append(counted)
        return counted


def _unmoved(mine: list[Announced], episodes: list[Episode]) -> int:
    """Return how many episodes, from the first on, continue the alert at the same place, which has their interval."""
    for at, (alert, episode) in enumerate(zip(mine, episodes, strict=False)):
        if alert.start != episode.start or alert.end != episode.end:
            return at
    return min(len(mine), len(episodes))


def _match(mine: list[Announced], episodes: list[Episode]) -> list[Announced | None]:
    """Return, for each episode in order, the alert it continues: the earliest not yet taken that it overlaps."""
    free = list(mine)
    continued: list[Announced | None] = []
    for episode in episodes:
        alert = next((alert for alert in free if alert.overlaps(episode)), None)
        if alert is not None:
            free.remove(alert)
        continued.append(alert)
    return continued


def _moved(alert: Announced, episode: Episode) -> ChangeKind | None:
    if alert.end is None and episode.end is not None:
        return "eased"
    if alert.end is not None and episode.end is None:
        return "reopened"
    return None if (alert.start, alert.end) == tuple(episode) else "revised"


def _as_announced(alert: Announced, rule: BookRule, episode: Episode) -> Announced:
    return replace(
        alert, start=episode.start, end=episode.end,
        severity=rule.severity, audience=tuple(rule.audience), restricted=rule.restricted,
    )  # fmt: skip


def _live(episode: Episode, year: int) -> bool:
    return episode.end is None or episode.end >= year_start(year)
