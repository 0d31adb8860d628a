"""When a worker stops, and what it has not done by then."""

import json
import re
import sys
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient

from streams.contract.topics import Topic, Topics
from streams.kafka.admin import Admin, topics_of
from streams.settings import Settings
from streams.topology.failstop import EXIT_CODE
from tests.support import faulty_worker, jars, stream
from tests.support.broker import Broker
from tests.support.command import called, firstbell
from tests.support.hostile import seeded_log
from tests.support.ports import free_port
from tests.support.waiting import until
from tests.support.worker import WorkerProcess

PUPIL = "b" * 26
LOG = seeded_log(2, registers=60, pupils=12, schools=2, mode="in-order", faults=0)


def _register(register_id: str, date: str = "2024-09-10") -> bytes:
    marks = [{"pupil": PUPIL, "code": "N"}]
    fields = {"register_id": register_id, "urn": 100001, "date": date, "session": "AM", "marks": marks}
    return json.dumps(fields | {"recorded_at": f"{date}T09:00:00Z"}).encode()


def _last_words(worker: WorkerProcess) -> str:
    """Wait for the fail-stop, and give what it said, which is one line."""
    assert worker.wait(40) == EXIT_CODE, worker.text()
    said = [json.loads(line) for line in worker.text().splitlines() if '"level": "critical"' in line]
    assert len(said) == 1, worker.text()
    return f"{said[0]['during']}: {said[0]['why']}"


def _run_once(settings: Settings, topics: Topics, folder: Path) -> None:
    stream.send(settings, topics, LOG)
    with WorkerProcess(settings, folder) as worker:
        worker.until_ready()
        stream.until_done(settings, topics)
        worker.terminate()
        assert worker.wait(10) == 0, worker.text()


def _make_anew(settings: Settings, topic: Topic) -> None:
    admin = AdminClient({"bootstrap.servers": settings.bootstrap})
    admin.delete_topics([topic.name])[topic.name].result(20)
    until(lambda: topic.name not in Admin(settings).existing())
    until(lambda: Admin(settings).create([topic]) == [topic.name])


def test_a_bug_in_the_engine_stops_the_worker_with_nothing_acknowledged(
    settings: Settings, topics: Topics, tmp_path: Path
) -> None:
    """It says why once and names no pupil; a worker without the bug then goes on where the last good batch ended."""
    with WorkerProcess(settings, tmp_path, (sys.executable, faulty_worker.__file__)) as worker:
        worker.until_ready()
        stream.send(settings, topics, LOG)
        stream.until_done(settings, topics)
        before = stream.committed(settings, topics.marks.name), stream.by_pupil(stream.alerts(settings, topics))
        stream.send(settings, topics, [_register("bug-1"), _register("good-1", "2024-09-11")])
        assert _last_words(worker).startswith(
            "a batch of the pupils stage: EngineFailed: the engine fails on the register"
        )
        assert PUPIL not in worker.text()
    after = stream.committed(settings, topics.marks.name), stream.by_pupil(stream.alerts(settings, topics))
    assert after == before
    with WorkerProcess(settings, tmp_path) as worker:
        stream.until_done(settings, topics)
    assert stream.by_pupil(stream.alerts(settings, topics)) == stream.replay_marks(settings, topics)


def test_quarantine_is_the_way_past_a_register_on_which_the_engine_fails(
    settings: Settings, topics: Topics, tmp_path: Path
) -> None:
    """The last words name it; set aside, all else flows on; mended, it is sent again and nothing is missing."""
    faulty = (sys.executable, faulty_worker.__file__)
    stream.send(settings, topics, [_register("bug-1"), _register("good-1", "2024-09-11")])
    with WorkerProcess(settings, tmp_path, faulty) as worker:
        ((partition, offset),) = re.findall(r"at partition (\d+), offset (\d+) of the reg", _last_words(worker))
    place = f"{topics.registers.name}/{partition}/{offset}"
    with WorkerProcess(settings, tmp_path, (*faulty, "--quarantine", place)) as worker:
        stream.until_done(settings, topics)
    listed = called("dead-letters", "list", "--json", settings=settings)
    letters = [json.loads(line) for line in listed.stdout.splitlines()]
    assert {letter["reason"] for letter in letters} == {"quarantined"}
    # Its mark was on its way already; the register itself too, where the worker stopped before it was acknowledged.
    assert f"{place}/0" in {letter["origin"] for letter in letters} <= {f"{place}/0", place}
    assert called("audit", "--all", settings=settings).returncode == 0
    assert called("dead-letters", "redrive", "--reason", "quarantined", settings=settings).returncode == 0
    with WorkerProcess(settings, tmp_path) as worker:
        stream.until_done(settings, topics)
        assert worker.running
    told = called("explain", "--pupil", PUPIL, "--json", settings=settings)
    assert json.loads(told.stdout)["sessions"] == 2
    assert called("audit", "--all", settings=settings).returncode == 0


