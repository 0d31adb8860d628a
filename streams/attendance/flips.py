"""A plain append that flips rules: what is announced moves on beside the record, without making the object.

**Why it is exact.** It is what `Pupil.take` does with such a mark. Of a pupil whose record is ready all is announced by
this rule book and as of the walk, with nothing to be forgotten: a rule's alerts are its live episodes, in order. The
mark moves no year, and no episode but those of the rules that it flipped: every other alert continues its own, unmoved,
and the comparison of a rule looks at no other. Evidence gives the very counts that the kernel tested. And what the
kernel takes of the pupil later in the batch changes nothing up to this mark: after a flip an amendment of its day is no
plain one. So the flips of a batch are told after it, in order.
"""

from collections.abc import Sequence

from streams.attendance.episodes import Change, Comparison
from streams.attendance.rested import Rested
from streams.attendance.screen import Flip
from streams.attendance.sessions import academic_year
from streams.attendance.specification import Episode
from streams.attendance.walk import Closed, Engine


def told(engine: Engine, pupil: str, kept: Rested, flips: Sequence[Flip]) -> tuple[Rested, list[Change]]:
    """Return *kept* as it is after a mark that flipped rules, and the changes that follow."""
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
