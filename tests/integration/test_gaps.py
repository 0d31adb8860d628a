"""Surroundings that changed under the worker: it stops and says why, and never goes on over a gap."""

import json
from pathlib import Path

from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from streams.contract.topics import Topic, Topics
from streams.kafka.admin import Admin
from streams.settings import Settings
from streams.topology import clients
from streams.topology.failstop import EXIT_CODE
from streams.topology.plan import plan_of
from tests.support import stream
from tests.support.hostile import seeded_log
from tests.support.waiting import until
from tests.support.worker import WorkerProcess

LATER = seeded_log(6, registers=80, pupils=12, schools=2, mode="in-order", faults=0)
LOG = seeded_log(5, registers=80, pupils=12, schools=2, mode="in-order", faults=0)


def _last_words(worker: WorkerProcess) -> str:
    assert worker.wait(60) == EXIT_CODE, worker.text()
    said = [json.loads(line) for line in worker.text().splitlines() if '"level": "critical"' in line]
    assert len(said) == 1, worker.text()
    return str(said[0]["why"])


def _run_once(settings: Settings, topics: Topics, folder: Path) -> None:
    stream.send(settings, topics, LOG)
    with WorkerProcess(settings, folder) as worker:
        worker.until_ready()
        stream.until_done(settings, topics)
        worker.terminate()
        assert worker.wait(10) == 0, worker.text()


def test_marks_that_went_by_age_before_they_were_read_are_missed(
    settings: Settings, topics: Topics, tmp_path: Path
) -> None:
    """The position is older than what the topic still holds: to go on would be to lose marks in silence."""
    _run_once(settings, topics, tmp_path)
    marks = topics.marks.name
    ends = stream.committed(settings, marks)
    partition = max(ends, key=lambda number: ends[number])
    foreign = Producer(clients.producer(plan_of(settings, topics)))
    foreign.produce(marks, b"will go by age", partition=partition)
    assert foreign.flush(20) == 0
    admin = AdminClient({"bootstrap.servers": settings.bootstrap})
    for answer in admin.delete_records([TopicPartition(marks, partition, ends[partition] + 1)]).values():
        answer.result(20)
    with WorkerProcess(settings, tmp_path) as worker:
        assert "is before its first record" in _last_words(worker)


def test_a_changelog_record_that_cannot_be_read_is_never_skipped(
    settings: Settings, topics: Topics, tmp_path: Path
) -> None:
    """Faust would warn and go on with a pupil's page missing; the worker does not start."""
    _run_once(settings, topics, tmp_path)
    foreign = Producer(clients.producer(plan_of(settings, topics)))
    foreign.produce(topics.ledgers.name, b"\xff not ours", b"z" * 26 + b"/2024-09/100001", 0)
    assert foreign.flush(20) == 0
    with WorkerProcess(settings, tmp_path) as worker:
        assert "StoredFormUnknown" in _last_words(worker)


def test_marks_made_anew_under_a_running_worker_stop_it(settings: Settings, topics: Topics, tmp_path: Path) -> None:
    """Offsets of the new topic mean nothing to the ledgers, and none of its records is applied."""
    stream.send(settings, topics, LOG)
    with WorkerProcess(settings, tmp_path) as worker:
        worker.until_ready()
        stream.until_done(settings, topics)
        before = stream.by_pupil(stream.alerts(settings, topics))
        _make_anew(settings, topics.marks)
        stream.send(settings, topics, LATER)
        assert "under the running worker" in _last_words(worker)
    assert stream.by_pupil(stream.alerts(settings, topics)) == before


def test_a_changelog_made_anew_under_a_running_worker_never_passes_for_the_whole(
    settings: Settings, topics: Topics, tmp_path: Path
) -> None:
    """The worker stops, and the next one refuses the part that was written, until `firstbell rebuild` has run."""
    stream.send(settings, topics, LOG)
    with WorkerProcess(settings, tmp_path) as worker:
        worker.until_ready()
        stream.until_done(settings, topics)
        _make_anew(settings, topics.ledgers)
        stream.send(settings, topics, LATER)
        assert worker.wait(60) == EXIT_CODE, worker.text()
    with WorkerProcess(settings, tmp_path) as successor:
        assert "PositionLost" in _last_words(successor)


def _make_anew(settings: Settings, topic: Topic) -> None:
    admin = AdminClient({"bootstrap.servers": settings.bootstrap})
    admin.delete_topics([topic.name])[topic.name].result(20)
    until(lambda: topic.name not in Admin(settings).existing())
    until(lambda: Admin(settings).create([topic]) == [topic.name])
