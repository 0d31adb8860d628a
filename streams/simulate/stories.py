"""What must happen in every half-term, whatever the seed.

* A whole class is marked absent for three days by a wrong template, and corrected on the Friday: alerts are withdrawn.
* A register arrives five days late.
* A child moves school, and its absences go with it.
* A child is dual-registered, and for one session each school believes that the child is at the other.
* Poison: bytes that are no register, and registers with marks that are none.
"""

from datetime import date, datetime
from typing import NamedTuple

from streams.simulate.calendar import SchoolSession, at
from streams.simulate.office import Amendment, Entry
from streams.simulate.roll import Enrolment, Form, pseudonym

WRONG_TEMPLATE = "990001-5"
WRONG_DAYS = frozenset({date(2025, 9, 22), date(2025, 9, 23), date(2025, 9, 24)})
CORRECTED = at(date(2025, 9, 26), 11)

LATE_REGISTER = ("990002-6", date(2025, 10, 2), "PM")
LATE_ARRIVAL = at(date(2025, 10, 7), 9, 40)

MOVES_ON = date(2025, 9, 29)
AWAY_BEFORE = {(date(2025, 9, 10), "AM"): "I", (date(2025, 9, 10), "PM"): "I", (date(2025, 9, 19), "PM"): "O"}
AWAY_AFTER = {(date(2025, 9, 30), "PM"): "O", (date(2025, 10, 1), "AM"): "O", (date(2025, 10, 1), "PM"): "O"}

WEDNESDAY = 2
GAP = (date(2025, 9, 18), "PM")
POISONED_FROM = at(date(2025, 9, 9), 9, 30)


class Story(NamedTuple):
    """A child, and the two forms that it belongs to."""

    pupil: str
    first: Form
    second: Form


def wrong_template(form: Form, session: SchoolSession, entries: list[Entry]) -> list[Entry]:
    """In one form, on three days, everyone who was there is written down as absent (`O`) until the Friday."""
    if form.name != WRONG_TEMPLATE or session.date not in WRONG_DAYS:
        return entries
    return [_wrong(entry) if entry.code in {session.present, "L"} else entry for entry in entries]


def _wrong(entry: Entry) -> Entry:
    return Entry(entry.pupil, "O", amended=Amendment(CORRECTED, entry.code, entry.minutes_late))


def arrival(form: Form, session: SchoolSession, usual: datetime) -> datetime:
    """When a register is sent: as usual, but for the late one."""
    return LATE_ARRIVAL if (form.name, session.date, session.half) == LATE_REGISTER else usual


def move(story: Story, sessions: list[SchoolSession]) -> None:
    """On 29 September the child leaves the first form's school for the second's, with three absences in the bag."""
    before = [_there(s, AWAY_BEFORE) if s.date < MOVES_ON else None for s in sessions]
    after = [_there(s, AWAY_AFTER) if s.date >= MOVES_ON else None for s in sessions]
    _enrol(story, before, after)


def share(story: Story, sessions: list[SchoolSession]) -> None:
    """Dual-registered: Monday to Wednesday at the first form's school, then at the second's; one session at neither."""
    first = [_shared(s, here=s.date.weekday() <= WEDNESDAY) for s in sessions]
    second = [_shared(s, here=s.date.weekday() > WEDNESDAY) for s in sessions]
    _enrol(story, first, second)


def _there(session: SchoolSession, away: dict[tuple[date, str], str]) -> str:
    return "#" if session.inset else away.get((session.date, session.half), session.present)


def _shared(session: SchoolSession, *, here: bool) -> str:
    if session.inset:
        return "#"
    return session.present if here and (session.date, session.half) != GAP else "D"


def _enrol(story: Story, first: list[str | None] | list[str], second: list[str | None] | list[str]) -> None:
    story.first.enrolments.append(Enrolment(story.pupil, list(first)))
    story.second.enrolments.append(Enrolment(story.pupil, list(second)))


def poison(seed: int) -> list[bytes]:
    """Lines that must be refused, wholly or in one mark; the good mark beside a bad one is taken."""
    good = b'{"pupil": "%s", "code": "/"}' % pseudonym(seed, 0).encode()
    return [
        b"\xff\xfe register of 9 September, by fax",
        b"[1, 2, 3]",
        _register(b"poison-1", b'"2025-09-09 09:05"', good),
        _register(b"poison-2", b'"2025-09-09T09:05:00+01:00"', good, b'{"pupil": "not-a-pseudonym", "code": "/"}'),
        _register(b"poison-3", b'"2025-09-09T09:05:00+01:00"', good, good.replace(b'"/"', b'"?"')),
        _register(b"poison-4", b'"2025-09-09T09:05:00+01:00"', good, b'{"pupil": 7}'),
    ]


def _register(name: bytes, recorded: bytes, *marks: bytes) -> bytes:
    return (
        b'{"register_id": "%s", "urn": 990001, "date": "2025-09-09", "session": "AM", "recorded_at": %s, "marks": [%s]}'
        % (
            name,
            recorded,
            b", ".join(marks),
        )
    )
