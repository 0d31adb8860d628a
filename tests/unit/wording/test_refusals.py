"""Each dead letter is one sentence that says why, and nothing of the pupil."""

from typing import get_args

import pytest

from streams.contract.messages import DeadLetter, Origin, Refusal
from streams.wording import refusal
from streams.wording.dead_letters import REASONS

SECRET = b'{"pupil": "abcdefghijklmnopqrstuvwxyz"}'


def _letter(**fields: object) -> DeadLetter:
    known = {"urn": 990001, "date": "2024-10-08", "session": "PM", "mark": 2, "register_id": "r", "detail": "d"}
    origin = Origin(topic="firstbell.registers", partition=3, offset=17)
    return DeadLetter(**({"reason": "unknown-code", "origin": origin, "value": SECRET} | known | fields))


def test_a_refused_mark_is_counted_from_one_and_placed() -> None:
    """A mark is named by its number, school, session, reason and origin."""
    assert refusal(_letter()) == (
        "Mark 3 of a register of school 990001 for Tuesday 8 October 2024, afternoon was refused:"
        " its code is not an attendance code (firstbell.registers, partition 3, offset 17)."
    )


def test_a_register_of_which_nothing_is_known_is_named_by_its_place() -> None:
    """Bytes that are no JSON are named by file and line."""
    letter = _letter(
        reason="not-json", urn=None, date=None, session=None, mark=None, origin=Origin(file="a.jsonl", line=4)
    )
    assert refusal(letter) == "A register was refused: it is not JSON (line 4 of a.jsonl)."


@pytest.mark.parametrize("reason", get_args(Refusal))
def test_every_reason_has_words_and_shows_no_bytes(reason: str) -> None:
    """All reasons of the contract are worded, and no refused byte is repeated."""
    assert reason in REASONS
    assert "abcdef" not in refusal(_letter(reason=reason))
