"""What loading makes of the changelog's own records."""

from typing import Any, cast

from streams.topology.loading import Loaded, _take
from streams.topology.position import POSITION_KEY, Position, encode_position
from tests.unit.topology.fakes import FakeLedgers

POSITION = Position(next_offset=7, topic_id="id", partitions=4, stored_form=1)


class FakeMessage:
    def __init__(self, key: bytes, value: bytes | None) -> None:
        self._key, self._value = key, value

    def error(self) -> None:
        """None: it is a record."""

    def partition(self) -> int:
        return 0

    def key(self) -> bytes:
        return self._key

    def value(self) -> bytes | None:
        return self._value


def taken(*records: tuple[bytes, bytes | None]) -> Loaded[Any]:
    loaded: Loaded[Any] = Loaded(FakeLedgers())
    for record in records:
        _take({0: loaded}, cast("Any", FakeMessage(*record)))
    return loaded


def test_pages_are_loaded_and_the_last_position_counts() -> None:
    """In the order of the changelog."""
    found = taken((b"page", b"1"), (POSITION_KEY, encode_position(POSITION)), (b"page", None))
    assert (found.position, found.state.loaded) == (POSITION, [(b"page", b"1"), (b"page", None)])


def test_a_position_that_was_taken_away_is_none() -> None:
    """A rebuild that was cut off: without a position no worker takes its pages for whole."""
    assert taken((POSITION_KEY, encode_position(POSITION)), (POSITION_KEY, None)).position is None
    assert taken((POSITION_KEY, None), (POSITION_KEY, encode_position(POSITION))).position == POSITION
