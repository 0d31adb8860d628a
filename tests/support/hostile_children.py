"""Invented children: how they behave for some weeks at a time, so that every rule has something to see."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random

CODES = "/ \\ L B K P V W C C1 C2 E I J1 M R S T G N O U Q Y1 Y2 Y3 Y4 Y5 Y6 Y7 X Z # D -".split()  # noqa: SIM905 - as rules.md writes them
OLD_CODES = ["J", "H", "Y", "F", ""]
WEIGHTED = [*CODES, *OLD_CODES, *"NOIGLU//\\\\//\\\\"]

Mood = Callable[[Random, date, str], str]


def pupil_key(number: int) -> str:
    digest = hashlib.sha256(f"invented child {number}".encode()).digest()
    return base64.b32encode(digest).decode().lower()[:26]


def mostly(share: float, codes: str, otherwise: str = "/") -> Mood:
    """One of the codes with that chance, else one of the others."""
    wanted, others = codes.split(), otherwise.split()
    return lambda rng, _day, _half: rng.choice(wanted if rng.random() < share else others)


def on_weekday(rng: Random) -> Mood:
    weekday, codes, share = rng.randrange(5), rng.choice(["I", "O", "M", "G"]), rng.choice([0.9, 1.0])

    def mood(rng: Random, day: date, half: str) -> str:
        away = day.weekday() == weekday and rng.random() < share and (half == "AM" or rng.random() < 0.7)
        return codes if away or rng.random() < 0.01 else "/"

    return mood


def part_time(rng: Random) -> Mood:
    share = rng.choice([0.2, 0.4])  # where it is rare, a correction can take a week out of the count
    return lambda rng, _day, half: "C2" if half == "PM" and rng.random() < share else "/"


def of(mood: Mood) -> Callable[[Random], Mood]:
    return lambda _rng: mood


# How it behaves, for how many sessions at least and at most, and how often it is chosen.
MOODS: dict[str, tuple[Callable[[Random], Mood], int, int, int]] = {
    "present": (of(mostly(0.03, "I M N L", "/ \\")), 10, 90, 8),
    "some absence": (of(mostly(0.09, "I O M G N")), 30, 120, 4),
    "spells": (of(mostly(0.25, "I O M")), 15, 50, 3),
    "ill": (of(mostly(0.7, "I")), 4, 45, 5),
    "on holiday": (of(mostly(0.97, "G", "D /")), 10, 60, 2),
    "unexplained": (of(mostly(0.8, "N")), 2, 40, 3),
    "missing": (of(mostly(0.97, "G N O", "# Y7 X U")), 25, 70, 2),
    "truant": (of(mostly(0.5, "O U N")), 10, 60, 2),
    "late": (of(mostly(0.4, "L U")), 10, 50, 3),
    "on a weekday": (on_weekday, 65, 110, 6),
    "part time": (part_time, 80, 150, 6),
    "suspended": (of(mostly(0.97, "E", "K # D")), 8, 30, 2),
    "stranded": (of(mostly(0.3, "Q Y1")), 5, 20, 2),
    "closed": (of(mostly(0.9, "# Y4 Z", "X D /")), 4, 20, 4),
    "not of age": (of(mostly(0.7, "X Y5 Y6", "/ O #")), 10, 40, 2),
    "off site": (of(mostly(0.9, "B K P V W J", "J1 H Y F C C1")), 5, 30, 1),
    "old codes": (of(mostly(0.6, "J H Y F", "/ J1 C Y7")), 5, 30, 2),
    "anything": (of(lambda rng, _day, _half: rng.choice(WEIGHTED)), 5, 40, 2),
}


def weights_of(rng: Random) -> dict[str, int]:
    """How often each mood is chosen in one log: three of them much more than usual."""
    weights = {name: weight for name, (*_, weight) in MOODS.items()}
    for name in rng.sample(sorted(weights), 3):
        weights[name] *= 12
    return weights


@dataclass
class Child:
    """A child on roll at one school or two; `left` sessions of its mood are still to come."""

    key: str
    schools: list[int]
    weights: dict[str, int]
    mood: Mood | None = None
    left: int = 0
    gap: int = 0  # sessions to come in which both schools take it to be at the other

    def code(self, rng: Random, day: date, half: str) -> str:
        if self.left == 0:
            name = rng.choices(list(self.weights), list(self.weights.values()))[0]
            make, least, most, _ = MOODS[name]
            self.mood, self.left = make(rng), rng.randint(least, most)
        self.left -= 1
        return self.mood(rng, day, half)

    def marks(self, rng: Random, day: date, half: str) -> dict[int, str]:
        """The code at each school; of a child at two schools one has D, and now and then both or none."""
        code = self.code(rng, day, half)
        if len(self.schools) == 1:
            return {self.schools[0]: code}
        here, there = rng.sample(self.schools, 2)
        return rng.choices([{here: code, there: "D"}, {here: "D", there: "D"}, {here: code, there: code}], [90, 4, 6])[
            0
        ]
