"""A school that sends no more: after two whole academic years no child stays on its board.

What time it is, the registers of the other schools say, by when they were received: a clock set wrong must not empty a
board. What was announced of sessions stands as it was sent; that the school is silent stays announced.
"""

from streams.attendance.sessions import academic_year
from streams.board.board import Board
from streams.board.times import day_of
from streams.board.watch import Rules

KEPT_YEARS = 2  # whole academic years without a mark, as for a pupil (`firstbell retention`)


def year_of(received_ms: int) -> int:
    """Return the academic year in which something was received."""
    return academic_year(day_of(received_ms) * 2)


def is_over(board: Board, year: int) -> bool:
    """Whether a board holds marks, all of them from before the `KEPT_YEARS` before academic year *year*."""
    return any(board.sessions) and academic_year(board.latest) < year - KEPT_YEARS


def leave(board: Board, rules: Rules) -> None:
    """Let go of the marks on *board*, a working copy, and of all children."""
    silences = {rule.id for rule in rules.silent}
    board.empty()
    board.announced = tuple(alert for alert in board.announced if alert.rule in silences)
    board.retired = {id_: used for id_, used in board.retired.items() if id_ in {a.alert_id for a in board.announced}}
