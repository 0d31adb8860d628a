"""What must happen in the demo's half-term, whatever the seed.

* A class is marked absent for three days by a wrong template, and corrected on the Friday: alerts are withdrawn.
* A school sends no register of an afternoon until the next morning.
* A school's heating fails: all are written down as away, until the office learns to write a closure (Y4).
* A register arrives five days late.
* A child moves school, and its absences go with it.
* A child is dual-registered, and for one session each school believes that the child is at the other.
* Poison: bytes that are no register, and registers with marks that are none.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import reduce

from streams.simulate.county.county import Register, Session
from streams.simulate.county.schools import FIRST_URN, School
from streams.simulate.county.year import at
from streams.simulate.office import UNKNOWN, Entry
from streams.simulate.roll import pseudonym

Story = Callable[[Register], Iterator[Register]]
"""One register in, what becomes of it out."""

_PRESENT = frozenset({"/", "\\", "L"})
_CLOSED = frozenset({"#", "Y4"})
_AGAIN = 100  # versions from here on are corrections of a story

WRONG_DAYS = frozenset({date(2025, 9, 22), date(2025, 9, 23), date(2025, 9, 24)})
CORRECTED = at(date(2025, 9, 26), 11 * 60)

MISSING = (FIRST_URN + 1, Session(date(2025, 9, 30), "PM"))
FOUND = at(date(2025, 10, 1), 8 * 60 + 10)

COLD = (FIRST_URN + 2, date(2025, 10, 9))
SHUT_AFTER_ALL = at(date(2025, 10, 10), 10 * 60)

LATE_REGISTER = Session(date(2025, 10, 2), "PM")
LATE_ARRIVAL = at(date(2025, 10, 7), 9 * 60 + 40)

MOVES_ON = date(2025, 9, 29)
AWAY = {
    **dict.fromkeys((Session(date(2025, 9, 10), "AM"), Session(date(2025, 9, 10), "PM")), "I"),
    **dict.fromkeys((Session(date(2025, 9, 19), "PM"), Session(date(2025, 9, 30), "PM")), "O"),
    **dict.fromkeys((Session(date(2025, 10, 1), "AM"), Session(date(2025, 10, 1), "PM")), "O"),
}

WEDNESDAY = 2
GAP = Session(date(2025, 9, 18), "PM")
POISONED_FROM = at(date(2025, 9, 9), 9 * 60 + 30)


def told(seed: int, schools: list[School], registers: Iterable[Register]) -> Iterable[Register]:
    """Tell every story in *registers* of *schools*."""
    first, second, third = schools
    stories = (
        moves(pseudonym(seed, "moves"), form_of(first, 2), form_of(third, 1)),
        shared(pseudonym(seed, "shared"), form_of(second, 3), form_of(first, 5)),
        wrong_template(form_of(first, 4)),
        late(form_of(second, 5)),
        missing,
        cold,
    )
    return reduce(lambda found, story: [out for each in found for out in story(each)], stories, registers)


def form_of(school: School, place: int) -> str:
    """Name the form at *place* in a school's list, as registers name it."""
    return f"{school.urn}-{school.forms[place].name}"


def wrong_template(form: str) -> Story:
    """In one form, on three days, everyone who was there is written down as absent (`O`) until the Friday."""

    def story(register: Register) -> Iterator[Register]:
        if register.name != form or register.session.date not in WRONG_DAYS or register.version:
            yield register
            return
        there = [entry for entry in register.entries if entry.code in _PRESENT]
        yield _changed(register, there, "O")
        yield _corrected(register, CORRECTED, [entry._replace(at=None) for entry in there])

    return story


def cold(register: Register) -> Iterator[Register]:
    """In one school, for a day, all are written down as away without a reason; the next day, that it was closed."""
    if (register.urn, register.session.date) != COLD:
        yield register
        return
    if register.version:
        return  # nobody asks why a child was away from a closed school
    yield _changed(register, register.entries, UNKNOWN)
    yield _corrected(register, SHUT_AFTER_ALL, [Entry(entry.pupil, "Y4") for entry in register.entries])


def missing(register: Register) -> Iterator[Register]:
    """One school's registers of one afternoon come the next morning."""
    if (register.urn, register.session) == MISSING:
        register = register._replace(sent=max(register.sent, FOUND))
    yield register


def late(form: str) -> Story:
    """One register comes five days late."""

    def story(register: Register) -> Iterator[Register]:
        if (register.name, register.session) == (form, LATE_REGISTER):
            register = register._replace(sent=max(register.sent, LATE_ARRIVAL))
        yield register

    return story


def moves(pupil: str, first: str, second: str) -> Story:
    """On 29 September a child leaves the first form's school for the second's, with three absences in the bag."""

    def story(register: Register) -> Iterator[Register]:
        if register.name == (first if register.session.date < MOVES_ON else second):
            register = _joined(register, pupil, AWAY.get(register.session))
        yield register

    return story


def shared(pupil: str, first: str, second: str) -> Story:
    """Dual-registered: Monday to Wednesday at the first form's school, then at the second's; one session at neither."""

    def story(register: Register) -> Iterator[Register]:
        if register.name in {first, second}:
            early = register.session.date.weekday() <= WEDNESDAY
            here = (early == (register.name == first)) and register.session != GAP
            register = _joined(register, pupil, None if here else "D")
        yield register

    return story


def _joined(register: Register, pupil: str, code: str | None) -> Register:
    """Add a child's mark to a register, as first taken: *code*, or present; of a closed session as everyone's."""
    if register.version:
        return register
    codes = {entry.code for entry in register.entries}
    present = "/" if register.session.half == "AM" else "\\"
    entry = Entry(pupil, min(codes) if codes and codes <= _CLOSED else code or present)
    return register._replace(entries=[*register.entries, entry])


def _changed(register: Register, entries: list[Entry], code: str) -> Register:
    changed = {entry.pupil for entry in entries}
    return register._replace(
        entries=[Entry(entry.pupil, code) if entry.pupil in changed else entry for entry in register.entries]
    )


def _corrected(register: Register, moment: datetime, entries: list[Entry]) -> Register:
    sent = max(moment, register.sent)
    return register._replace(version=_AGAIN + register.version, recorded=moment, sent=sent, entries=entries)


def poison(seed: int) -> list[tuple[datetime, bytes]]:
    """Lines that must be refused, wholly or in one mark; the good mark beside a bad one is taken."""
    good = b'{"pupil": "%s", "code": "/"}' % pseudonym(seed, "moves").encode()
    lines = [
        b"\xff\xfe register of 9 September, by fax",
        b"[1, 2, 3]",
        _register(b"poison-1", b'"2025-09-09 09:05"', good),
        _register(b"poison-2", b'"2025-09-09T09:05:00+01:00"', good, b'{"pupil": "not-a-pseudonym", "code": "/"}'),
        _register(b"poison-3", b'"2025-09-09T09:05:00+01:00"', good, good.replace(b'"/"', b'"?"')),
        _register(b"poison-4", b'"2025-09-09T09:05:00+01:00"', good, b'{"pupil": 7}'),
    ]
    return [(POISONED_FROM, each) for each in lines]


def _register(name: bytes, recorded: bytes, *marks: bytes) -> bytes:
    form = (
        b'{"register_id": "%s", "urn": %d, "date": "2025-09-09", "session": "AM", "recorded_at": %s, '
        b'"received_at": "2025-09-09T09:30:00+01:00", "marks": [%s]}'
    )
    return form % (name, FIRST_URN, recorded, b", ".join(marks))
