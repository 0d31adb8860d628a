"""A board's sessions in layers, and its roll: what a working copy changes shows in it alone until it is settled."""

from streams.board.entries import Entries
from streams.board.roll import Roll
from streams.board.sessions import Sessions

MON, TUE, WED = 2, 4, 6


def put(sessions: Sessions, slot: int, codes: bytes) -> None:
    sessions.to_change(slot).enter(Entries(0, codes, [5] * len(codes)), 0)


def shown(sessions: Sessions) -> dict[int, bytes]:
    """What every way of reading says, which must be one thing."""
    found = {slot: bytes(session.codes) for slot, session in sessions.items()}
    assert list(sessions) == list(found)
    assert [bytes(session.codes) for session in sessions.values()] == list(found.values())
    for slot in (MON, TUE, WED):
        session = sessions.get(slot)
        assert (None if session is None else bytes(session.codes)) == found.get(slot)
        assert (slot in sessions) == (slot in found)
    return found


def test_a_working_copy_shows_its_changes_and_nothing_shows_below() -> None:
    """One changed, one begun, one taken away; then settled."""
    below = Sessions()
    put(below, MON, b"\1\2")
    put(below, TUE, b"\3")
    above = below.over()
    put(above, TUE, b"\1")
    put(above, WED, b"\4")
    assert above.pop(MON) is not None
    assert shown(above) == {TUE: b"\1", WED: b"\4"}
    assert shown(below) == {MON: b"\1\2", TUE: b"\3"}
    above.settle()
    assert shown(above) == shown(below) == {TUE: b"\1", WED: b"\4"}


def test_a_working_copy_that_is_let_go_leaves_no_trace() -> None:
    """The next one begins with what stood."""
    below = Sessions()
    put(below, MON, b"\2")
    let_go = below.over()
    put(let_go, MON, b"\1")
    put(let_go, TUE, b"\1")
    assert shown(below.over()) == shown(below) == {MON: b"\2"}


def test_a_session_that_left_may_begin_anew() -> None:
    """And has nothing of what it was; one that never was leaves without a word."""
    below = Sessions()
    put(below, MON, b"\1\2")
    above = below.over()
    above.pop(MON)
    assert above.pop(WED) is None
    put(above, MON, b"\7")
    assert shown(above) == {MON: b"\7"}
    above.settle()
    assert shown(below) == {MON: b"\7"}


def test_a_pupil_who_was_renamed_stands_in_no_row_any_more() -> None:
    """Whoever is sent by the old name has a place of their own; the new name stands in the row."""
    roll = Roll()
    a, b, c, nobody, x = (26 * letter for letter in "abc0x")
    assert roll.places(f"{a}{b}{c}".encode()) == 0
    roll.rename({b: nobody, x: "1" * 26})
    rows = [roll.row("".join(row).encode()) for row in ((a, b, c), (a, nobody, c))]
    assert (rows, roll.get(b), roll[nobody]) == ([None, 0], None, 1)
    assert (roll.places(b.encode()), roll.row(f"{c}{b}".encode())) == (3, 2)
