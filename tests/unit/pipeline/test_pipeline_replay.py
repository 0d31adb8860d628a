"""The engine in memory, line by line."""

import json

import pytest

from streams.contract.messages import Origin
from streams.pipeline.replay import Fed, Replay
from tests.unit.pipeline.examples import ENGINE, PUPIL, SIBLING, line, mark, told


@pytest.fixture
def replay() -> Replay:
    return Replay(ENGINE)


@pytest.mark.parametrize("blank", [b"", b" ", b"\r", b"\t \r\n"])
def test_a_blank_line_gives_nothing(replay: Replay, blank: bytes) -> None:
    """Neither alert nor dead letter."""
    assert replay.feed(blank, 1) == Fed([], [], 0)


def test_a_line_gives_its_alerts_its_dead_letters_and_its_number_of_marks(replay: Replay) -> None:
    """Refused marks and those too old stand in the order of the register."""
    replay.feed(line(mark(), date="2026-09-07", recorded_at="2026-09-07T09:00:00Z"), 1)
    fed = replay.feed(line(mark("O"), 5, mark("?"), mark("O", SIBLING), mark("I"), mark("I", "nobody")), 2)
    assert [(letter.reason, letter.mark) for letter in fed.refused] == [
        ("too-old", 0), ("not-a-mark", 1), ("unknown-code", 2), ("too-old", 4), ("bad-pupil", 5),
    ]  # fmt: skip
    assert (fed.alerts, fed.marks) == ([], 1)


def test_alerts_follow_from_line_to_line(replay: Replay) -> None:
    """The fourth absence raises, its correction withdraws."""
    feed = [
        line(mark("I"), date=f"2024-09-{day}", session=half, recorded_at=f"2024-09-{day}T{hour}:00:00Z")
        for day in ("09", "10")
        for half, hour in (("AM", "09"), ("PM", "12"))
    ]
    fed = [replay.feed(each, number) for number, each in enumerate(feed, 1)]
    assert [told(each.alerts) for each in fed] == [[], [], [], [("raised", "early-term", "mark")]]
    correction = line(mark(), date="2024-09-10", recorded_at="2024-09-13T09:00:00Z")
    assert told(replay.feed(correction, 5).alerts) == [("withdrawn", "early-term", "correction")]


def test_dead_letters_name_the_file_and_line_they_came_from(replay: Replay) -> None:
    """That of the source in hand, for marks that are too old as well."""
    replay.name_source("autumn.jsonl")
    replay.feed(line(date="2026-09-07", recorded_at="2026-09-07T09:00:00Z"), 1)
    replay.name_source("spring.jsonl")
    fed = replay.feed(line(mark(), 5), 3)
    assert [letter.origin for letter in fed.refused] == [Origin(file="spring.jsonl", line=3)] * 2
    assert [letter.origin for letter in Replay(ENGINE).feed(b"?", 9).refused] == [Origin(file="-", line=9)]


def test_a_too_old_mark_can_be_sent_again_as_a_register_of_one_mark(replay: Replay) -> None:
    """Mended to a session that is not too old, it is taken."""
    replay.feed(line(date="2026-09-07", recorded_at="2026-09-07T09:00:00Z"), 1)
    (letter,) = replay.feed(line(mark("H")), 2).refused
    assert (
        replay.feed(line(json.loads(letter.value), date="2026-09-08", recorded_at="2026-09-08T09:00:00Z"), 3).marks == 0
    )
    again = {**json.loads(letter.value), "recorded_at": None}
    assert replay.feed(line(again, date="2026-09-08", recorded_at="2026-09-08T09:00:00Z"), 4).marks == 1


def test_years_are_those_of_every_pupil(replay: Replay) -> None:
    """The latest academic year of any mark taken, by pupil."""
    replay.feed(line(mark(), mark("-", SIBLING), date="2024-07-31", recorded_at="2024-07-31T09:00:00Z"), 1)
    replay.feed(line(mark(), mark("?", SIBLING), date="2024-08-01", recorded_at="2024-08-01T09:00:00Z"), 2)
    assert replay.years() == {PUPIL: 2024, SIBLING: 2023}
