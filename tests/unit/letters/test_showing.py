"""What a person sees of a dead letter."""

import pytest

from streams.letters.showing import as_data, decoded, in_full
from tests.unit.letters import examples


def test_the_list_has_no_bytes_and_no_pupil() -> None:
    """Only how many bytes there are."""
    row = as_data(examples.lying(), redriven=True)
    assert examples.PUPIL not in str(row)
    assert (row["bytes"], row["origin"], row["redriven"]) == (len(examples.MARK), "firstbell.registers/3/41/0", True)
    assert row["at"] == "2024-09-09T08:00:00Z"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (b'{"code":"?"}', '{\n  "code": "?"\n}'),
        (b"no json\x1b[2J", "no json\\x1b[2J"),
        (b'"\\u001b[2J"', '"\\u001b[2J"'),
        (b"\xff\xfe", "(not text; in hexadecimal)\nfffe"),
        (b"[" * 100_000, "[" * 100_000),
        (b"", "(no bytes)"),
    ],
)
def test_bytes_are_decoded_as_far_as_they_can_be(value: bytes, shown: str) -> None:
    """JSON is laid out; text is shown; all else as digits; and none of it can steer the terminal."""
    assert decoded(examples.letter(value=value)) == shown


def test_many_bytes_that_are_no_text_are_cut() -> None:
    """And the cut is told."""
    assert decoded(examples.letter(value=b"\xff" * 1000)).endswith("… and 488 bytes more")


def test_what_was_not_kept_is_said() -> None:
    """The letter of an erased pupil."""
    assert decoded(examples.letter(value=b"", reason="erased")) == "(its bytes were not kept)"


def test_in_full_leaves_out_what_is_not_known_and_cannot_steer_the_terminal() -> None:
    """A sender chooses the register's id."""
    text = in_full(examples.lying(register_id="a\x1b[2Jb", date=None), redriven=False)
    assert "register_id: a?[2Jb" in text
    assert "date:" not in text
    assert "redriven: no" in text
