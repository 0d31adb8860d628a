"""Boards made again: the registers put up once more, and what was announced taken from the alerts."""

from collections.abc import Sequence

from streams.contract.messages import Alert
from streams.pipeline.boards import Boards
from streams.rebuild.boards import summaries
from tests.unit.board.examples import BOOK, HERE, Desk, ms, register, told

MORNING = register("2024-10-07 AM", "2024-10-07 09:05", "/" * 30)
LATE = register("2024-10-07 PM", "2024-10-07 17:00", "/" * 30)
NEXT = register("2024-10-08 PM", "2024-10-08 13:05", "/" * 30)


def _day() -> tuple[Desk, list[Alert]]:
    """A school, and what was published of it: an afternoon missing and then late, the next morning missing."""
    desk = Desk()
    published = desk.take(MORNING) + desk.tick("2024-10-07 15:00") + desk.take(LATE) + desk.take(NEXT)
    published += desk.tick("2024-10-08 14:00")
    assert [alert.change for alert in published] == ["raised", "eased", "raised"]
    return desk, published


def _made_again(published: Sequence[Alert]) -> Boards:
    """Loaded from what a rebuild would write."""
    desk = Desk()
    desk.take(MORNING, LATE, NEXT)
    desk.changelog |= dict(summaries(desk.boards, {str(HERE): [*published]}))
    loaded = Boards(BOOK)
    for key, value in desk.changelog.items():
        loaded.load(key, value)
    return loaded


def _looked_at(boards: Boards, desk: Desk) -> list[str]:
    work = boards.work()
    work.tick(ms("2024-10-08 14:01"), desk.county)
    return told(work.alerts)


def test_what_was_published_is_not_said_again() -> None:
    """Ids and sequences go on."""
    desk, published = _day()
    made = _made_again(published)
    assert _looked_at(made, desk) == []
    board, before = made.get(HERE), desk.boards.get(HERE)
    assert board
    assert before
    assert set(board.announced) == set(before.announced)


def test_what_had_not_been_published_goes_out_once() -> None:
    """A raised alert that is lacking; and one that stands open though the register has come."""
    desk, published = _day()
    assert _looked_at(_made_again(published[:2]), desk) == ["raised register-missing 2024-10-08/AM -"]
    assert _looked_at(_made_again([published[0], published[2]]), desk) == [
        "eased register-missing 2024-10-07/PM 2024-10-07/PM"
    ]


def test_a_school_of_which_nothing_was_published_has_nothing_announced() -> None:
    """Whatever putting its registers up again gave."""
    made = _made_again([]).get(HERE)
    assert made
    assert (made.announced, made.retired) == ((), {})
