"""A lost changelog made again, and a pupil erased, with workers and a real Kafka."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient

from streams.contract.messages import Alert
from streams.contract.topics import Topics
from streams.edge.keys import create_key
from streams.kafka.admin import Admin
from streams.kafka.clients import common
from streams.kafka.records import Record
from streams.settings import Settings
from tests.support import stream
from tests.support.command import called
from tests.support.hostile import seeded_log
from tests.support.school_days import Overdue, content, replayed
from tests.support.waiting import until
from tests.support.worker import WorkerProcess

LEAVER = "l" * 26


@dataclass
class County:
    """Settings with an erasure key, topics, and a log."""

    settings: Settings
    topics: Topics
    log: list[bytes]

    def lose_the_changelogs(self) -> None:
        names = [self.topics.ledgers.name, self.topics.boards.name]
        admin = AdminClient(common(self.settings))
        for deleted in admin.delete_topics(names).values():
            deleted.result(20)
        until(lambda: Admin(self.settings).existing().keys().isdisjoint(names))
        Admin(self.settings).create(self.topics)


@pytest.fixture
def county(settings: Settings, topics: Topics, tmp_path: Path) -> County:
    create_key(tmp_path / "erasure.key")
    with_key = settings.model_copy(update={"erasure_key_file": tmp_path / "erasure.key", "overdue_check_interval": 0.5})
    return County(with_key, topics, list(seeded_log(31, registers=200, pupils=20, schools=3, mode="amended")))


def test_consumers_notice_nothing_of_lost_changelogs(county: County, tmp_path: Path) -> None:
    """Stopped outright, both deleted and made again: alerts of pupils and schools are what one replay gives."""
    settings, topics = county.settings, county.topics
    with WorkerProcess(settings, tmp_path) as worker:
        worker.until_ready(4)
        schools = Overdue(3, datetime.now(UTC) + timedelta(seconds=10))
        schools.tell(settings, topics)
        stream.send(settings, topics, [*schools.registers("PM"), *county.log[:120]])
        stream.until_done(settings, topics)
        until(lambda: worker.metric("firstbell_registers_missing") == 3)
        refused = called("rebuild", settings=settings)
        assert (refused.returncode, "stop them first" in refused.stderr) == (2, True)
        worker.kill()
    before, of_schools = of_pupils(county), stream.school_alerts(settings, topics)
    county.lose_the_changelogs()
    until(lambda: called("rebuild", settings=settings).returncode == 0, 40)  # until the group has missed the worker
    assert stream.by_pupil(of_pupils(county)) == stream.by_pupil(before)
    with WorkerProcess(settings, tmp_path) as worker:
        worker.until_ready(4)
        until(lambda: worker.metric("firstbell_registers_missing") == 3)
        assert content(stream.school_alerts(settings, topics)) == content(of_schools)
        stream.send(settings, topics, [*schools.registers("AM"), *county.log[120:]])
        stream.until_done(settings, topics)
    found = of_pupils(county)
    assert stream.doubled(found) == []
    assert stream.by_pupil(found) == stream.replay_marks(settings, topics)
    schools_told = stream.school_alerts(settings, topics)
    assert stream.doubled(schools_told) == []
    assert content(schools_told) == content(replayed(settings, topics, datetime.now(UTC)))
    audited = called("audit", "--all", settings=settings)
    assert audited.returncode == 0, audited.stdout


def test_an_erased_pupil_stays_erased_through_rebalance_restart_and_rebuild(county: County, tmp_path: Path) -> None:
    """Alerts withdrawn, nothing in the changelog, later marks refused without their bytes, until readmitted."""
    settings, topics = county.settings, county.topics
    half = len(county.log) // 2
    with WorkerProcess(settings, tmp_path) as first, WorkerProcess(settings, tmp_path) as second:
        first.until_ready(2)
        second.until_ready(2)
        stream.send(settings, topics, county.log[:half])
        stream.until_done(settings, topics)
        last = {alert.alert_id: alert for alert in stream.alerts(settings, topics)}
        pupil = next(one.pupil for one in last.values() if one.pupil and one.to is None and one.change != "withdrawn")
        assert pages_on_boards(county, pupil) != []
        done = called("forget", "--pupil", pupil, "--json", settings=settings)
        assert json.loads(done.stdout) == {"asked": 1, "done": 1}
        assert pupil not in done.stdout + done.stderr
        until(lambda: pages_on_boards(county, pupil) == [], 30)
        stream.send(settings, topics, [register_of(LEAVER, half_day) for half_day in ("AM", "PM")])
        stream.until_done(settings, topics)
        assert pages_of(county, LEAVER) != []
        assert called("retention", settings=settings).returncode == 0
        until(lambda: pages_of(county, LEAVER) == [], 30)
        first.terminate()
        assert first.wait(15) == 0, first.text()
        stream.send(settings, topics, county.log[half:])
        stream.until_done(settings, topics)
        second.terminate()
        assert second.wait(15) == 0, second.text()
    mine = [alert for alert in stream.alerts(settings, topics) if alert.pupil == pupil]
    assert {alert.change for alert in {one.alert_id: one for one in mine}.values()} <= {"withdrawn", "eased"}
    assert mine[-1].reason == "erasure"
    assert (pages_of(county, pupil), pages_on_boards(county, pupil)) == ([], [])
    refused = [record for record in stream.read(settings, topics.dead_letters.name) if _reason(record) == b"erased"]
    assert refused
    assert {record.value for record in refused} == {b""}
    audited = called("audit", "--all", settings=settings)
    assert audited.returncode == 0, audited.stdout
    assert called("explain", "--pupil", pupil, settings=settings).returncode == 1

    county.lose_the_changelogs()
    assert called("rebuild", settings=settings).returncode == 0
    assert pages_of(county, pupil) == []
    with WorkerProcess(settings, tmp_path) as third:
        third.until_ready(4)
        assert called("forget", "--readmit", "--pupil", pupil, settings=settings).returncode == 0
        stream.send(settings, topics, county.log[:half])
        stream.until_done(settings, topics)
        assert called("audit", "--all", settings=settings).returncode == 0
    assert pages_of(county, pupil) != []
    assert stream.doubled(of_pupils(county)) == []


def register_of(pupil: str, session: str) -> bytes:
    """A session without a reason, long ago."""
    fields = {"register_id": "old", "urn": 100001, "date": "2019-09-09", "session": session}
    marks = [{"pupil": pupil, "code": "N"}]
    return json.dumps(fields | {"recorded_at": "2019-09-09T17:00:00Z", "marks": marks}).encode()


def of_pupils(county: County) -> list[Alert]:
    """All alerts about pupils, in order within each."""
    return [alert for alert in stream.alerts(county.settings, county.topics) if alert.pupil]


def pages_of(county: County, pupil: str) -> list[bytes]:
    """What the changelog of the ledgers says of a pupil."""
    return [key for key in _standing(county, county.topics.ledgers.name) if pupil.encode() in key]


def pages_on_boards(county: County, pupil: str) -> list[bytes]:
    """The pages of the boards that have a pupil's mark."""
    pages = _standing(county, county.topics.boards.name)
    return [key for key, value in pages.items() if pupil.encode() in value]


def _standing(county: County, changelog: str) -> dict[bytes, bytes]:
    """What compaction would leave."""
    kept = {record.key or b"": record.value for record in stream.read(county.settings, changelog)}
    return {key: value for key, value in kept.items() if value is not None}


def _reason(record: Record) -> bytes:
    return dict(record.headers)["dl_reason"]
