"""What the codes of a year look like: each code's share of possible sessions, and how long it lasts at a time.

Shares: England, academic year 2024/25 to 18 July 2025, all phases, ages 5 to 15. Source: Department for Education,
attendance data dashboard (repository `dfe-analytical-services/attendance-data-dashboard`, 23 July 2026), sums of its
daily reasons over possible sessions; Open Government Licence v3.0. Lengths are our own round guesses: half of all
spells last one or two days (FFT Education Datalab, January 2022).
"""

from typing import NamedTuple


class Kind(NamedTuple):
    """A code other than plain presence: its share of possible sessions in percent, its mean length in sessions."""

    code: str
    percent: float
    sessions: int


AWAY = (
    Kind("I", 3.2442, 3),
    Kind("O", 1.5888, 2),
    Kind("G", 0.4636, 8),
    Kind("C", 0.4114, 2),
    Kind("M", 0.3234, 1),
    Kind("C2", 0.2351, 20),
    Kind("U", 0.2242, 1),
    Kind("E", 0.1594, 5),
    Kind("R", 0.0971, 2),
    Kind("N", 0.0579, 1),
    Kind("S", 0.0448, 20),
    Kind("J1", 0.0164, 1),
    Kind("T", 0.0096, 20),
    Kind("C1", 0.0038, 2),
)
"""Absence, authorised or not."""

THERE = (
    Kind("L", 1.8707, 1),
    Kind("V", 0.7787, 2),
    Kind("B", 0.2530, 4),
    Kind("W", 0.1373, 10),
    Kind("P", 0.1167, 1),
    Kind("K", 0.0374, 20),
)
"""Late, or learning elsewhere: not absent."""

ABSENT = frozenset(kind.code for kind in AWAY)
AWAY_PERCENT = sum(kind.percent for kind in AWAY)
THERE_PERCENT = sum(kind.percent for kind in THERE)


class Group(NamedTuple):
    """A part of all pupils, and how many times the mean absence they have."""

    part: float
    times: float


# Most children are hardly ever away and a few mostly are, so that about one in five is persistently absent. Mean: 1.
GROUPS = (Group(0.65, 0.388), Group(0.25, 1.109), Group(0.08, 3.661), Group(0.02, 8.849))
