"""A school that sends no more: after two whole academic years no child stays on its board.

What time it is, the registers of the other schools say, by when they were received: a clock set wrong must not empty a
board. What was announced of sessions stands as it was sent; that the school is silent stays announced.
"""

from functools import lru_cache

from streams.attendance.sessions import academic_year
from streams.board.board import Board
from streams.board.rules import Rules
from streams.board.times import HOUR, day_of

KEPT_YEARS = 2  # whole academic years without a mark, as for a pupil (`firstbell retention`)


def year_of(received_ms: int) -> int:
    """Return the academic year in which something was received."""
    return _year_of_hour(received_ms // HOUR)


def is_over(board: Board, year: int) -> bool:
    """Whether a board holds marks, all of them from before the `KEPT_YEARS` before academic year *year*."""
    return any(board.sessions) and academic_year(board.latest) < year - KEPT_YEARS


@lru_cache(maxsize=8192)
def _year_of_hour(hour: int) -> int:
    return academic_year(day_of(hour * HOUR) * 2)


def leave(board: Board, rules: Rules) -> None:
    """Let go of the marks on *board*, a working copy, and of all children."""
    silences = {rule.id for rule in rules.silent}
    board.empty()
    board.announced = tuple(alert for alert in board.announced if alert.rule in silences)
    board.retired = {id_: used for id_, used in board.retired.items() if id_ in {a.alert_id for a in board.announced}}
