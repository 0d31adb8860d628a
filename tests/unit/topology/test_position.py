"""When ledgers fit the marks they are said to be of."""

from dataclasses import replace

import msgspec
import pytest

from streams.errors import PositionLost, StoredFormUnknown
from streams.topology.position import Position, Source, check, decode_position, encode_position

POSITION = Position(next_offset=50, topic_id="abc", partitions=4, stored_form=2, changelog_id="ghi")
SOURCE = Source(
    table="ledgers",
    topic="marks",
    partition=3,
    topic_id="abc",
    partitions=4,
    first=10,
    end=90,
    committed=40,
    stored_form=2,
    changelog_id="ghi",
)


def test_a_position_survives_being_written_down() -> None:
    """What is decoded is what was encoded."""
    assert decode_position(encode_position(POSITION)) == POSITION


@pytest.mark.parametrize("value", [None, b"", b"{", b'{"next_offset": "x"}'])
def test_a_position_that_cannot_be_read_is_of_another_version(value: bytes | None) -> None:
    """It stops the worker, with what to do."""
    with pytest.raises(StoredFormUnknown, match="use the newer version"):
        decode_position(value)


@pytest.mark.parametrize(
    "source",
    [
        SOURCE,
        replace(SOURCE, committed=None),
        replace(SOURCE, committed=50),
        replace(SOURCE, first=50),
        replace(SOURCE, end=50),
        replace(SOURCE, stored_form=3),
    ],
)
def test_ledgers_of_this_topic_fit(source: Source) -> None:
    """The position may be at either end of what the topic holds, and the group at it or behind it."""
    check(POSITION, source)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (replace(SOURCE, topic_id="def"), "another one of the same name"),
        (replace(SOURCE, changelog_id="jkl"), "the changelog of its ledgers was made anew"),
        (replace(SOURCE, partitions=8), "has 8 partitions and had 4"),
        (replace(SOURCE, first=51), "before its first record 51"),
        (replace(SOURCE, end=49), "after its end 49"),
        (replace(SOURCE, committed=51), "committed 51, past the position 50"),
    ],
)
def test_ledgers_of_something_else_are_refused_with_the_place_and_the_reason(source: Source, words: str) -> None:
    """Going on would lose or double marks."""
    with pytest.raises(PositionLost, match=f"partition 3 of marks: .*{words}"):
        check(POSITION, source)


def test_a_position_that_does_not_name_its_changelog_is_of_an_earlier_version() -> None:
    """It is taken as it was then."""
    check(msgspec.structs.replace(POSITION, changelog_id=""), SOURCE)


def test_no_position_fits_only_where_nothing_was_read() -> None:
    """A committed offset without a position says that ledgers are gone."""
    check(None, replace(SOURCE, committed=None))
    with pytest.raises(PositionLost, match="have no position"):
        check(None, replace(SOURCE, committed=0))


def test_pages_of_a_later_form_are_refused() -> None:
    """The message says which versions would do."""
    with pytest.raises(StoredFormUnknown, match="use the version that wrote them"):
        check(POSITION, replace(SOURCE, stored_form=1))


@pytest.mark.parametrize("stored_form", [2, 3, 4])
def test_pages_of_any_form_up_to_this_one_are_taken(stored_form: int) -> None:
    """They are read as they are."""
    check(POSITION, replace(SOURCE, stored_form=stored_form))
