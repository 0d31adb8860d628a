"""The walk of `mass-absence` from the last session before the live ones finds what a walk over all of them does."""

from hypothesis import example, given
from hypothesis import strategies as st

from streams.attendance.specification import Episode
from streams.board import mass
from streams.board.board import LIVE_DAYS, Board
from streams.board.rules import Rules
from streams.board.school import School
from streams.board.session_marks import Tally
from streams.board.view import View
from streams.books import load_book

(RULE,) = Rules(load_book(None)).mass
FIRST = 739_000  # a day
KINDS = st.sampled_from(["on", "off", "low", "few"])
SESSIONS = st.lists(KINDS, max_size=10) | st.lists(KINDS, min_size=2 * LIVE_DAYS, max_size=2 * (LIVE_DAYS + 8))
TALLIES = {"on": Tally(40, 20), "off": Tally(40, 20), "low": Tally(40, 0), "few": Tally(2, 2)}


def board_of(sessions: list[str]) -> Board:
    """Sessions day by day: far too much absence or, though it is much, no more than usual; little; too few pupils."""
    board = Board(100001)
    board.open_days = tuple(range(FIRST, FIRST + (len(sessions) + 1) // 2))
    for slot, kind in enumerate(sessions, FIRST * 2):
        board.sessions.to_change(slot).tally = TALLIES[kind]
        board.verdicts[slot] = {RULE.id: kind == "on"}
    return board


def walked(board: Board, sessions: list[str]) -> list[Episode]:
    """Every session in turn."""
    found: list[Episode] = []
    for slot, kind in enumerate(sessions, FIRST * 2):
        is_open = bool(found) and found[-1].end is None
        if kind == "on" and not is_open:
            found.append(Episode(slot, None))
        elif kind in ("off", "low") and is_open:
            found[-1] = Episode(found[-1].start, slot)
    return [episode for episode in found if episode.start >= board.live_from]


@example(sessions=["on"] * 40)
@given(sessions=SESSIONS)
def test_only_the_last_session_before_the_live_ones_matters(sessions: list[str]) -> None:
    """One that counts: where it was on, what goes on from it did not begin in a live session."""
    board = board_of(sessions)
    assert mass.episodes(RULE, View(board, School(urn=100001))) == walked(board, sessions)
