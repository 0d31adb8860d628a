"""A partition's schools: a batch shows only once it is committed, and can be loaded again from its writes."""

from datetime import date, timedelta

import msgspec
import pytest

from streams.board.board import KEPT_DAYS
from streams.board.session_marks import Tally
from streams.contract.batches import BatchRegister
from streams.errors import StoredFormUnknown
from streams.pipeline.board_form import summary
from streams.pipeline.board_names import renamed
from streams.pipeline.boards import Boards
from tests.properties.school_machines import School
from tests.support.older_boards import as_before
from tests.support.school_logs import weeks_of
from tests.unit.board.examples import BOOK, HERE, Desk, ms, pupil, register, told

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


def test_a_register_is_one_page_and_first_a_roll_and_a_summary() -> None:
    """The page under its offset; a correction writes its own marks alone, by their places."""
    desk = Desk()
    desk.take(MORNING)
    assert set(desk.changelog) == {
        f"100001/2024-10-07/AM/{MORNING.origin[1]}".encode(),
        b"100001/roll/0",
        b"100001/board",
    }
    before = dict(desk.changelog)
    correction = register("2024-10-07 AM", "2024-10-07 10:00", "I")
    desk.take(correction)
    new = desk.changelog.keys() - before.keys()
    assert new == {f"100001/2024-10-07/AM/{correction.origin[1]}".encode()}
    assert all(len(desk.changelog[key] or b"") < 25 for key in new)


def test_a_redelivered_register_writes_no_page() -> None:
    """Under another offset: only when the school was heard may move."""
    desk = Desk()
    desk.take(MORNING)
    before = set(desk.changelog)
    assert desk.take(msgspec.structs.replace(MORNING, origin=(0, 99))) == []
    assert set(desk.changelog) == before


def test_what_a_page_says_is_not_stored_apart() -> None:
    """Of a day's later registers the pages alone; a register that changes no mark says in the summary that it came."""
    desk = Desk()
    desk.take(MORNING)
    second = register("2024-10-07 PM", "2024-10-07 13:05", "/" * 30)
    assert _written_by(desk, second) == [f"100001/2024-10-07/PM/{second.origin[1]}".encode()]
    assert _loaded(desk).lasts() == desk.boards.lasts() == {HERE: second.received_ms}
    again = register("2024-10-07 PM", "2024-10-07 13:05", "/" * 30)
    assert _written_by(desk, msgspec.structs.replace(again, received_ms=again.received_ms + 1)) == [b"100001/board"]
    assert _loaded(desk).lasts() == desk.boards.lasts() == {HERE: second.received_ms + 1}


@pytest.mark.parametrize("form", [1, 2])
def test_a_board_of_a_form_before_is_read_as_it_is(form: int) -> None:
    """The first had a summary with each register, and both the pupils' keys in each page."""
    desk = Desk()
    desk.take(MORNING, register("2024-10-07 PM", "2024-10-07 13:05", "/" * 30))
    board = desk.boards.get(HERE)
    assert board
    desk.changelog[b"100001/board"] = summary(board)
    before = Boards(BOOK)
    for key, value in as_before(desk.changelog, form).items():
        before.load(key, value)
    assert (before.lasts(), before.now_ms, before.year) == (desk.boards.lasts(), desk.boards.now_ms, desk.boards.year)
    assert _tallies(before) == _tallies(desk.boards)


def test_a_changelog_that_is_not_compacted_loads_as_one_that_is() -> None:
    """With every record ever written, those of sessions long gone and their tombstones among them."""
    school, log = School(), list[tuple[bytes, bytes | None]]()
    for each in weeks_of(4, 10):
        work = school.boards.work()
        work.tick(each.received_ms, school.county)
        work.take(each, school.county)
        log += work.writes()
        work.commit()
    live = school.marks()
    compacted: dict[bytes, bytes | None] = {}
    for key, value in log:
        compacted.pop(key, None)
        compacted[key] = value
    for records in (log, list(compacted.items())):
        school.boards = Boards(school.book)
        for key, value in records:
            school.boards.load(key, value)
        assert school.marks() == live


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


def test_nobody_is_stored_for_longer_than_a_mark_is() -> None:
    """A pupil whose sessions have all left the board is on no roll, and somebody else may have the place."""
    desk, days = Desk(), [date(2024, 9, 2) + timedelta(days=day) for day in range(70)]
    school_days = [day for day in days if day.weekday() < 5]
    for day in school_days[: KEPT_DAYS + 1]:
        desk.take(register(f"{day} AM", f"{day} 09:05", "/" * (3 if day == days[0] else 2)))
    assert not any(pupil(2).encode() in (value or b"") for value in desk.changelog.values())
    assert any(pupil(1).encode() in (value or b"") for value in desk.changelog.values())
    later = school_days[KEPT_DAYS + 1]
    desk.take(register(f"{later} AM", f"{later} 09:05", "////"))
    for boards in (desk.boards, _loaded(desk)):
        board = boards.get(HERE)
        assert board
        assert board.roll == {pupil(number): number for number in range(4)}


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


