"""How children attend: each habit writes absences over a half-term of being present.

The habits are dealt out in fixed numbers, so that every seed has a few of each.
"""

from collections.abc import Callable
from random import Random

from streams.simulate.calendar import FRIDAY, SchoolSession

Codes = list[str]
Habit = Callable[[Codes, list[SchoolSession], Random], None]

DAY = 2  # sessions
WEEK = 10  # sessions


def happens(rng: Random, chance: float) -> bool:
    """Whether something with this chance happens."""
    return rng.random() < chance


def spell(codes: Codes, start: int, length: int, code: str) -> None:
    """Write *code* over *length* sessions from *start*."""
    for index in range(start, min(start + length, len(codes))):
        codes[index] = code


def sprinkle(codes: Codes, rng: Random, chance: float, code: str, *, first: int = 0) -> None:
    """Write *code* over each session from *first* on with a chance of its own."""
    for index in range(first, len(codes)):
        if happens(rng, chance):
            codes[index] = code


def steady(codes: Codes, _: list[SchoolSession], rng: Random) -> None:
    """Nearly always there: a cold for a day or two, a dentist, a minute late."""
    sprinkle(codes, rng, 0.012, "L")
    if happens(rng, 0.45):
        spell(codes, rng.randrange(len(codes)), rng.choice((1, 2, 2, 2, 4)), "I")
    if happens(rng, 0.2):
        codes[rng.randrange(len(codes))] = "M"


def often_ill(codes: Codes, _: list[SchoolSession], rng: Random) -> None:
    """Two or three spells of illness, of one to three days."""
    for _spell in range(rng.choice((2, 2, 3))):
        spell(codes, rng.randrange(len(codes)), DAY * rng.choice((1, 1, 2, 3)), "I")


def late(codes: Codes, sessions: list[SchoolSession], rng: Random) -> None:
    """Late on one morning in three, now and then after the register has closed."""
    for index, session in enumerate(sessions):
        if session.half == "AM" and happens(rng, 0.35):
            codes[index] = rng.choice("LLLLU")


def long_illness(codes: Codes, _: list[SchoolSession], rng: Random) -> None:
    """Three or four weeks of illness on end."""
    spell(codes, rng.randrange(WEEK, 3 * WEEK), rng.randint(3 * WEEK, 4 * WEEK), "I")


def fridays(codes: Codes, sessions: list[SchoolSession], rng: Random) -> None:
    """Away on most Fridays."""
    for index, session in enumerate(sessions):
        if session.date.weekday() == FRIDAY and happens(rng, 0.85):
            codes[index] = rng.choice("OOI")


def drifting(codes: Codes, _: list[SchoolSession], rng: Random) -> None:
    """Away for half days, then days, a little more each week."""
    for index in range(WEEK, len(codes)):
        if happens(rng, 0.45 * index / len(codes)):
            codes[index] = rng.choice("OOIU")


def refusing(codes: Codes, _: list[SchoolSession], rng: Random) -> None:
    """There for some weeks, then hardly at all."""
    sprinkle(codes, rng, 0.85, "O", first=rng.randint(5 * WEEK, 6 * WEEK))


def holiday(codes: Codes, _: list[SchoolSession], rng: Random) -> None:
    """A holiday in term without leave: three to five days, whole ones."""
    start = DAY * rng.randrange(4, len(codes) // DAY - 5)
    spell(codes, start, DAY * rng.randint(3, 5), "G")


def part_time(codes: Codes, sessions: list[SchoolSession], _: Random) -> None:
    """An agreed temporary part-time timetable: mornings only."""
    for index, session in enumerate(sessions):
        if session.half == "PM":
            codes[index] = "C2"


def suspended(codes: Codes, _: list[SchoolSession], rng: Random) -> None:
    """Suspended for six to eight days, with no provision made from the sixth."""
    spell(codes, rng.randrange(WEEK, 4 * WEEK), DAY * rng.randint(6, 8), "E")


def no_transport(codes: Codes, _: list[SchoolSession], rng: Random) -> None:
    """The local authority's transport does not come, for some days."""
    spell(codes, rng.randrange(WEEK, 5 * WEEK), rng.randint(2, 6), "Q")


def missing(codes: Codes, _: list[SchoolSession], rng: Random) -> None:
    """Not seen any more from the second or third week on."""
    spell(codes, rng.randrange(WEEK, 2 * WEEK), len(codes), "O")


# How many of the 600 children have each habit.
DEAL: dict[Habit, int] = {
    steady: 422,
    often_ill: 70,
    late: 30,
    holiday: 20,
    drifting: 18,
    long_illness: 9,
    fridays: 8,
    refusing: 8,
    part_time: 5,
    suspended: 4,
    no_transport: 3,
    missing: 3,
}


def deal(rng: Random) -> list[Habit]:
    """The habits of all children, shuffled."""
    deck = [habit for habit, number in DEAL.items() for _ in range(number)]
    rng.shuffle(deck)
    return deck


def live(habit: Habit, sessions: list[SchoolSession], rng: Random) -> Codes:
    """What happened to one child in each of *sessions*: present, with the habit over it, and `#` on INSET days."""
    codes = [session.present for session in sessions]
    habit(codes, sessions, rng)
    return ["#" if session.inset else code for session, code in zip(sessions, codes, strict=True)]
