"""A school that sends no more leaves no child behind, two whole academic years later."""

from streams.board.board import Board
from streams.pipeline.boards import Boards
from tests.unit.board.examples import BOOK, HERE, THERE, Desk, pupil, register


def years_later(desk: Desk, day: str) -> Board:
    """Have another school send a register; give the board of the one that sent none."""
    desk.take(register(f"{day} AM", f"{day} 09:05", urn=THERE))
    return board_of(desk)


def board_of(desk: Desk) -> Board:
    board = desk.boards.get(HERE)
    assert board is not None
    return board


def test_marks_stay_for_two_whole_academic_years() -> None:
    """Of 2024/25 until 31 July 2027; with the first register of 2027/28 they go, and the changelog has no page."""
    desk = Desk()
    desk.take(register("2025-07-18 AM", "2025-07-18 09:05"))
    board = years_later(desk, "2027-07-30")
    assert pupil(0) in board.roll
    board = years_later(desk, "2027-09-06")
    assert (len(board.roll), list(board.sessions)) == (0, [])
    kept = {key for key, value in desk.changelog.items() if value is not None}
    assert {key for key in kept if key.startswith(b"100001/")} == {b"100001/board"}


def test_another_worker_lets_go_too_where_the_first_did_not_come_to_it() -> None:
    """The year is that of the registers on the boards that it loaded."""
    desk = Desk()
    desk.take(register("2025-07-18 AM", "2025-07-18 09:05"))
    again = Boards(BOOK)
    for key, value in desk.changelog.items():
        again.load(key, value)
    desk.boards = again
    assert not any(years_later(desk, "2027-09-06").sessions)


def test_a_clock_set_wrong_by_years_empties_no_board() -> None:
    """Only a register that was received can say that it is another year."""
    desk = Desk()
    desk.take(register("2025-07-18 AM", "2025-07-18 09:05"))
    desk.tick("2031-01-01 12:00")
    assert any(board_of(desk).sessions)


def test_a_silent_school_stays_announced_as_silent_and_eases_when_it_comes_back() -> None:
    """With the id and the sequence that it had."""
    desk = Desk()
    for day, urns in (("2025-07-14", (HERE, THERE)), ("2025-07-15", (THERE,)), ("2025-07-16", (THERE,))):
        desk.take(
            *(
                register(f"{day} {half}", f"{day} {at}", urn=urn)
                for half, at in (("AM", "09:05"), ("PM", "13:05"))
                for urn in urns
            )
        )
    (raised,) = [alert for alert in desk.tick("2025-07-16 15:00") if alert.rule == "feed-silent"]
    years_later(desk, "2027-09-06")
    back = desk.take(register("2027-09-07 AM", "2027-09-07 09:00"))
    (eased,) = [alert for alert in back if alert.rule == "feed-silent"]
    assert (eased.change, eased.alert_id, eased.sequence) == ("eased", raised.alert_id, raised.sequence + 1)