def test_a_rebuild_begins_with_nothing() -> None:
    """Everything that was there has a tombstone, in any order; what comes after is all there is."""
    desk = Desk()
    desk.take(MORNING)
    for keys in (sorted(desk.changelog), sorted(desk.changelog, reverse=True)):
        again = Boards(BOOK)
        for key, value in desk.changelog.items():
            again.load(key, value)
        for key in keys:
            again.load(key, None)
        assert len(again) == 0
        for key, value in desk.changelog.items():
            again.load(key, value)
        assert _tallies(again) == _tallies(desk.boards)


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


@pytest.mark.parametrize("key", [b"100001/board", b"100001/roll/0", b"100001/2024-10-07/AM/7"])
@pytest.mark.parametrize("value", [b"", msgspec.msgpack.encode([4, 0]), msgspec.msgpack.encode([])])
def test_a_value_of_another_version_stops(key: bytes, value: bytes) -> None:
    """And says which form it has."""
    with pytest.raises(StoredFormUnknown, match="this version reads 1, 2 and 3"):
        Boards(BOOK).load(key, value)


@pytest.mark.parametrize(
    "columns",
    [
        [1, 0, "a" * 52, b"\0", 5],
        [2, 0, "a" * 26, b"\0", [5, 6]],
        [2, 0, "a" * 27, b"\0", 5],
        [3, 0, 0, b"\0", [5, 6]],
        [3, 0, [1, 2], b"\0", 5],
    ],
)
def test_a_page_whose_columns_differ_in_length_stops(columns: list[object]) -> None:
    """Nobody's mark is given to another."""
    with pytest.raises(StoredFormUnknown, match="not of one length"):
        Boards(BOOK).load(b"100001/2024-10-07/AM/7", msgspec.msgpack.encode(columns))


@pytest.mark.parametrize("pupils", ["a" * 25, "a" * 26 * 33])
def test_a_roll_that_is_not_of_whole_keys_stops(pupils: str) -> None:
    """So does one with more than a stretch has."""
    with pytest.raises(StoredFormUnknown, match="not whole, or too many"):
        Boards(BOOK).load(b"100001/roll/0", msgspec.msgpack.encode([3, pupils]))


@pytest.mark.parametrize("at", [5, 30, 90])
def test_a_batch_that_is_let_go_has_changed_nothing(at: int) -> None:
    """Sessions changed, begun and dropped in it stand as they did, and the next batch is as if it had not been."""
    tried, never = School(), School()
    registers = weeks_of(4, 10)[: at * 4]
    for each in registers[:at]:
        tried.take(each)
        never.take(each)
    before = tried.marks()
    given_up = tried.boards.work()
    for each in registers[at:]:
        given_up.take(each, tried.county)
    assert tried.marks() == before
    for each in registers[at : at * 2]:
        tried.take(each)
        never.take(each)
    assert (tried.marks(), tried.changelog) == (never.marks(), never.changelog)


def test_an_erased_pupil_leaves_the_boards_and_every_page() -> None:
    """Counts and alerts stay as they were, and a board loaded from the pages is the same."""
    desk = Desk()
    desk.take(MORNING, register("2024-10-08 AM", "2024-10-08 09:05", "/" * 29 + "N"))
    announced = desk.tick("2024-10-08 15:00")
    tallies = _tallies(desk.boards)
    names = desk.boards.erased(lambda who, _: who == pupil(29))
    pages = {key: renamed(key, value, names) for key, value in desk.changelog.items() if value is not None}
    desk.changelog |= {key: value for key, value in pages.items() if value is not None}
    desk.boards.rename(names)
    assert not any(pupil(29).encode() in (value or b"") for value in desk.changelog.values())
    assert _tallies(desk.boards) == tallies
    again = Boards(BOOK)
    for key, value in desk.changelog.items():
        again.load(key, value)
    assert _tallies(again) == tallies
    assert announced
    assert desk.tick("2024-10-08 15:01") == []
    assert desk.boards.erased(lambda who, _: who == pupil(29)) == {}


def test_what_comes_later_of_an_erased_pupil_is_put_up_under_no_name() -> None:
    """A correction of it finds the mark."""
    desk = Desk()
    desk.county = desk.county._replace(refuses=lambda who, _: who == pupil(29))
    desk.take(MORNING)
    board = desk.boards.get(HERE)
    assert board
    assert pupil(29) not in board.roll
    desk.take(register("2024-10-07 AM", "2024-10-07 10:00", "N" * 30))
    board = desk.boards.get(HERE)
    assert board
    assert (board.tally(MORNING.slot).held, board.tally(MORNING.slot).absent) == (30, 30)


def test_pages_without_the_erased_are_left_as_they_are() -> None:
    """So are those of other schools, and what was announced."""
    desk = Desk()
    desk.take(MORNING)
    for names in ({HERE: {pupil(31): "0" * 26}}, {HERE + 1: {pupil(0): "0" * 26}}):
        assert [renamed(key, value or b"", names) for key, value in desk.changelog.items()] == [None] * 3


def _written_by(desk: Desk, each: BatchRegister) -> list[bytes]:
    before = dict(desk.changelog)
    desk.take(each)
    return [key for key, value in desk.changelog.items() if before.get(key) != value]


def _loaded(desk: Desk) -> Boards:
    again = Boards(BOOK)
    for key, value in desk.changelog.items():
        again.load(key, value)
    return again


def _tallies(boards: Boards) -> dict[int, Tally]:
    board = boards.get(HERE)
    assert board
    return {slot: board.tally(slot) for slot in board.sessions}
