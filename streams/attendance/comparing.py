"""A late mark that moved an episode: what is announced is compared as rows, and of most rules nothing is made.

**Why it is exact.** It is what `Comparison.run` does. A rule's episodes share no session with each other. So where what
is announced of it are its live episodes, each continues its own, none moved, and those that are history continue
nothing and raise nothing: there is no change of that rule, and what is announced of it stays as it is. The rules of
which it is not so are compared as ever, and no rule looks at another's alerts. Where something is to be forgotten, or
is of a rule that is not in the book, nothing is told here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from streams.attendance.episodes import Change, Comparison
from streams.attendance.rested import Rested
from streams.attendance.said import Row, announced_of, in_rows, row_of, rule_of
from streams.attendance.sessions import academic_year, year_start
from streams.attendance.specification import Episode
from streams.attendance.walk import Closed, Engine

_OPEN = -1  # as the end of a row

_Rows = dict[int, list[Row]]
"""By place of their rule, in order of their start."""
_Spans = dict[int, list[tuple[int, int]]]
"""Start and end of episodes, likewise."""


class Compared(NamedTuple):
    """The changes in order; and what is kept after them, None where that is as it was."""

    changes: list[Change]
    kept: Rested | None


def compared(engine: Engine, pupil: str, kept: Rested, on: Sequence[int], last: int) -> Compared | None:
    """Compare the episodes that *kept* has closed, and those *on*, with what is announced.

    *on* says by place of the rule since when, 0 where it is off; *last* is the pupil's last session. None where
    something is to be forgotten, now or at the next comparison, or is of no rule of the book.
    """
    (rows, retired), year = in_rows(kept.said), academic_year(last)
    mine = _by_place(rows, engine.places, year_start(year))
    if mine is None:
        return None
    spans = _spans(kept.all_closed(), on)
    moved = sorted(_moved(mine, spans, year_start(year)))
    alerts = [announced_of(row) for place in moved for row in mine.get(place, ())]
    episodes = {place: [_episode(*span) for span in spans.get(place, ())] for place in moved}
    comparison = Comparison(pupil, alerts, retired, year=year, year_moved=False)
    outcome = comparison.run_some(engine.rules, episodes, engine.places)
    if not all(alert.live(year) for alert in outcome.announced):
        return None
    now = _after(mine, [row_of(alert) for alert in outcome.announced], moved, engine.places)
    same = now == rows and outcome.retired == retired
    return Compared(outcome.changes, None if same else kept.told_rows(now, outcome.retired, ()))


def _by_place(rows: Iterable[Row], places: Mapping[str, int], first: int) -> _Rows | None:
    """Return rows by place of their rule; None where one ended before slot *first*, or has no place."""
    found: _Rows = {}
    for row in sorted(rows, key=itemgetter(4)):
        place = places.get(rule_of(row), -1)
        if place < 0 or _OPEN < row[5] < first:
            return None
        found.setdefault(place, []).append(row)
    return found


def _spans(closed: Iterable[Closed], on: Sequence[int]) -> _Spans:
    found: _Spans = {}
    for rule, start, end in closed:
        found.setdefault(rule, []).append((start, end))
    for rule, since in enumerate(on):
        if since:
            found.setdefault(rule, []).append((since, _OPEN))
    return found


def _moved(mine: _Rows, spans: _Spans, first: int) -> Iterator[int]:
    """Yield the places of the rules of which what is announced are not the live episodes."""
    for place in mine.keys() | spans.keys():
        live = [span for span in spans.get(place, ()) if span[1] == _OPEN or span[1] >= first]
        if [row[4:6] for row in mine.get(place, ())] != live:
            yield place


def _episode(start: int, end: int) -> Episode:
    return Episode(start, None if end == _OPEN else end)


def _after(mine: _Rows, others: Iterable[Row], moved: Iterable[int], places: Mapping[str, int]) -> list[Row]:
    """Return what is announced after a comparison in which only rules at places *moved* changed, now *others*."""
    now = mine | {place: list[Row]() for place in moved}
    for row in others:
        now[places[rule_of(row)]].append(row)
    return [row for place in sorted(now) for row in now[place]]
