"""The one loop and the reader, on a real Kafka."""

import signal
import subprocess
import sys
from threading import Event

import pytest
from confluent_kafka import Producer

from streams.contract.topics import Topics
from streams.errors import WrongTopics
from streams.kafka.clients import common
from streams.kafka.reader import Reader
from streams.kafka.records import Record
from streams.kafka.sink import Sink
from streams.settings import Settings
from tests.support.command import environment

# A sink as a process of its own: it prints each value, and says when it ended well.
PROGRAM = """
import sys
from streams.kafka.sink import Sink
from streams.kafka.stopping import stop_on_signals
from streams.settings import load
settings = load().settings
def handle(records):
    for record in records:
        print(record.value.decode(), flush=True)
with stop_on_signals() as stop:
    Sink(settings, [sys.argv[1]], f"{settings.app_id}-sink", handle).run(stop)
print("ended", flush=True)
"""


def _write(settings: Settings, topic: str, *values: str) -> None:
    producer = Producer(common(settings))
    for value in values:
        producer.produce(topic, value.encode(), partition=0)
    assert producer.flush(20) == 0


def _values(records: list[Record]) -> list[str]:
    return [(record.value or b"").decode() for record in records]


def _handle_until(settings: Settings, topics: Topics, count: int) -> list[str]:
    """Run a sink until it has handled *count* records, and give them."""
    stop, seen = Event(), list[Record]()

    def handle(records: list[Record]) -> None:
        seen.extend(records)
        if len(seen) >= count:
            stop.set()

    Sink(settings, [topics.alerts.name], f"{settings.app_id}-sink", handle).run(stop)
    return _values(seen)


def test_what_was_handled_is_not_handled_again(settings: Settings, topics: Topics) -> None:
    """A second run of the group goes on where the first ended."""
    _write(settings, topics.alerts.name, "1", "2", "3")
    assert _handle_until(settings, topics, 3) == ["1", "2", "3"]
    _write(settings, topics.alerts.name, "4")
    assert _handle_until(settings, topics, 1) == ["4"]


def test_what_failed_is_handed_over_again(settings: Settings, topics: Topics) -> None:
    """A handler that raises commits nothing."""
    _write(settings, topics.alerts.name, "1", "2")

    def fail(_: list[Record]) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        Sink(settings, [topics.alerts.name], f"{settings.app_id}-sink", fail).run(Event())
    assert _handle_until(settings, topics, 2) == ["1", "2"]


def test_what_was_aborted_is_never_handled(settings: Settings, topics: Topics) -> None:
    """Only committed records are seen, by the sink and by the reader."""
    producer = Producer(common(settings) | {"transactional.id": settings.app_id})
    producer.init_transactions(20)
    for value, end in (("aborted", producer.abort_transaction), ("kept", producer.commit_transaction)):
        producer.begin_transaction()
        producer.produce(topics.alerts.name, value.encode(), partition=0)
        producer.flush(20)
        end(20)
    assert _handle_until(settings, topics, 1) == ["kept"]
    with Reader(settings, topics.alerts.name) as reader:
        assert _values(list(reader.to_end())) == ["kept"]


def test_sigterm_ends_it_after_the_batch_in_hand(settings: Settings, topics: Topics) -> None:
    """The process ends by itself, with exit code 0, and what it printed is committed."""
    _write(settings, topics.alerts.name, "1", "2")
    command = [sys.executable, "-c", PROGRAM, topics.alerts.name]
    with subprocess.Popen(command, env=environment(settings), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert [process.stdout.readline() for _ in range(2)] == ["1\n", "2\n"]
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read() == "ended\n"
    assert process.returncode == 0
    _write(settings, topics.alerts.name, "3")
    assert _handle_until(settings, topics, 1) == ["3"]


def test_reading_from_now_on_misses_nothing_written_since(settings: Settings, topics: Topics) -> None:
    """Where it begins is settled when the reader is made, not when reading starts."""
    _write(settings, topics.alerts.name, "before")
    stop = Event()
    with Reader(settings, topics.alerts.name, begin="now") as reader:
        _write(settings, topics.alerts.name, "after")
        record = next(reader.until(stop))
        assert (record.value, record.offset) == (b"after", 1)
        assert list(reader.until(stop, idle=0.3)) == []
        stop.set()
        assert list(reader.until(stop)) == []


def test_a_topic_that_is_not_there_is_refused(settings: Settings) -> None:
    """With the command that makes it."""
    with pytest.raises(WrongTopics, match="firstbell topics create"):
        Reader(settings, f"{settings.prefix}alerts")
