"""A plain append that flips rules: what is announced moves on beside the record, without making the object.

**Why it is exact.** It is what `Pupil.take` does with such a mark. Of a pupil whose record is ready all is announced by
this rule book and as of the walk, with nothing to be forgotten: a rule's alerts are its live episodes, in order. The
mark moves no year, and no episode but those of the rules that it flipped: every other alert continues its own, unmoved,
and the comparison of a rule looks at no other. Evidence gives the very counts that the kernel tested. And what the
kernel takes of the pupil later in the batch changes nothing up to this mark: after a flip an amendment of its day is no
plain one. So the flips of a batch are told after it, in order.

Where what is announced of a rule that flipped is its live episodes of before, as nearly always, what follows is known
without comparing: one that went on is raised, one that went off is eased.
"""

from collections.abc import Sequence
from operator import attrgetter

from streams.attendance.episodes import Change, Comparison, alert_id
from streams.attendance.rested import Rested
from streams.attendance.said import Retired, Row, announced_of, in_rows, kind_of, rule_of
from streams.attendance.screen import Flip
from streams.attendance.sessions import academic_year, year_start
from streams.attendance.specification import Episode
from streams.attendance.walk import Closed, Engine


def told(engine: Engine, pupil: str, kept: Rested, flips: Sequence[Flip]) -> tuple[Rested, list[Change]]:
    """Return *kept* as it is after a mark that flipped rules, and the changes that follow."""
    rows, retired = in_rows(kept.said)
    before, slot = kept.all_closed(), flips[0].slot
    closed = [(flip.rule, flip.since, slot) for flip in flips if flip.since]
    changes: list[Change] = []
    for flip in sorted(flips, key=attrgetter("rule")):
        rule = engine.rules[flip.rule].id
        mine = [row for row in rows if rule_of(row) == rule]
        if [row[4:6] for row in mine] != _live(before, flip):
            return _compared(engine, pupil, kept, flips)
        row = _eased(engine, mine[-1], flip) if flip.since else _raised(engine, pupil, mine, flip, retired)
        others = [other for other in rows if other is not mine[-1]] if flip.since else rows
        rows = sorted([*others, row], key=lambda row: engine.places[rule_of(row)])
        changes.append(Change("eased" if flip.since else "raised", announced_of(row), slot))
    oldest = year_start(academic_year(slot) - 1)
    left = {id_: (first, last) for id_, (first, last) in retired.items() if first >= oldest}
    return kept.told_rows(rows, left, closed), changes


def _live(closed: Sequence[Closed], flip: Flip) -> list[tuple[int, int]]:
    """Return the live episodes that the rule of a flip had before it, as rows have their intervals."""
    first = year_start(academic_year(flip.slot))
    found = [(start, end) for rule, start, end in closed if rule == flip.rule and end >= first]
    return [*found, (flip.since, -1)] if flip.since else found


def _eased(engine: Engine, row: Row, flip: Flip) -> Row:
    _, id_, number, first, start, _, sequence = row
    return kind_of(engine.rules[flip.rule]), id_, number, first, start, flip.slot, sequence + 1


def _raised(engine: Engine, pupil: str, mine: Sequence[Row], flip: Flip, retired: Retired) -> Row:
    rule = engine.rules[flip.rule]
    used = {row[2] for row in mine if row[3] == flip.slot}
    number = next(n for n in range(len(used) + 1) if n not in used)
    id_ = alert_id(pupil, rule.id, flip.slot, number)
    _, sequence = retired.pop(id_, (0, 0))
    return kind_of(rule), bytes.fromhex(id_), number, flip.slot, flip.slot, -1, sequence + 1


def _compared(engine: Engine, pupil: str, kept: Rested, flips: Sequence[Flip]) -> tuple[Rested, list[Change]]:
    """As `told`, whatever is announced."""
    slot = flips[0].slot
    closed = [(flip.rule, flip.since, slot) for flip in flips if flip.since]
    announced, retired = kept.announced()
    comparison = Comparison(pupil, announced, retired, year=academic_year(slot), year_moved=False)
    episodes = _episodes([*kept.all_closed(), *closed], flips)
    outcome = comparison.run_some(engine.rules, episodes, engine.places)
    return kept.told(outcome.announced, outcome.retired, closed), outcome.changes


def _episodes(closed: Sequence[Closed], flips: Sequence[Flip]) -> dict[int, list[Episode]]:
    """Return the episodes of the rules that flipped, by place, in order of their start."""
    found: dict[int, list[Episode]] = {flip.rule: [] for flip in flips}
    for rule, start, end in closed:
        if rule in found:
            found[rule].append(Episode(start, end))
    for flip in flips:
        if not flip.since:
            found[flip.rule].append(Episode(flip.slot, None))
    return found
