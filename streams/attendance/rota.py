"""The rota: in which one of eight school sessions a pupil's open page is stored whole, so that it is not all in one.

Who takes a partition over begins with everybody's pages stored. Without turns, all would be due again after the same
number of sessions, and in that one a mark would cost several times what it costs in the others.
"""

import numpy as np

from streams.attendance.columns import Block

SESSIONS = 8
_SCHOOL_DAYS = 5  # of a week: it would be nobody's turn for a weekend


def is_up(rows: Block, slots: Block) -> Block:
    """Tell of each pupil whether it is their turn: those in *rows* of a roll, whose latest sessions are *slots*."""
    up: Block = (rows - _counted(slots)) % SESSIONS == 0
    return up


def _counted(slots: Block) -> Block:
    """Count school sessions through, Monday to Friday."""
    days = slots // 2 - 1  # from a Monday on, as `sessions.week_of`
    school_days = days // 7 * _SCHOOL_DAYS + np.minimum(days % 7, _SCHOOL_DAYS - 1)
    counted: Block = 2 * school_days + slots % 2
    return counted
