"""A transaction that the broker has left open in a partition is ended as the coordinator had decided."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Producer

from streams.contract.topics import Topics
from streams.errors import Stop
from streams.settings import Settings
from streams.simulate import registers
from streams.topology import clients
from streams.topology.failstop import EXIT_CODE
from streams.topology.hanging import End
from streams.topology.mending import look, mend
from streams.topology.plan import Plan, plan_of
from streams.topology.position import POSITION_KEY
from streams.topology.records import Record
from streams.topology.transaction import PartitionWriter
from tests.support import stream
from tests.support.command import called
from tests.support.hang import leave_open, unverified
from tests.support.waiting import until
from tests.support.worker import WorkerProcess

PLACE = 1  # a partition of alerts of which the coordinator was not told


@pytest.fixture
def plan(settings: Settings, topics: Topics) -> Iterator[Plan]:
    """Give the plan of a worker on a broker that lets a test leave a transaction open."""
    with unverified(settings.bootstrap):
        yield plan_of(settings, topics)


def _committed(plan: Plan) -> PartitionWriter:
    writer = PartitionWriter.open(plan, 0)
    writer.write([Record(plan.topics.alerts, b"k", b"seen", None, 0)])
    return writer


def _hang(plan: Plan) -> None:
    leave_open(plan.bootstrap, plan.transactional_id(0), (plan.topics.alerts, PLACE), b"k", b"hangs")


def _values(settings: Settings, topics: Topics) -> list[bytes | None]:
    return sorted(record.value or b"" for record in stream.read(settings, topics.alerts.name))


def _take(plan: Plan) -> list[End]:
    """Take the partition as a worker does; give how what hung was ended."""
    end = look(plan, plan.ledgers.name, {0})
    PartitionWriter.open(plan, 0).close()
    return list(end().values())


def test_what_hangs_of_a_committed_transaction_is_committed(plan: Plan, settings: Settings, topics: Topics) -> None:
    """A committed reader sees nothing of it until the partition is taken, and then all of it, once."""
    _committed(plan).close()
    _hang(plan)
    assert _values(settings, topics) == [b"seen"]
    assert _take(plan) == [End.COMMITTED]
    assert _values(settings, topics) == [b"hangs", b"seen"]
    assert _take(plan) == []


def test_what_hangs_of_an_aborted_transaction_is_aborted(plan: Plan, settings: Settings, topics: Topics) -> None:
    """No committed reader ever sees it."""
    producer = Producer(clients.transactional(plan, 0))
    producer.init_transactions(20)
    producer.begin_transaction()
    producer.produce(plan.topics.alerts, b"aborted", b"k", 0)
    producer.flush(10)
    producer.abort_transaction(10)
    _hang(plan)
    assert _take(plan) == [End.ABORTED]
    assert _values(settings, topics) == []
    _committed(plan).close()
    assert _values(settings, topics) == [b"seen"]


def test_what_is_under_way_is_left_to_the_fence(plan: Plan, settings: Settings, topics: Topics) -> None:
    """A transaction that its owner has not ended does not hang: Kafka aborts it when the partition is taken."""
    producer = Producer(clients.transactional(plan, 0))
    producer.init_transactions(20)
    producer.begin_transaction()
    producer.produce(plan.topics.alerts, b"under way", b"k", 0)
    producer.flush(10)
    assert _take(plan) == []
    assert _values(settings, topics) == []


def test_where_kafka_has_forgotten_the_end_nothing_is_taken(plan: Plan, settings: Settings, topics: Topics) -> None:
    """Somebody fenced it and did not end it: the next look stops, and only a person may have it aborted."""
    _committed(plan).close()
    _hang(plan)
    PartitionWriter.open(plan, 0).close()
    with pytest.raises(Stop, match=f"{plan.topics.alerts}-{PLACE} from 0, and Kafka has forgotten"):
        _take(plan)
    assert list(mend(plan, abort_forgotten=True).values()) == [End.FORGOTTEN]
    assert _values(settings, topics) == [b"seen"]
    assert _take(plan) == []


def test_a_worker_ends_what_hangs_and_goes_on(plan: Plan, settings: Settings, topics: Topics, tmp_path: Path) -> None:
    """Of a changelog, too, on which it would wait in vain; and says so."""
    log = list(registers())[:600]
    with WorkerProcess(settings, tmp_path) as worker:
        worker.until_ready(4)
        stream.send(settings, topics, log[:300])
        stream.until_done(settings, topics)
        worker.kill()
        worker.wait()
    position = [r for r in stream.read(settings, topics.ledgers.name) if (r.partition, r.key) == (0, POSITION_KEY)][-1]
    where = plan.topics.ledgers, 0
    leave_open(plan.bootstrap, plan.transactional_id(0), where, POSITION_KEY, position.value or b"")
    with WorkerProcess(settings, tmp_path) as worker:
        worker.until_ready(4)
        stream.send(settings, topics, log[300:])
        stream.until_done(settings, topics)
        assert worker.text().count("a transaction hung, and was ended") == 1
    found = stream.alerts(settings, topics)
    assert stream.doubled(found) == []
    assert stream.by_pupil(found) == stream.replay_marks(settings, topics)


def test_a_person_has_what_was_forgotten_aborted_and_the_ledgers_made_again(
    plan: Plan, settings: Settings, topics: Topics, tmp_path: Path
) -> None:
    """Workers refuse to start until then; afterwards alerts, ledgers and positions are those of the registers."""
    log = list(registers())[:600]
    with WorkerProcess(settings, tmp_path) as worker:
        worker.until_ready(4)
        stream.send(settings, topics, log[:300])
        stream.until_done(settings, topics)
        worker.kill()
    leave_open(plan.bootstrap, plan.transactional_id(0), (plan.topics.ledgers, 0), b"k", b"of no use")
    PartitionWriter.open(plan, 0).close()
    with WorkerProcess(settings, tmp_path) as worker:
        assert worker.wait(60) == EXIT_CODE
        assert "Kafka has forgotten how it was to end" in worker.text()
    until(lambda: called("mend", settings=settings).returncode == 1, 40)  # until the group has missed the worker
    done = called("mend", "--abort-forgotten", settings=settings)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "1 ended.")
    assert called("mend", settings=settings).stdout == "Nothing hangs.\n"
    assert called("rebuild", settings=settings).returncode == 0
    with WorkerProcess(settings, tmp_path) as worker:
        worker.until_ready(4)
        stream.send(settings, topics, log[300:])
        stream.until_done(settings, topics)
    found = stream.alerts(settings, topics)
    assert stream.doubled(found) == []
    assert stream.by_pupil(found) == stream.replay_marks(settings, topics)


def test_a_worker_that_lives_on_while_its_own_transaction_hangs_stops(
    plan: Plan, settings: Settings, topics: Topics, tmp_path: Path
) -> None:
    """Or its alerts would be held back until the partition is next taken; started again it ends it."""
    with WorkerProcess(settings, tmp_path) as worker:
        worker.until_ready(4)
        stream.send(settings, topics, list(registers())[:300])
        stream.until_done(settings, topics)
        leave_open(plan.bootstrap, plan.transactional_id(0), (plan.topics.dead_letters, PLACE), b"k", b"hangs")
        assert worker.wait(60) == EXIT_CODE
        assert f"a transaction hangs in {plan.topics.dead_letters}-{PLACE}" in worker.text()
    with WorkerProcess(settings, tmp_path) as worker:
        worker.until_ready(4)
    assert [record.value for record in stream.read(settings, topics.dead_letters.name)] == [b"hangs"]
