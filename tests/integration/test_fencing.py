"""Who has lost a partition cannot write to it any more."""

import json
import signal
from pathlib import Path

import pytest
from confluent_kafka import Producer

from streams.contract.topics import Topics
from streams.settings import Settings
from streams.simulate import registers
from streams.topology import clients
from streams.topology.failstop import EXIT_CODE
from streams.topology.plan import plan_of
from streams.topology.records import Record
from streams.topology.transaction import FencedError, PartitionWriter
from tests.support import stream
from tests.support.hostile import seeded_log
from tests.support.waiting import until
from tests.support.worker import WorkerProcess


def test_a_fenced_writer_writes_nothing(settings: Settings, topics: Topics) -> None:
    """The second to open a partition takes it; the first one's next transaction leaves no trace, open or not."""
    plan = plan_of(settings, topics)
    first = PartitionWriter.open(plan, 0)
    first.write([Record(topics.alerts.name, b"k", b"first")])
    second = PartitionWriter.open(plan, 0)
    with pytest.raises(FencedError):
        first.write(
            [Record(topics.alerts.name, b"k", b"zombie"), Record(topics.ledgers.name, b"k", b"zombie", None, 0)]
        )
    second.write([Record(topics.alerts.name, b"k", b"second")])
    assert [record.value for record in stream.read(settings, topics.alerts.name)] == [b"first", b"second"]
    assert stream.read(settings, topics.ledgers.name) == []
    first.close()
    second.close()


def test_a_woken_zombie_writes_nothing_and_comes_back(settings: Settings, topics: Topics, tmp_path: Path) -> None:
    """Paused past its session, it loses its partitions; woken, it is fenced, drops its batch and joins anew."""
    log = list(registers())
    with WorkerProcess(settings, tmp_path) as zombie:
        zombie.until_ready(4)
        stream.send(settings, topics, log[:1200])
        until(lambda: zombie.metric("firstbell_marks_total", result="applied") > 0)
        zombie.signal(signal.SIGSTOP)
        with WorkerProcess(settings, tmp_path) as heir:
            heir.until_ready(4)
            stream.until_done(settings, topics)
            zombie.signal(signal.SIGCONT)
            zombie.until_ready(2)
            heir.until_ready(2)
            stream.send(settings, topics, log[1200:])
            stream.until_done(settings, topics)
    found = stream.alerts(settings, topics)
    assert stream.doubled(found) == []
    assert stream.by_pupil(found) == stream.replay_marks(settings, topics)


def test_fenced_while_still_the_owner_it_stops_and_acknowledges_nothing(
    settings: Settings, topics: Topics, tmp_path: Path
) -> None:
    """Somebody else writes under this worker's name: it says so once and ends; the next worker takes all of it up."""
    log = seeded_log(9, registers=100, pupils=20, schools=2, mode="in-order", faults=0)
    with WorkerProcess(settings, tmp_path) as worker:
        worker.until_ready(4)
        for partition in range(4):
            Producer(clients.transactional(plan_of(settings, topics), partition)).init_transactions(20)
        stream.send(settings, topics, log)
        assert worker.wait(30) == EXIT_CODE
        said = [json.loads(line) for line in worker.text().splitlines() if '"critical"' in line]
    assert len(said) == 1
    assert "FencedError" in said[0]["why"]
    assert set(stream.committed(settings, topics.marks.name).values()) == {-1001}
    assert stream.alerts(settings, topics) == []
    with WorkerProcess(settings, tmp_path) as worker:
        stream.until_done(settings, topics)
    assert stream.by_pupil(stream.alerts(settings, topics)) == stream.replay_marks(settings, topics)
