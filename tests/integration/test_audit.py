"""`firstbell audit` and `explain` against a worker's own topics on a real Kafka."""

import json
from pathlib import Path

from confluent_kafka import Producer

from streams.contract.topics import Topics
from streams.kafka.clients import producer
from streams.settings import Settings
from tests.support import stream
from tests.support.command import called
from tests.support.hostile import seeded_log
from tests.support.waiting import until
from tests.support.worker import WorkerProcess


def test_an_audit_finds_nothing_then_what_was_tampered_with(settings: Settings, topics: Topics, tmp_path: Path) -> None:
    """While the worker is there; then with one page taken out of the changelog behind its back."""
    with WorkerProcess(settings, tmp_path) as worker:
        worker.until_ready(4)
        stream.send(settings, topics, seeded_log(21, registers=200, pupils=20, schools=3, mode="amended"))
        stream.until_done(settings, topics)
        everyone = called("audit", "--all", "--json", settings=settings)
        assert everyone.returncode == 0, everyone.stdout
        found = json.loads(everyone.stdout)
        assert (found["judged"] > 15, found["in_flight"], found["registers"]) == (True, 0, 200)
        assert "no difference" in called("audit", "--sample", "5", settings=settings).stdout
        alert = next(one for one in reversed(stream.alerts(settings, topics)) if one.pupil)
        told = called("explain", "--pupil", alert.pupil or "", "--json", settings=settings)
        assert [one["alert_id"] for one in json.loads(told.stdout)["announced"]][-1] == alert.alert_id
        # In the background it looks over the same pupils.
        until(lambda: worker.metric("firstbell_audit_pupils_total") >= found["judged"])
        assert worker.metric("firstbell_audit_drift_total") == 0
        assert worker.metric("firstbell_audit_round_timestamp_seconds") > 0
        worker.terminate()
        worker.wait(15)

    page = next(one for one in stream.read(settings, topics.ledgers.name) if one.key and b"/20" in one.key)
    outside = Producer(producer(settings))
    outside.produce(topics.ledgers.name, None, page.key, partition=page.partition)
    outside.flush(10)
    tampered = called("audit", "--all", settings=settings)
    assert tampered.returncode == 1
    assert "are not those of the registers" in tampered.stdout
    pupil = (page.key or b"").decode()[:26]
    assert pupil not in tampered.stdout
    named = json.loads(called("audit", "--pupil", pupil, "--json", settings=settings).stdout)
    assert {one["pupil"] for one in named["differences"]} == {pupil}
