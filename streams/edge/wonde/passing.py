"""Marks of one school, by Wonde's ids, to registers: the part of a poll that knows nothing of pages."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from streams.attendance.sessions import session_of
from streams.attendance.sessions import slot as slot_of
from streams.edge import grouping
from streams.edge.intake import Door, check_draft
from streams.edge.verdicts import Checked, Event
from streams.edge.wonde.lookup import Lookup
from streams.edge.wonde.records import Attendance
from streams.edge.wonde.schools import School
from streams.edge.wonde.state import Seen, State, Waiting
from streams.pipeline.forms import read_date

Deliver = Callable[[Iterable[Event]], None]
"""Passes registers on; returns when Kafka has them all, and raises otherwise."""

NO_MARK = "-"


@dataclass
class Tally:
    """What one poll of one school did. Nothing in it names a pupil."""

    registers: int = 0
    marks: int = 0
    deleted: int = 0
    unreadable: int = 0
    held: Counter[str] = field(default_factory=Counter)
    """Marks that wait now, by reason."""


class _Known(NamedTuple):
    """A mark whose pupil and code are known; *origin* is None where it only takes an older mark back."""

    seen: Seen
    code: str
    minutes: int | None
    recorded_at: str
    origin: Attendance | None


class Passing:
    """Passes marks of *school* on, and writes to *state* what became of each; to be committed by who calls."""

    def __init__(self, school: School, lookup: Lookup, state: State, door: Door, deliver: Deliver) -> None:
        self.tally = Tally()
        self._school, self._lookup, self._state, self._door, self._deliver = school, lookup, state, door, deliver

    def changed(self, marks: Iterable[Attendance]) -> None:
        """Pass on new and changed marks, but not again as they are; what cannot be passed on waits."""
        news = {mark: self._is_news(mark) for mark in marks}
        found = [self._resolve(mark) for mark, is_new in news.items() if is_new]
        known = [mark for mark in found if isinstance(mark, _Known)]
        waiting = [mark for mark in found if isinstance(mark, Waiting)]
        passed, refused = self._pass_on([*known, *self._take_back(known)])
        self._state.release(self._school.wonde_id, (mark.id for mark, is_new in news.items() if not is_new))
        self._state.remember(self._school.wonde_id, (mark.seen for mark in passed if mark.origin))
        self._state.hold(self._school.wonde_id, [*waiting, *refused])

    def unreadable(self, records: Iterable[str]) -> None:
        """Keep in mind that these records could not be read, until they can or are deleted."""
        self._state.hold_unreadable(self._school.wonde_id, records)

    def deleted(self, records: Iterable[tuple[str, str]]) -> None:
        """Take back the marks of deleted *records*, each with the time of it; others are nothing to do with marks."""
        records = list(records)
        found = [(self._state.seen(self._school.wonde_id, record), at) for record, at in records]
        gone = [self._empty(seen, at) for seen, at in found if seen and not self._stands(seen)]
        passed, _ = self._pass_on(gone)
        for record, _ in records:
            self._state.forget(self._school.wonde_id, record)
        self.tally.deleted += len(passed)

    def _is_news(self, mark: Attendance) -> bool:
        before = self._state.seen(self._school.wonde_id, mark.id)
        return before is None or before.version != _version(mark)

    def _resolve(self, mark: Attendance) -> _Known | Waiting:
        day = read_date(mark.date)
        code, pupil = self._lookup.code(mark.code), self._lookup.pupil(mark.student)
        if day is None:
            return Waiting(mark, "bad-date")
        if code is None:
            return Waiting(mark, "code-not-listed")
        if pupil is None:
            return Waiting(mark, "student-without-upn")
        seen = Seen(mark.id, pupil, slot_of(day, mark.half), _version(mark))
        return _Known(seen, code, mark.minutes, mark.recorded_at, mark)

    def _take_back(self, marks: list[_Known]) -> Iterator[_Known]:
        """Where a record was another pupil's or session's mark before, empty that, unless it has a new record."""
        filled = {(mark.seen.pupil, mark.seen.slot) for mark in marks}
        for mark in marks:
            before = self._state.seen(self._school.wonde_id, mark.seen.record)
            if before and (before.pupil, before.slot) not in filled and not self._stands(before):
                yield self._empty(before, mark.recorded_at)

    def _stands(self, seen: Seen) -> bool:
        return self._state.has_other(self._school.wonde_id, seen)

    def _empty(self, seen: Seen, at: str) -> _Known:
        return _Known(seen, NO_MARK, None, at, None)

    def _pass_on(self, marks: list[_Known]) -> tuple[list[_Known], list[Waiting]]:
        """Deliver; give the marks that went and those that were refused."""
        checked = [(some, self._check(some)) for some in _by_session(marks)]
        events = [result.event for _, result in checked if result.event is not None]
        self._deliver(events)
        self.tally.registers += len(events)
        passed, refused = [], []
        for some, result in checked:
            against = _against(some, result)
            passed += [mark for at, mark in enumerate(some) if at not in against]
            refused += [Waiting(origin, why) for at, why in against.items() if (origin := some[at].origin)]
        self.tally.marks += len(passed)
        return passed, refused

    def _check(self, marks: list[_Known]) -> Checked:
        date, half = session_of(marks[0].seen.slot)
        fields = [_fields(mark) for mark in marks]
        return check_draft(
            grouping.draft_of("wonde", urn=self._school.urn, date=date, half=half, marks=fields), self._door
        )


def _version(mark: Attendance) -> bytes:
    return hashlib.blake2b(msgspec.json.encode(mark), digest_size=8).digest()


def _fields(mark: _Known) -> dict[str, Any]:
    fields = {"pupil": mark.seen.pupil, "code": mark.code, "recorded_at": mark.recorded_at}
    return fields if mark.minutes is None else fields | {"minutes_late": mark.minutes}


def _by_session(marks: list[_Known]) -> Iterator[list[_Known]]:
    sessions: dict[int, list[_Known]] = defaultdict(list)
    for mark in marks:
        sessions[mark.seen.slot].append(mark)
    for slot in sorted(sessions):
        some = sessions[slot]
        yield from (some[at : at + grouping.MAX_MARKS] for at in range(0, len(some), grouping.MAX_MARKS))


def _against(marks: list[_Known], checked: Checked) -> dict[int, str]:
    """Give for each mark that was not taken, by its place, the reason."""
    if checked.event is None and not checked.refused and checked.refusal is not None:
        return dict.fromkeys(range(len(marks)), checked.refusal.reason)
    return {refused.mark: refused.reason for refused in checked.refused}
