"""What is there after a crash: state, position, alerts; and what a changelog may end in."""

import string
from itertools import islice, product
from pathlib import Path

from confluent_kafka import Producer

from streams.contract.batches import BatchMark, BatchRegister
from streams.contract.sheets import sheet
from streams.contract.topics import Topics
from streams.pipeline.ledgers import Ledgers
from streams.pipeline.refusals import from_topic
from streams.pipeline.splitting import split
from streams.settings import Settings
from streams.simulate import registers as half_term
from streams.topology import clients
from streams.topology.plan import plan_of
from tests.support import stream
from tests.support.hostile import seeded_log
from tests.support.waiting import until
from tests.support.worker import WorkerProcess

SLOT = 2 * 739_138  # a morning in September 2024
MANY = 40_000


def test_kill_in_mid_stream_loses_and_doubles_nothing(settings: Settings, topics: Topics, tmp_path: Path) -> None:
    """Killed three times while it works; a committed reader sees each alert once, as a replay in that order says."""
    log = list(half_term())
    stream.send(settings, topics, log[:500])
    for part in range(1, 4):
        with WorkerProcess(settings, tmp_path) as worker:
            worker.until_ready()
            stream.send(settings, topics, log[part * 500 : (part + 1) * 500])
            until(lambda worker=worker: worker.metric("firstbell_marks_total", result="applied") > 0)
            worker.kill()
    with WorkerProcess(settings, tmp_path) as worker:
        worker.until_ready()
        stream.until_done(settings, topics)
    found = stream.alerts(settings, topics)
    assert stream.doubled(found) == []
    assert stream.by_pupil(found) == stream.replay_marks(settings, topics)


def test_tens_of_thousands_of_pupils_are_loaded_before_the_worker_is_ready(
    settings: Settings, topics: Topics, tmp_path: Path
) -> None:
    """The store reads its changelog itself; Faust's own recovery, which has nothing to do, is not waited for."""
    _write_state(settings, topics, MANY)
    with WorkerProcess(settings, tmp_path) as worker:
        worker.until_ready(settings.partitions)
        assert worker.metric("firstbell_pupils") == MANY
        assert worker.metric("firstbell_recovery_seconds_count") == 2  # one for each table


def test_a_changelog_may_end_in_a_marker(settings: Settings, topics: Topics, tmp_path: Path) -> None:
    """Of a commit or an abort: an offset that no consumer is handed; neither restart nor rebalance waits for it."""
    stream.send(settings, topics, seeded_log(3, registers=60, pupils=20, schools=2, mode="in-order", faults=0))
    with WorkerProcess(settings, tmp_path) as worker:
        worker.until_ready()
        stream.until_done(settings, topics)
        pupils = worker.metric("firstbell_pupils")
    for partition in range(settings.partitions):
        _leave_marker(settings, topics, partition, commit=partition % 2 == 0)
    with WorkerProcess(settings, tmp_path) as first:
        first.until_ready(settings.partitions)
        assert first.metric("firstbell_pupils") == pupils
        with WorkerProcess(settings, tmp_path) as second:
            first.until_ready(settings.partitions // 2)
            second.until_ready(settings.partitions // 2)
            assert first.metric("firstbell_pupils") + second.metric("firstbell_pupils") == pupils
            assert (
                first.metric("firstbell_recovery_seconds_count") == 2
            )  # each table once: what stayed was not loaded again


def _write_state(settings: Settings, topics: Topics, pupils: int) -> None:
    """Write the pages of so many pupils to the changelog, without positions: nothing of `marks` was read."""
    letters = string.ascii_lowercase
    names = ["".join(four) for four in islice(product(letters, repeat=4), pupils)]
    marks = [BatchMark(name + "a" * 22, 0, 0, 1_725_870_000) for name in names]
    register = BatchRegister("r", 100001, SLOT, "2024-09-09T09:00:00Z", 0, (0, 0), sheet(marks))
    ledgers = Ledgers(stream.rule_engine(), from_topic(topics.registers.name))
    producer = Producer(clients.producer(plan_of(settings, topics)))
    for partition, registers in split([register], settings.partitions).items():
        work = ledgers.work()
        work.take(registers[0])
        for key, value in work.writes():
            producer.produce(topics.ledgers.name, value, key, partition)
            producer.poll(0)
    assert producer.flush(30) == 0


def _leave_marker(settings: Settings, topics: Topics, partition: int, *, commit: bool) -> None:
    """End the partition in a commit marker, or in an abort marker behind a page that does not count."""
    producer = Producer(clients.transactional(plan_of(settings, topics), partition))
    producer.init_transactions(20)
    producer.begin_transaction()
    page = None if commit else b"\1page"
    producer.produce(topics.ledgers.name, page, b"z" * 26 + b"/announced", partition)
    assert producer.flush(20) == 0
    if commit:
        producer.commit_transaction(20)
    else:
        producer.abort_transaction(20)
