"""`register-missing`: a session of a school day whose register did not come in time."""

from collections.abc import Iterator
from typing import Literal

from streams.attendance.school_kinds import RegisterMissing
from streams.board.board import LIVE_DAYS
from streams.board.times import MINUTE, day_of, start_ms, starts_at
from streams.board.view import View, in_calendar

Standing = Literal["closed", "no-school-day", "in-time", "late", "missing"]


def due_ms(rule: RegisterMissing, view: View, slot: int) -> int:
    """Return the last moment, in milliseconds since 1970, at which a session's register is in time."""
    return start_ms(slot, view.school) + rule.grace_minutes * MINUTE


def standing(rule: RegisterMissing, view: View, slot: int) -> Standing:
    """Say how a session's register stands once its time is up."""
    if view.closed(slot):
        return "closed"
    came = view.board.came_ms(slot)
    if came is not None:
        return "late" if came > due_ms(rule, view, slot) else "in-time"
    return "missing" if in_calendar(view.school, slot) or view.other_came(slot) else "no-school-day"


def overdue(rule: RegisterMissing, view: View, now_ms: int) -> Iterator[int]:
    """Yield the live sessions that are missing before *now_ms*, in order.

    None of the time before the school was first heard: until then nobody waited for its registers.
    """
    board = view.board
    if not board.first_ms:
        return
    first, last = board.first_ms, now_ms
    for slot in _not_come(view, now_ms):
        if first <= due_ms(rule, view, slot) < last and standing(rule, view, slot) == "missing":
            yield slot


def _not_come(view: View, now_ms: int) -> list[int]:
    """Return the sessions of which no mark is held, in order, of live days that may be school days.

    Those are the days on which there ever was school, and those of the terms: of others no session is missing.
    """
    board = view.board
    days = sorted(_days_of_terms(view, now_ms).union(board.open_days[-LIVE_DAYS:]))
    sessions = [(slot, board.sessions.get(slot)) for day in days for slot in (day * 2, day * 2 + 1)]
    return [slot for slot, session in sessions if session is None or session.came_ms is None]


def _days_of_terms(view: View, now_ms: int) -> set[int]:
    """Return the live days of the terms, up to now."""
    days = set[int]()
    first, last = max(day_of(view.board.first_ms), view.board.live_from >> 1), day_of(now_ms)
    for term in view.school.terms:
        days.update(range(max(first, term.first.toordinal()), min(last, term.last.toordinal()) + 1))
    return days


def evidence(rule: RegisterMissing, view: View, slot: int) -> dict[str, int]:
    """Return why a session's register is missing; and where it has come, how late it was."""
    at = starts_at(slot, view.school)
    came = view.board.came_ms(slot)
    late = {} if came is None else {"minutes_late": (came - start_ms(slot, view.school)) // MINUTE}
    return {
        "starts_at": at.hour * 100 + at.minute,
        "in_calendar": int(in_calendar(view.school, slot)),
        "other_session": int(view.other_came(slot)),
        **late,
        **rule.thresholds(),
    }
