"""Whose page is stored whole in which session."""

from datetime import date, timedelta

import numpy as np

from streams.attendance.rota import SESSIONS, is_up
from streams.attendance.sessions import slot

MONDAY = date(2024, 9, 2)
SLOTS = [slot(MONDAY + timedelta(days), half) for days in range(28) for half in ("AM", "PM") if days % 7 < 5]
ROWS = np.arange(40)


def test_in_any_eight_school_sessions_it_is_everybodys_turn_once() -> None:
    """Over weekends too."""
    up = np.array([is_up(ROWS, np.full(len(ROWS), each)) for each in SLOTS])
    for first in range(len(SLOTS) - SESSIONS):
        assert up[first : first + SESSIONS].sum(axis=0).tolist() == [1] * len(ROWS)


def test_in_each_session_it_is_the_turn_of_one_in_eight() -> None:
    """So that no session is dearer than another."""
    assert {int(is_up(ROWS, np.full(len(ROWS), each)).sum()) for each in SLOTS} == {len(ROWS) // SESSIONS}
