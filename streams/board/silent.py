"""`feed-silent`: a school that is not heard any more while most others are: the link is down, nobody is away."""

from collections.abc import Iterator
from typing import NamedTuple

from streams.attendance.school_kinds import FeedSilent
from streams.attendance.sessions import as_number
from streams.board.county import County
from streams.board.times import MINUTE, day_of, start_ms
from streams.board.view import View, off


class Silence(NamedTuple):
    """From which session a school is silent, at which look that was seen, and what decided."""

    start: int
    seen_ms: int
    evidence: dict[str, int]


class _Day(NamedTuple):
    """One day since the school was last heard: when it was looked at, and how many others were heard by then."""

    looked_ms: int | None
    """None at the end of the day."""
    schools: int
    heard: int


def silence(rule: FeedSilent, view: View, county: County, now_ms: int) -> Silence | None:
    """Say whether the school was silent at any look before *now_ms*, at the first at which it was.

    The looks are `grace_minutes` after the start of each of the school's sessions, and what each sees depends on
    what was received until then alone, so that it does not matter when the question is asked.
    """
    board, first, without = view.board, None, 0
    heard_on, today = day_of(board.last_ms), day_of(now_ms)
    if today - heard_on <= rule.school_days_over:
        return None
    days = county.feeds.days(heard_on, today)
    if len(days) <= rule.school_days_over:
        return None
    for day in (day for day in days if not off(view.school, day)):
        for look in _looks(rule, view, county, day, now_ms):
            if look.heard * 100 <= rule.others_over_percent * look.schools:
                continue
            first = day if first is None else first
            if look.looked_ms is None:
                without += 1
            elif without >= rule.school_days_over:
                counts = (as_number(heard_on), without + 1, look.schools, look.heard)
                return Silence(
                    first * 2, look.looked_ms, dict(zip(rule.names, counts, strict=True)) | rule.thresholds()
                )
    return None


def _looks(rule: FeedSilent, view: View, county: County, day: int, now_ms: int) -> Iterator[_Day]:
    feeds, urn = county.feeds, view.board.urn
    for slot in (day * 2, day * 2 + 1):
        at = start_ms(slot, view.school) + rule.grace_minutes * MINUTE
        if at < now_ms:
            yield _Day(at, *feeds.others(urn, day, at))
    if day < day_of(now_ms):
        yield _Day(None, *feeds.others(urn, day, now_ms))
