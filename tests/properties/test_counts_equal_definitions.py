"""The fast engine is exact: its counts and its episodes are those of the readable specification."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.attendance.specification import all_episodes
from streams.attendance.walk import Engine
from streams.pipeline.replay import Replay
from tests.properties.books import ENGLAND, SMALL
from tests.properties.machines import by_rule, fed, pupils
from tests.support.hostile import logs, seeded_log

BOOKS = pytest.mark.parametrize("engine", [SMALL, ENGLAND], ids=["small", "england"])


def hold_counts(engine: Engine, replay: Replay) -> None:
    """Every count of every pupil equals its definition as of the pupil's last session."""
    for pupil in pupils(replay):
        sessions = list(pupil.ledger.sessions())
        if not sessions or pupil.walk is None:
            continue
        assert pupil.walk.tally.slot == sessions[-1][0]
        for place, measures in enumerate(engine.measures):
            wanted = [measure.of(sessions) for measure in measures]
            assert (measures, engine.counts(place, pupil.walk.tally)) == (measures, wanted)


def hold_episodes(engine: Engine, replay: Replay) -> None:
    """Every pupil's episodes are those of the walk from scratch."""
    for pupil in pupils(replay):
        assert by_rule(engine, pupil.walk) == all_episodes(engine.book, list(pupil.ledger.sessions()))


@BOOKS
@given(lines=logs(max_sessions=50))
def test_each_count_equals_its_definition_at_every_step(engine: Engine, lines: list[bytes]) -> None:
    """After every register: in order, amended, deleted, late, at several schools, across a year end."""
    replay = Replay(engine)
    for number, line in enumerate(lines, 1):
        if replay.feed(line, number).marks:
            hold_counts(engine, replay)


@BOOKS
@given(lines=logs(max_sessions=90))
@settings(max_examples=15)
def test_fast_episodes_equal_those_of_the_walk_from_scratch(engine: Engine, lines: list[bytes]) -> None:
    """Whatever order the marks came in."""
    replay, _ = fed(engine, lines)
    hold_episodes(engine, replay)


@given(lines=logs(max_sessions=40), cut=st.integers(0, 60))
def test_fast_episodes_equal_those_from_scratch_in_the_middle_too(lines: list[bytes], cut: int) -> None:
    """Not only when all has come."""
    replay, _ = fed(SMALL, lines[:cut])
    hold_episodes(SMALL, replay)


@pytest.mark.parametrize(("seed", "mode"), [(1, "amended"), (2, "shuffled"), (3, "wavering")])
def test_counts_and_episodes_are_exact_over_long_histories(seed: int, mode: str) -> None:
    """Windows of ten weeks, three academic years, checkpoints gone and made again."""
    lines = seeded_log(seed, registers=260, pupils=1, schools=1, years=(2022, 2023, 2024), mode=mode)  # type: ignore[arg-type]
    replay = Replay(SMALL)
    for number, line in enumerate(lines, 1):
        replay.feed(line, number)
        if number % 7 == 0:
            hold_counts(SMALL, replay)
    hold_episodes(SMALL, replay)
