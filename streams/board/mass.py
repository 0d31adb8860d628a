"""`mass-absence`: in one session far more absence than this school usually has."""

from bisect import bisect_left
from itertools import pairwise
from math import gcd
from operator import itemgetter
from typing import NamedTuple

from streams.attendance.school_kinds import MassAbsence
from streams.attendance.sessions import as_number
from streams.attendance.specification import Episode
from streams.board.session_marks import Tally
from streams.board.view import View


class Rate(NamedTuple):
    """Absent of possible sessions, as a fraction of whole numbers."""

    absent: int
    possible: int


def median(rates: list[Rate]) -> Rate:
    """Return the median of *rates*, one or more; of an even number the mean of the two in the middle.

    Sorted by their quotients: with so few pupils two fractions that differ do so by far more than a float's error.
    """
    ordered = sorted(rates, key=lambda rate: rate.absent / rate.possible)
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    absent = low.absent * high.possible + high.absent * low.possible
    possible = 2 * low.possible * high.possible
    common = gcd(absent, possible)
    return Rate(absent // common, possible // common)


class Baseline(NamedTuple):
    """What a session is held against: the school days before it, and the rates of their sessions."""

    days: list[int]
    rates: list[Rate]


def baseline(rule: MassAbsence, view: View, slot: int) -> Baseline:
    """Return the last `days_before` school days before the day of *slot*, and their rates.

    A session in which nobody had a possible mark has no rate.
    """
    days = [day for day in view.school_days() if day < slot >> 1][-rule.days_before :]
    tallies = [view.tally(slot) for day in days for slot in (day * 2, day * 2 + 1)]
    return Baseline(days, [Rate(tally.absent, tally.possible) for tally in tallies if tally.possible])


def may_hold(rule: MassAbsence, tally: Tally) -> bool:
    """Whether absence is so high, of enough pupils, that the rule holds unless it is usual here."""
    return tally.possible >= rule.min_possible and 100 * tally.absent >= rule.enter_points * tally.possible


def likely(rule: MassAbsence, view: View) -> frozenset[int]:
    """Return the sessions of which `may_hold` is so: from memory, which `heed` keeps up."""
    known = view.board.likely.get(rule.id)
    if known is None:
        known = frozenset([slot for slot, tally in view.tallies() if may_hold(rule, tally)])
        view.board.likely[rule.id] = known
    return known


def heed(rule: MassAbsence, view: View, slot: int) -> bool:
    """Take that marks of a session moved; return whether `may_hold` is so of it."""
    known, may = view.board.likely.get(rule.id), may_hold(rule, view.tally(slot))
    if known is not None and (slot in known) != may:
        view.board.likely[rule.id] = known ^ {slot}
    return may


def holds(rule: MassAbsence, view: View, slot: int) -> bool:
    """Whether absence in a session is far above what is usual."""
    tally = view.tally(slot)
    if not may_hold(rule, tally):
        return False
    absent, possible = tally.absent, tally.possible
    days, rates = baseline(rule, view, slot)
    if len(days) < rule.min_days_before or not rates:
        return False
    usual = median(rates)
    above = 100 * (absent * usual.possible - usual.absent * possible)
    return (
        above >= rule.enter_points * possible * usual.possible
        and absent * usual.possible >= rule.enter_times * usual.absent * possible
    )


def episodes(rule: MassAbsence, view: View) -> list[Episode]:
    """Return the episodes that begin in a live session: walked over the sessions that count, as rules of pupils are.

    Of those before the live ones only the last is asked, which an episode may go on from that began before.
    """
    live_from = view.board.live_from
    counting = [(slot, tally) for slot, tally in view.tallies() if tally.possible >= rule.min_possible]
    before = bisect_left(counting, live_from, key=itemgetter(0))
    walked = counting[max(0, before - 1) :]
    on = [may_hold(rule, tally) and is_on(rule, view, slot) for slot, tally in walked]
    starts = [i for i, (was, now) in enumerate(pairwise([False, *on])) if now and not was]
    ends = [next((walked[j][0] for j in range(i, len(on)) if not on[j]), None) for i in starts]
    found = [Episode(walked[i][0], end) for i, end in zip(starts, ends, strict=True)]
    return [episode for episode in found if episode.start >= live_from]


def is_on(rule: MassAbsence, view: View, slot: int) -> bool:
    """Say what `holds` says, from memory where nothing has changed. Ask `may_hold` first: it costs less."""
    verdicts = view.board.verdicts.setdefault(slot, {})
    if rule.id not in verdicts:
        verdicts[rule.id] = holds(rule, view, slot)
    return verdicts[rule.id]


def evidence(rule: MassAbsence, view: View, slot: int) -> dict[str, int]:
    """Return what decided about a session: its counts, the median, and of what it is."""
    tally = view.tally(slot)
    days, rates = baseline(rule, view, slot)
    usual = median(rates) if rates else Rate(0, 1)
    numbers = (tally.possible, tally.absent, usual.absent, usual.possible, len(days), len(rates))
    since = {"since": as_number(days[0])} if days else {}
    return dict(zip(rule.names, numbers, strict=True)) | rule.thresholds() | since | {"until": as_number(slot >> 1)}
