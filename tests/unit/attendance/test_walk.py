"""The walk goes back no further than it must, and keeps few places to go back to."""

import pytest

from streams.attendance.ledger import Ledger
from streams.attendance.specification import all_episodes
from streams.attendance.walk import Walk
from tests.unit.attendance.examples import ENGINE, ENGLAND, THERE, Child, at, history, weeks

TWO_YEARS = [
    *history("2023-09-04", weeks(40, "/ \\ / \\ I I / \\ O \\")),
    *history("2024-09-02", weeks(36, "/ \\ N N / \\ L \\ / \\")),
]


def walked(sessions: list[tuple[int, int]]) -> Walk:
    walk = Walk(ENGINE)
    for session in sessions:
        walk.advance(*session)
    return walk


def by_name(walk: Walk) -> dict[str, object]:
    return {ENGINE.rules[place].id: spans for place, spans in walk.episodes().items()}


def walked_again(walk: Walk, slot: int, sessions: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Rewind for a change of one session and walk on; return what was walked."""
    since = walk.rewind(slot)
    again = [session for session in sessions if session[0] >= since]
    for session in again:
        walk.advance(*session)
    return again


def test_the_fast_walk_finds_what_the_walk_from_scratch_finds() -> None:
    """Weeks on both sides of a year end give the same episodes, many of them."""
    sessions = TWO_YEARS[300:520]
    found = by_name(walked(sessions))
    assert found == all_episodes(ENGLAND, sessions)
    assert len(found) >= 5


def test_checkpoints_stay_few_over_two_years() -> None:
    """First of the year, the last blocks of four weeks, and today: never more."""
    walk, most = Walk(ENGINE), 0
    for session in TWO_YEARS:
        walk.advance(*session)
        most = max(most, len(walk.checkpoints))
    assert 3 <= most <= 6


def test_checkpoints_are_in_order_of_their_days_and_say_where_they_are() -> None:
    """A walk begins again at the latest one that is not after the change."""
    days = [point.day for point in walked(TWO_YEARS).checkpoints]
    assert days == sorted(set(days))
    assert days[-1] == TWO_YEARS[-1][0] >> 1


@pytest.mark.parametrize("back", [0, 1])
def test_a_change_of_today_walks_only_today_again(back: int) -> None:
    """Morning or afternoon of the last day: two sessions at most, whatever lies behind."""
    again = walked_again(walked(TWO_YEARS), TWO_YEARS[-1 - back][0], TWO_YEARS)
    assert again == TWO_YEARS[-2:]


def test_a_change_of_this_month_walks_some_weeks_again() -> None:
    """Three weeks back never costs more than the blocks kept, and not the year."""
    slot = TWO_YEARS[-30][0]
    again = walked_again(walked(TWO_YEARS), slot, TWO_YEARS)
    assert again[0][0] <= slot
    assert len(again) <= 30 + 40


def test_a_change_of_september_leaves_the_year_before_alone() -> None:
    """The first of the academic year is always a place to begin again."""
    walk = walked(TWO_YEARS)
    again = walked_again(walk, at("2024-09-03/AM"), TWO_YEARS)
    assert again[0][0] == at("2024-09-02/AM")
    assert walk.episodes() == walked(TWO_YEARS).episodes()


def test_a_change_before_every_checkpoint_walks_from_the_start() -> None:
    """Where nothing is kept from before, all is walked."""
    walk = walked(TWO_YEARS)
    assert walk.rewind(at("2023-09-01/AM")) == 0
    assert (walk.checkpoints, walk.on, walk.closed, walk.tally.slot) == ((), {}, (), -2)


@pytest.mark.parametrize("place", [0, 1, 9, 200, 399, 400, 401, 600, -31, -11, -3, -2, -1])
def test_walking_again_from_anywhere_gives_the_same(place: int) -> None:
    """A rewind forgets nothing that came before it, and nothing of what comes after."""
    walk = walked(TWO_YEARS)
    before = (walk.episodes(), walk.tally.word, [point.day for point in walk.checkpoints][-1])
    walked_again(walk, TWO_YEARS[place][0], TWO_YEARS)
    assert (walk.episodes(), walk.tally.word, walk.checkpoints[-1].day) == before


def test_a_copy_goes_its_own_way() -> None:
    """Neither walk sees the other's steps, nor a rewind of the other."""
    walk = walked(TWO_YEARS[:-3])
    state = (walk.tally.word, walk.tally.slot, walk.on, walk.closed, walk.checkpoints)
    copy = walk.copy()
    walked_again(copy, TWO_YEARS[-20][0], TWO_YEARS)
    assert (walk.tally.word, walk.tally.slot, walk.on, walk.closed, walk.checkpoints) == state
    for session in TWO_YEARS[-3:]:
        walk.advance(*session)
    assert walk.tally.word == copy.tally.word


def test_a_checkpoint_is_not_changed_by_walking_on() -> None:
    """Two rewinds to the same place begin with the same counts."""
    walk = walked(TWO_YEARS)
    slot = TWO_YEARS[-1][0]
    words = []
    for _ in range(2):
        walk.rewind(slot)
        words.append(walk.tally.word)
        for session in TWO_YEARS[-2:]:
            walk.advance(*session)
    assert words[0] == words[1]


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sessions that any walk takes, as they are taken."""
    taken: list[int] = []
    plain = Walk.advance

    def counted(walk: Walk, slot: int, cell: int) -> None:
        taken.append(slot)
        plain(walk, slot, cell)

    monkeypatch.setattr(Walk, "advance", counted)
    return taken


def test_a_pupils_amendment_of_today_is_walked_from_today(steps: list[int]) -> None:
    """Through the pupil too: a same-day correction, a second school, and AM after PM cost one day."""
    child = Child()
    for slot, cell in TWO_YEARS[:-2]:
        child.mark(slot, "/" if cell == Ledger.cell_of(0) else "O")
    morning, afternoon = (slot for slot, _ in TWO_YEARS[-2:])
    for slot, code, urn, cost in [
        (afternoon, "N", 100001, 1),
        (morning, "N", 100001, 2),
        (afternoon, "O", 100001, 2),
        (afternoon, "/", THERE, 2),
        (morning, "N", 100001, 0),
        (morning, "O", THERE, 0),
    ]:
        steps.clear()
        child.mark(slot, code, urn=urn)
        assert (code, len(steps)) == (code, cost)
