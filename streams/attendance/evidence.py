"""Evidence of a change: the whole numbers that decided, as of its session."""

from collections.abc import Sequence

from streams.attendance.ledger import Ledger
from streams.attendance.sessions import as_number
from streams.attendance.spans import first_session
from streams.attendance.walk import Engine

Evidence = dict[str, int]
"""Whole numbers by name: what was counted, thresholds, first and last date as YYYYMMDD."""


def evidence(engine: Engine, rule: int, counts: Sequence[int], ledger: Ledger, as_of: int) -> Evidence:
    """Return what rule number *rule* counted as of session *as_of* of *ledger*, its thresholds, first and last date.

    *counts* may be more than the rule has.
    """
    return evidence_since(
        engine, rule, counts, first_session(engine.measures[rule][0], ledger, as_of, counts[0]), as_of
    )


def evidence_since(engine: Engine, rule: int, counts: Sequence[int], first: int, as_of: int) -> Evidence:
    """As `evidence`, where the first session that it counted is known."""
    numbers = dict(zip(engine.rules[rule].names, counts, strict=False))
    dates = {"since": as_number(first >> 1), "until": as_number(as_of >> 1)}
    return numbers | engine.thresholds[rule] | dates
