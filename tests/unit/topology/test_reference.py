"""What a worker knows of the county, as records of two topics come."""

import asyncio
from typing import Any, NoReturn, cast

import pytest
from confluent_kafka import KafkaError, KafkaException

from streams.board.feeds import Feeds
from streams.board.school import School, encode_school
from streams.pipeline.erased import Entry, Erased, encode_entry
from streams.topology.failstop import FailStop
from streams.topology.reference import Reference
from tests.unit.topology.fakes import PUPIL, plan

EOF = KafkaError._PARTITION_EOF  # noqa: SLF001 - librdkafka's local errors have such names
SCHOOL = School(urn=100001, name="Zoë Primary")


class FakeMessage:
    def __init__(self, topic: str, key: bytes, value: bytes | None, error: int | None = None) -> None:
        self._topic, self._key, self._value, self._error = topic, key, value, error

    def topic(self) -> str:
        return self._topic

    def partition(self) -> int:
        return 0

    def offset(self) -> int:
        return 7

    def timestamp(self) -> tuple[int, int]:
        return 1, 0

    def headers(self) -> None:
        return None

    def key(self) -> bytes:
        return self._key

    def value(self) -> bytes | None:
        return self._value

    def error(self) -> KafkaError | None:
        return None if self._error is None else KafkaError(self._error)


def _school(value: bytes | None, key: bytes = b"100001") -> FakeMessage:
    return FakeMessage("schools", key, value)


def _end(topic: str) -> FakeMessage:
    return FakeMessage(topic, b"", None, EOF)


def _never(code: int) -> NoReturn:
    raise AssertionError(code)


class Bench:
    """A county of one partition."""

    def __init__(self) -> None:
        self.heard: list[tuple[bytes, bytes | None]] = []
        self.erased = Erased(b"a key")
        self.reference = Reference(plan(partitions=1), cast("Any", None), self._hear, self.erased, FailStop(_never))

    def _hear(self, feeds: Feeds, key: bytes, value: bytes | None) -> None:
        assert feeds is self.reference.county().feeds
        self.heard.append((key, value))

    def take(self, *messages: FakeMessage) -> None:
        self.reference.take(cast("Any", list(messages)))

    def is_loaded(self) -> bool:
        async def look() -> bool:
            waiting = asyncio.ensure_future(self.reference.loaded())
            await asyncio.sleep(0)
            return waiting.done() or not waiting.cancel()

        return asyncio.run(look())


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_it_is_loaded_once_all_topics_were_read_to_their_ends(bench: Bench) -> None:
    """And stays so when more comes."""
    bench.take(_school(encode_school(SCHOOL)), _end("schools"), _end("boards-changelog"))
    assert not bench.is_loaded()
    bench.take(_end("erased"))
    assert bench.is_loaded()


def test_a_snapshot_does_not_change_and_the_next_one_does(bench: Bench) -> None:
    """A school comes, and goes by a tombstone; where nothing changed the snapshot is the same."""
    bench.take(_school(encode_school(SCHOOL)))
    first = bench.reference.county().schools
    bench.take(_school(encode_school(SCHOOL)), _end("schools"))
    assert bench.reference.county().schools is first
    bench.take(_school(None))
    assert (first.get(100001), bench.reference.county().schools.get(100001)) == (SCHOOL, None)


def test_a_record_that_is_no_school_is_passed_over(bench: Bench) -> None:
    """The others are known."""
    bench.take(_school(b"no school"), _school(encode_school(SCHOOL), key=b"other"), _school(encode_school(SCHOOL)))
    assert len(bench.reference.county().schools) == 1


def test_the_boards_changelog_is_heard(bench: Bench) -> None:
    """Record by record."""
    bench.take(FakeMessage("boards-changelog", b"k", b"v"))
    assert bench.heard == [(b"k", b"v")]


def test_who_was_erased_is_known_by_a_hash(bench: Bench) -> None:
    """While nobody is, no mark needs to be asked about."""
    assert bench.reference.county().refuses is None
    hashed, entry = bench.erased.hash_of(PUPIL), Entry(erased_ms=5, key=bench.erased.fingerprint())
    bench.take(FakeMessage("erased", hashed.encode(), encode_entry(entry)))
    refuses = bench.reference.county().refuses
    assert refuses
    assert (refuses(PUPIL, 1), refuses("b" * 26, 1), bench.reference.listed) == (True, False, 1)


def test_what_cannot_be_read_is_raised(bench: Bench) -> None:
    """The worker ends: it would know less and less."""
    with pytest.raises(KafkaException):
        bench.take(FakeMessage("schools", b"", None, KafkaError.TOPIC_AUTHORIZATION_FAILED))
