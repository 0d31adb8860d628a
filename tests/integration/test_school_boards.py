"""Schools' alerts on a real Kafka: killed, rebalanced, restarted; and what other workers know of a school."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from confluent_kafka import Consumer

from streams.board.county import County
from streams.contract.topics import Topics
from streams.pipeline.erased import Erased
from streams.pipeline.hearing import hear
from streams.settings import Settings
from streams.simulate import registers as half_term
from streams.topology import clients
from streams.topology.failstop import FailStop
from streams.topology.plan import Plan, plan_of
from streams.topology.reference import Reference
from tests.support import stream
from tests.support.school_days import Overdue, content, replayed
from tests.support.waiting import until
from tests.support.worker import WorkerProcess

SCHOOLS = 16


@pytest.fixture
def quick(settings: Settings) -> Settings:
    """Workers that look at the clock often."""
    return settings.model_copy(update={"overdue_check_interval": 0.5})


def _in(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def test_kill_in_mid_stream_loses_and_doubles_no_school_alert(quick: Settings, topics: Topics, tmp_path: Path) -> None:
    """Killed while mornings fall due and registers come; those due while it was away it raises once when it is back."""
    log, schools = list(half_term()), Overdue(SCHOOLS, _in(8), timedelta(seconds=1.5))
    schools.tell(quick, topics)
    stream.send(quick, topics, schools.registers("PM"))
    for part in range(2):
        with WorkerProcess(quick, tmp_path) as worker:
            worker.until_ready()
            stream.send(quick, topics, log[part * 1000 : (part + 1) * 1000])
            until(lambda worker=worker: worker.metric("firstbell_marks_total", result="applied") > 0)
            worker.kill()
    until(lambda: datetime.now(UTC) > schools.last_due)
    with WorkerProcess(quick, tmp_path) as worker:
        worker.until_ready()
        stream.until_done(quick, topics)
        until(lambda: worker.metric("firstbell_registers_missing") == SCHOOLS)
        assert worker.metric("firstbell_schools") == SCHOOLS + 3  # and those of the half-term
        stream.send(quick, topics, schools.registers("AM"))
        until(lambda: worker.metric("firstbell_registers_missing") == 0)
    found = stream.school_alerts(quick, topics)
    assert stream.doubled(found) == []
    assert content(found) == content(replayed(quick, topics, datetime.now(UTC)))
    missing = [alert for alert in found if alert.rule == "register-missing"]
    assert sorted(a.change for a in missing) == ["eased"] * SCHOOLS + ["raised"] * SCHOOLS
    assert {(a.reason, a.cause) for a in missing if a.change == "raised"} == {("time", None)}
    assert {alert.rule for alert in found} > {"register-missing"}


def test_school_alerts_are_the_same_from_two_workers(quick: Settings, topics: Topics, tmp_path: Path) -> None:
    """The second joins while mornings fall due, and the first leaves while they still do."""
    schools = Overdue(SCHOOLS, _in(12), timedelta(seconds=1))
    schools.tell(quick, topics)
    stream.send(quick, topics, schools.registers("PM"))
    with WorkerProcess(quick, tmp_path) as first:
        first.until_ready(4)
        stream.until_done(quick, topics)
        with WorkerProcess(quick, tmp_path) as second:
            first.until_ready(2)
            second.until_ready(2)
            assert first.metric("firstbell_schools") + second.metric("firstbell_schools") == SCHOOLS
            first.terminate()
            assert first.wait(10) == 0, first.text()
            second.until_ready(4)
            until(lambda: second.metric("firstbell_registers_missing") == SCHOOLS)
    found = stream.school_alerts(quick, topics)
    assert sorted((a.urn, a.sequence, a.change) for a in found) == [
        (urn, 1, "raised") for urn in sorted(schools.starts)
    ]
    assert content(found) == content(replayed(quick, topics, datetime.now(UTC)))


def test_every_worker_knows_when_every_school_was_heard(quick: Settings, topics: Topics, tmp_path: Path) -> None:
    """From the boards' changelog alone, whoever put the registers up; and schools that are imported meanwhile."""
    with WorkerProcess(quick, tmp_path) as worker:
        worker.until_ready()
        schools = Overdue(SCHOOLS, _in(2))  # one moment for both, so that both are of one day at any time of day
        stream.send(quick, topics, schools.registers("PM"))
        stream.until_done(quick, topics)
        assert worker.metric("firstbell_unlisted_registers_total", school="unknown") == SCHOOLS
        assert worker.metric("firstbell_registers_missing") == 0
        schools.tell(quick, topics)  # their mornings fell due before anybody knew of them
        until(lambda: worker.metric("firstbell_registers_missing") == SCHOOLS)
    received = {int(r.key or b""): r.timestamp_ms for r in stream.read(quick, topics.registers.name)}
    county = asyncio.run(_county(plan_of(quick, topics)))
    (day,) = county.feeds.days(0, 10**6)
    assert county.feeds.others(100001, day, max(received.values())) == (SCHOOLS - 1, SCHOOLS - 1)
    assert county.feeds.others(100001, day, min(received.values()) - 1) == (0, 0)
    assert len(county.schools) == SCHOOLS


async def _county(plan: Plan) -> County:
    """What a worker that has just started knows."""
    reference = Reference(plan, lambda: Consumer(clients.reader(plan)), hear, Erased(), FailStop(_leave))
    following = asyncio.create_task(reference.run())
    await asyncio.wait_for(reference.loaded(), 30)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    return reference.county()


def _leave(code: int) -> NoReturn:
    raise AssertionError(code)
