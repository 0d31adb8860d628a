"""What schools write down: the register as first taken, and what the office learns later and amends."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from streams.simulate.calendar import SchoolSession, at, school_days_later
from streams.simulate.roll import Form

UNKNOWN = "N"  # the reason is not yet established
NEVER_LEARNT = 0.03  # of the reasons that were not known at first

# The chance that a reason is not known when the register is taken: families ring about illness, few ring about `O`.
NOT_RUNG = {"I": 0.12, "M": 0.1, "O": 0.45, "U": 1.0}
# The chance that a child who is there was overlooked, and is found later that morning.
OVERLOOKED = 0.004


class Amendment(NamedTuple):
    """A later version of a mark."""

    at: datetime
    code: str
    minutes_late: int | None = None


class Entry(NamedTuple):
    """One child in one register: the code as first written, when, and the amendment that followed, if any."""

    pupil: str
    code: str
    at: datetime | None = None
    minutes_late: int | None = None
    amended: Amendment | None = None


def take(form: Form, session: SchoolSession, index: int, rng: Random) -> list[Entry]:
    """The register of *form* for *session*, the half-term's session number *index*."""
    return [
        _entry(enrolment.pupil, code, session, rng)
        for enrolment in form.enrolments
        if (code := enrolment.codes[index]) is not None
    ]


def _entry(pupil: str, code: str, session: SchoolSession, rng: Random) -> Entry:
    if code == "L":
        minutes = rng.randint(3, 25)
        return Entry(pupil, code, session.opens + timedelta(minutes=minutes), minutes)
    if code == session.present and rng.random() < OVERLOOKED:
        minutes = rng.randint(15, 28)
        return Entry(pupil, UNKNOWN, amended=Amendment(session.opens + timedelta(hours=1), "L", minutes))
    if rng.random() < NOT_RUNG.get(code, 0.0):
        return Entry(pupil, UNKNOWN, amended=_learnt(code, session, rng))
    return Entry(pupil, code)


def _learnt(code: str, session: SchoolSession, rng: Random) -> Amendment | None:
    """When the reason becomes known: that morning, the next day, after a week and more, or never."""
    if code == "U":
        return Amendment(session.opens + timedelta(minutes=75), code, 60)
    if rng.random() < NEVER_LEARNT:
        return None
    days = rng.choice((0, 0, 0, 1, 1, 2, 4, 7))
    if days == 0:
        return Amendment(session.opens + timedelta(minutes=rng.choice((80, 100, 120))), code)
    return Amendment(at(school_days_later(session.date, days), 10, rng.choice((10, 20, 30))), code)


def amendments(entries: list[Entry]) -> Iterator[tuple[datetime, list[Entry]]]:
    """The amendments of one register, those made at one time together, each as an entry of its own."""
    later: dict[datetime, list[Entry]] = {}
    for entry in entries:
        if entry.amended:
            moment, code, minutes = entry.amended
            later.setdefault(moment, []).append(Entry(entry.pupil, code, None, minutes))
    yield from sorted(later.items())
