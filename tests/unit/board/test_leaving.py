"""A school that sends no more leaves no child behind, two whole academic years later."""

from datetime import date, timedelta

import pytest

from streams.attendance.sessions import slot
from streams.board.board import KEPT_DAYS, Board
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


DAYS = [day for day in (date(2024, 9, 2) + timedelta(n) for n in range(80)) if day.weekday() < 5][: KEPT_DAYS + 1]


def put_up(desk: Desk, codes: dict[int, str], usual: str) -> None:
    """Take a morning of each day, of some with other codes: with the last one the first leaves."""
    for number, day in enumerate(DAYS):
        desk.take(register(f"{day} AM", f"{day} 09:05", codes.get(number, usual)))


@pytest.mark.parametrize(("later", "stay"), [("//", 2), ("////", 4)])
def test_who_has_a_mark_in_any_session_left_stays_on_the_roll(later: str, stay: int) -> None:
    """Also where the oldest session that is left has none of theirs."""
    desk = Desk()
    put_up(desk, {0: "///", 30: later}, "//")
    assert len(board_of(desk).roll) == stay


def test_of_sessions_that_stand_out_those_that_left_are_forgotten() -> None:
    """They are known since a late register came; of those so early in the year nothing is announced."""
    desk, many = Desk(), "/" * 20 + "O" * 12
    for number, day in enumerate(DAYS):
        desk.take(register(f"{day} AM", f"{day} 09:05", many if number in (0, 3) else "/" * 32))
        if number == 25:
            desk.take(register(f"{DAYS[5]} AM", f"{day} 16:00", "L"))
            assert board_of(desk).likely == {"mass-absence": {slot(DAYS[0], "AM"), slot(DAYS[3], "AM")}}
    assert board_of(desk).likely == {"mass-absence": {slot(DAYS[3], "AM")}}
