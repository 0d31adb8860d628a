"""The screen is exact: marks taken together in columns give what they give one by one the exact way."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.attendance.hand import Hand
from streams.attendance.straight import Straight
from streams.attendance.walk import Engine
from streams.pipeline.ledgers import Ledgers
from streams.pipeline.refusals import from_file
from streams.pipeline.replay import Line, Replay
from streams.pipeline.speed import Speed
from tests.properties.books import ENGLAND, SMALL
from tests.properties.machines import NEVER, Stage, live
from tests.properties.test_counts_equal_definitions import hold_counts, hold_episodes
from tests.support.hostile import Mode, logs, registers, seeded_log

BOOKS = pytest.mark.parametrize("engine", [SMALL, ENGLAND], ids=["small", "england"])
AT_ONCE = Speed(1, 1, wait=True)
MIXED = st.one_of(logs(max_sessions=60), logs(max_sessions=60, shuffled=False), st.lists(registers(), max_size=25))


def hold_screened(engine: Engine, lines: list[bytes], sizes: list[int], most_rows: int = 1_000, *, loads: bool) -> int:
    """Batches of these sizes, in turn, the fast path; and every line alone, the exact way. Return how many were fast.

    Of the rows of pages `most_rows` wait in since records. With *loads* the fast one is loaded from its changelog now
    and then.
    """
    together, alone = Stage(engine, None, AT_ONCE, most_rows), Stage(engine, None, NEVER)
    at, turn, screened = 0, 0, 0
    while at < len(lines):
        part = lines[at : at + sizes[turn % len(sizes)]]
        said = [each for i, line in enumerate(part, at + 1) for each in alone.feed(line, i)]
        assert together.feed_all(part, at + 1) == said
        at, turn = at + len(part), turn + 1
        if turn % 5 == 0:
            assert together.stored() == alone.held()
            if loads:
                screened += together.screened
                together = Stage(engine, together.changelog, AT_ONCE, most_rows)
    assert together.stored() == together.held() == alone.held()
    assert alone.screened == 0
    return screened + together.screened


@BOOKS
@given(
    lines=MIXED,
    sizes=st.lists(st.integers(1, 12), min_size=1, max_size=4),
    most_rows=st.sampled_from([0, 3, 20, 1_000]),
    loads=st.booleans(),
)
def test_alerts_dead_letters_and_state_are_those_of_the_exact_way(
    engine: Engine, lines: list[bytes], sizes: list[int], most_rows: int, *, loads: bool
) -> None:
    """Byte for byte, whatever came together: amended, deleted, late, twice, at several schools, across a year end."""
    hold_screened(engine, lines, sizes, most_rows, loads=loads)


@BOOKS
@pytest.mark.parametrize("mode", ["in-order", "amended", "wavering"])
def test_long_histories_are_the_same_screened(engine: Engine, mode: Mode) -> None:
    """Three academic years of thirteen pupils, of which most marks are screened where they come in order."""
    lines = seeded_log(71, registers=700, pupils=13, schools=2, years=(2022, 2023, 2024), mode=mode)
    screened = hold_screened(engine, lines, [5, 1, 17], loads=False)
    assert screened > (100 if mode == "in-order" else 0)


def batches_of(lines: list[bytes], size: int) -> list[list[Line]]:
    numbered = [Line(number, line) for number, line in enumerate(lines, 1)]
    return [numbered[at : at + size] for at in range(0, len(lines), size)]


@BOOKS
@given(lines=MIXED, size=st.integers(1, 12))
def test_a_replay_says_the_same_working_on_the_records_themselves(
    engine: Engine, lines: list[bytes], size: int
) -> None:
    """Batch by batch, as the exact way does; and of every pupil what is kept is the same."""
    straight, alone = Replay(engine), Replay(engine)
    straight.ledgers = Ledgers(engine, from_file("-"), speed=AT_ONCE, hand=Straight)
    alone.ledgers = Ledgers(engine, from_file("-"), speed=NEVER)
    for batch in batches_of(lines, size):
        assert straight.feed_all(batch) == alone.feed_all(batch)
    assert straight.years() == alone.years()
    assert live(engine, straight) == live(engine, alone)


@BOOKS
@pytest.mark.parametrize("hand", [Hand, Straight])
@given(lines=logs(max_sessions=60, shuffled=False), size=st.integers(1, 6))
@settings(max_examples=15)
def test_counts_and_episodes_behind_the_screen_equal_their_definitions(
    engine: Engine, hand: type[Hand], lines: list[bytes], size: int
) -> None:
    """Of every pupil, after every batch, as the readable specification has them."""
    replay = Replay(engine)
    replay.ledgers = Ledgers(engine, from_file("log"), speed=AT_ONCE, hand=hand)
    for batch in batches_of(lines, size):
        replay.feed_all(batch)
        hold_counts(engine, replay)
    hold_episodes(engine, replay)
