"""A partition's schools: a batch shows only once it is committed, and can be loaded again from its writes."""

import msgspec
import pytest

from streams.board.board import KEPT_DAYS
from streams.errors import StoredFormUnknown
from streams.pipeline.boards import Boards
from tests.properties.school_machines import School
from tests.support.school_logs import weeks_of
from tests.unit.board.examples import BOOK, HERE, Desk, ms, register, told

MORNING = register("2024-10-07 AM", "2024-10-07 09:05", "/" * 30)


def test_nothing_shows_before_it_is_committed() -> None:
    """Neither board nor time; afterwards both."""
    desk = Desk()
    work = desk.boards.work()
    work.take(MORNING, desk.county)
    assert (len(desk.boards), desk.boards.now_ms, desk.boards.lasts()) == (0, 0, {})
    work.commit()
    assert (len(desk.boards), desk.boards.lasts()) == (1, {HERE: MORNING.received_ms})
    assert list(desk.boards.work().writes()) == []


def test_a_register_is_one_page_and_a_summary() -> None:
    """The page under its offset; a correction writes its own marks alone."""
    desk = Desk()
    desk.take(MORNING)
    assert set(desk.changelog) == {f"100001/2024-10-07/AM/{MORNING.origin[1]}".encode(), b"100001/board"}
    before = dict(desk.changelog)
    correction = register("2024-10-07 AM", "2024-10-07 10:00", "I")
    desk.take(correction)
    new = desk.changelog.keys() - before.keys()
    assert new == {f"100001/2024-10-07/AM/{correction.origin[1]}".encode()}
    assert all(len(desk.changelog[key] or b"") < 60 for key in new)


def test_a_redelivered_register_writes_no_page() -> None:
    """Under another offset: only when the school was heard may move."""
    desk = Desk()
    desk.take(MORNING)
    before = set(desk.changelog)
    assert desk.take(msgspec.structs.replace(MORNING, origin=(0, 99))) == []
    assert set(desk.changelog) == before


def test_sessions_that_leave_the_board_are_tombstones() -> None:
    """The board holds so many days, and the changelog no page of any other."""
    school = School()
    tombstones: set[bytes] = set()
    for each in weeks_of(4, 10):
        work = school.boards.work()
        work.take(each, school.county)
        tombstones |= {key for key, value in work.writes() if value is None}
        work.commit()
    assert tombstones
    for board in school.boards:
        assert len({slot >> 1 for slot in board.sessions}) <= KEPT_DAYS + 2  # and days that were closed all along
        assert min(board.sessions) >= board.kept_from


def test_a_loaded_board_looks_at_once_and_says_nothing_twice() -> None:
    """What fell due while nobody looked is raised at the first tick, once."""
    desk = Desk()
    desk.take(MORNING)
    again = Boards(BOOK)
    for key, value in desk.changelog.items():
        again.load(key, value)
    work = again.work()
    work.tick(ms("2024-10-07 15:00"), desk.county)
    assert told(work.alerts) == ["raised register-missing 2024-10-07/PM -"]
    work.tick(ms("2024-10-07 15:01"), desk.county)
    assert len(work.alerts) == 1


def test_another_book_withdraws_what_it_does_not_have() -> None:
    """With the reason `rulebook`."""
    desk = Desk()
    desk.take(MORNING)
    desk.tick("2024-10-07 15:00")
    bare = Boards(msgspec.structs.replace(BOOK, name="ours", school_rules=()))
    for key, value in desk.changelog.items():
        bare.load(key, value)
    work = bare.work()
    work.tick(ms("2024-10-07 15:30"), desk.county)
    (alert,) = work.alerts
    assert (alert.change, alert.reason, alert.rulebook) == ("withdrawn", "rulebook", "ours@1")


@pytest.mark.parametrize(
    "key", [b"", b"position", b"100001", b"100001/2024-02-30/AM/1", b"abcdef/board", b"100001/other"]
)
def test_a_key_of_another_version_stops(key: bytes) -> None:
    """Rather than be passed over."""
    with pytest.raises(StoredFormUnknown):
        Boards(BOOK).load(key, b"\x91\x01")


@pytest.mark.parametrize("key", [b"100001/board", b"100001/2024-10-07/AM/7"])
@pytest.mark.parametrize("value", [b"", msgspec.msgpack.encode([2, 0]), msgspec.msgpack.encode([])])
def test_a_value_of_another_version_stops(key: bytes, value: bytes) -> None:
    """And says which form it has."""
    with pytest.raises(StoredFormUnknown, match="this version reads 1"):
        Boards(BOOK).load(key, value)