def test_sigterm_under_load_ends_with_0_and_the_next_worker_goes_on(
    settings: Settings, topics: Topics, tmp_path: Path
) -> None:
    """The batch in hand is finished, what waits is not begun; nothing is lost or doubled."""
    stream.send(settings, topics, seeded_log(8, registers=600, pupils=30, schools=3, mode="amended"))
    with WorkerProcess(settings, tmp_path) as worker:
        until(lambda: worker.metric("firstbell_marks_total", result="applied") > 0, 40)
        worker.terminate()
        assert worker.wait(10) == 0, worker.text()
    with WorkerProcess(settings, tmp_path) as worker:
        stream.until_done(settings, topics)
    found = stream.alerts(settings, topics)
    assert stream.doubled(found) == []
    assert stream.by_pupil(found) == stream.replay_marks(settings, topics)


def test_marks_made_anew_are_not_those_of_the_ledgers(settings: Settings, topics: Topics, tmp_path: Path) -> None:
    """A topic of the same name with another id: positions in it mean nothing."""
    _run_once(settings, topics, tmp_path)
    _make_anew(settings, topics.marks)
    with WorkerProcess(settings, tmp_path) as worker:
        assert "another one of the same name" in _last_words(worker)


@pytest.mark.parametrize("table", ["ledgers", "boards"])
def test_a_table_that_is_gone_is_missed(settings: Settings, topics: Topics, tmp_path: Path, table: str) -> None:
    """The group has read its source, and there is no position: to go on would be to lose what was read."""
    _run_once(settings, topics, tmp_path)
    _make_anew(settings, getattr(topics, table))
    with WorkerProcess(settings, tmp_path) as worker:
        assert f"its {table} have no position" in _last_words(worker)


def test_a_foreign_record_among_the_marks_stops_the_worker(settings: Settings, topics: Topics, tmp_path: Path) -> None:
    """What nobody but the schools stage may write cannot be passed over: it might have been marks."""
    with WorkerProcess(settings, tmp_path) as worker:
        worker.until_ready()
        marks = topics.marks.name
        stream.send_to(settings, marks, [b"not ours"])
        assert "is no mark batch" in _last_words(worker)


def test_a_broker_that_does_not_answer_stops_an_idle_worker(tmp_path: Path) -> None:
    """Connections are open and nothing comes back: after the session's time it says so and ends."""
    if reason := jars.missing():
        pytest.skip(reason)
    with Broker(tmp_path / "kafka") as broker:
        settings = Settings(
            bootstrap=broker.bootstrap, partitions=1, session_timeout=6, heartbeat_interval=1, rebalance_timeout=10
        )
        Admin(settings).create(topics_of(settings))
        with WorkerProcess(settings, tmp_path) as worker:
            worker.until_ready(1)
            broker.pause()
            assert "waiting for Kafka" in _last_words(worker)
        broker.resume()


def test_a_worker_that_cannot_start_says_why_in_one_line(settings: Settings, topics: Topics) -> None:
    """No broker, no topics, or another number of partitions: exit code 2, and a hint."""
    nobody = settings.model_copy(update={"bootstrap": f"127.0.0.1:{free_port()}", "request_timeout": 2})
    elsewhere = settings.model_copy(update={"prefix": "nowhere."})
    wider = settings.model_copy(update={"partitions": 5})
    for wrong, words in ((nobody, "does not answer"), (elsewhere, topics.marks.name), (wider, "partitions is 4")):
        done = firstbell("worker", settings=wrong)
        expected = words.replace(settings.prefix, wrong.prefix)
        assert (done.returncode, done.stdout) == (2, "")
        assert expected in done.stderr
        assert done.stderr.count("\n") == 1
