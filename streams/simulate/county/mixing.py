"""Who is away for which reason: one table of reasons per kind of child, fitted to the published mix of a phase.

The assumed reasons of each type give the pattern; proportional fitting (rows: how much absence there is of each kind
of child; columns: the published share of each code) gives the amounts.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import NamedTuple

# Those that come in long stretches first: what each leaves is shared among those after it.
ORDER = ("T", "C2", "E", "G", "S", "R", "C1", "J1", "C", "M", "U", "N", "O", "I")
_ROUNDS = 100

Row = Sequence[float]


class Portion(NamedTuple):
    """One code's part of what the codes before it have left, and the usual length of one absence in sessions."""

    code: str
    part: float
    length: int


def fitted(rows: Sequence[Row], masses: Row, aims: Mapping[str, float]) -> list[list[float]]:
    """Fit *rows* (assumed parts, in `ORDER`) to have *masses* by row and the shares *aims* by code.

    Returns, for each row, the parts of its codes; they sum to 1.
    """
    table = [[mass * part / sum(row) for part in row] for row, mass in zip(rows, masses, strict=True)]
    wanted = [aims[code] for code in ORDER]
    scale = sum(masses) / sum(wanted)
    for _ in range(_ROUNDS):
        sums = [sum(column) or 1.0 for column in zip(*table, strict=True)]
        table = [[x * w * scale / s for x, w, s in zip(row, wanted, sums, strict=True)] for row in table]
        table = [[x * mass / (sum(row) or 1.0) for x in row] for row, mass in zip(table, masses, strict=True)]
    return [[x / (sum(row) or 1.0) for x in row] for row in table]


def portions(row: Row, lengths: Mapping[str, int]) -> list[Portion]:
    """Turn the parts of a row into what each code takes of what is left at its turn; the last takes the rest."""
    found, left = [], 1.0
    for code, part in zip(ORDER[:-1], row, strict=False):
        if part > 0 and left > 0:
            found.append(Portion(code, min(part / left, 1.0), lengths[code]))
        left -= part
    return found


def shared_out(rng: Random, sessions: int, among: Sequence[Portion]) -> list[tuple[str, int]]:
    """Share *sessions* of absence out to codes: in whole absences, each code its part in the long run."""
    found, left = [], sessions
    for code, part, length in among:
        if not left:
            break
        once = min(length, left)
        times = left * part / once
        taken = min(left, once * (int(times) + (rng.random() < times % 1)))
        if taken:
            found.append((code, taken))
        left -= taken
    return [*found, (ORDER[-1], left)] if left else found
