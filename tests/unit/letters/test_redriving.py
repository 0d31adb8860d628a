"""What is sent back, and what is not."""

import json

import pytest

from streams.contract.messages import DeadLetter, Origin
from streams.kafka.records import Headers
from streams.letters.redriving import ORIGIN_HEADER, Find, Memory, Original, Redriven, Refusal, decide
from streams.pipeline.intake import read_register
from tests.unit.letters import examples


def finds(value: bytes | None = examples.REGISTER, headers: Headers | None = None) -> Find:
    return lambda _letter: Original(value, headers or [])


def test_a_refused_register_goes_back_as_it_was() -> None:
    """Byte for byte, under its school, with a header that says where it came from."""
    sent = decide(examples.whole(), Memory(), finds(), force=False)
    assert isinstance(sent, Redriven)
    assert (sent.value, sent.key) == (examples.REGISTER, b"100001")
    assert (ORIGIN_HEADER, b"firstbell.registers/3/41") in sent.headers
    assert ("ce_id", b"r-1") in sent.headers


def test_a_refused_mark_goes_back_as_a_register_of_one_mark() -> None:
    """With the time of its own register, which reads as the mark was meant."""
    sent = decide(
        examples.lying(value=b'{"pupil": "abcdefghijklmnopqrstuvwxyz", "code": "/"}'), Memory(), finds(), force=False
    )
    assert isinstance(sent, Redriven)
    assert sent.origin == "firstbell.registers/3/41/0"
    read = read_register(sent.value, received_ms=None, origin=Origin(topic="t", partition=0, offset=0))
    assert read.refused == []
    assert read.register is not None
    assert (read.register.urn, read.register.recorded_at) == (100001, "2024-09-09T09:05:00+01:00")
    assert [mark.pupil for mark in read.register.marks] == [examples.PUPIL]


def test_the_marks_own_bytes_are_kept() -> None:
    """Also what no decoder of ours would write again."""
    sent = decide(examples.lying(value=b'{"code":1e5,  "x":"\\ud800"}'), Memory(), finds(), force=False)
    assert isinstance(sent, Redriven)
    assert b'{"code":1e5,  "x":"\\ud800"}' in sent.value


def test_where_the_register_is_gone_the_marks_own_time_counts() -> None:
    """A `too-old` mark has it."""
    one = examples.lying(value=b'{"pupil": "x", "code": "/", "recorded_at": "2020-01-01T09:00:00Z"}')
    sent = decide(one, Memory(), finds(None), force=False)
    assert isinstance(sent, Redriven)
    assert json.loads(sent.value)["recorded_at"] == "2020-01-01T09:00:00Z"


@pytest.mark.parametrize(
    ("fields", "original", "why"),
    [
        ({}, None, Refusal.NO_TIME),
        ({}, b"not json", Refusal.NO_TIME),
        ({"urn": None}, examples.REGISTER, Refusal.NO_HEADER),
        ({"value": b"", "reason": "erased"}, examples.REGISTER, Refusal.NOT_KEPT),
    ],
)
def test_what_cannot_be_sent_is_left_with_its_reason(
    fields: dict[str, object], original: bytes | None, why: Refusal
) -> None:
    """A reason, never a guess."""
    assert decide(examples.lying(**fields), Memory(), finds(original), force=True) is why


def test_the_same_origin_goes_once_unless_forced() -> None:
    """Two marks of one register are two origins."""
    memory = Memory({"firstbell.registers/3/41/0"})
    assert decide(examples.lying(), memory, finds(), force=False) is Refusal.BEFORE
    assert isinstance(decide(examples.lying(), memory, finds(), force=True), Redriven)
    assert isinstance(decide(examples.lying(mark=1), memory, finds(), force=False), Redriven)


def test_what_was_refused_again_after_a_redrive_is_not_sent_round_and_round() -> None:
    """Its register says that it was redriven."""
    found = finds(headers=[(ORIGIN_HEADER, b"firstbell.registers/0/1")])
    assert decide(examples.whole(), Memory(), found, force=False) is Refusal.BEFORE


def test_only_what_the_letter_names_is_looked_up() -> None:
    """The letter itself is handed to the finder."""
    asked: list[DeadLetter] = []

    def find(letter: DeadLetter) -> Original:
        asked.append(letter)
        return Original(None, [])

    decide(examples.whole(), Memory(), find, force=False)
    assert asked == [examples.whole().letter]
