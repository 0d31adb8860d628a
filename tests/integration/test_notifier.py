"""The notifier as it runs: the real process, a real Redis, a real Kafka, a receiver that records."""

import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.contract.deliveries import DeliveryRecord, decode_delivery
from streams.contract.messages import Alert
from streams.contract.topics import Topics
from streams.settings import Settings
from tests.support import stream
from tests.support.alerts import alert
from tests.support.command import firstbell
from tests.support.notifier_process import NotifierProcess, file_of, publish
from tests.support.recording import Recorder
from tests.support.redis_server import RedisServer
from tests.support.waiting import until


@pytest.fixture
def redis(tmp_path: Path, redis_program: str) -> Iterator[RedisServer]:  # noqa: ARG001
    with RedisServer(tmp_path) as running:
        yield running


@pytest.fixture
def own(settings: Settings, redis: RedisServer) -> Settings:
    return settings.model_copy(update={"redis": redis.url})


@pytest.fixture
def hook() -> Iterator[Recorder]:
    with Recorder() as recording:
        yield recording


def new(**fields: object) -> Alert:
    return alert(alert_id=uuid.uuid4().hex, **fields)


def records(settings: Settings, topics: Topics) -> list[DeliveryRecord]:
    found = [decode_delivery(each.value or b"") for each in stream.read(settings, topics.deliveries.name)]
    return sorted(found, key=lambda each: each.at)


def test_an_alert_arrives_and_its_withdrawal_after_it(
    own: Settings, topics: Topics, tmp_path: Path, hook: Recorder
) -> None:
    """To the receiver who was told; each intent and outcome is on the topic; the commands list them."""
    file = file_of(tmp_path, {"hook": hook.url})
    one = new()
    with NotifierProcess(own, tmp_path, file) as notifier:
        notifier.until_ready()
        begun = time.time()
        publish(own, topics, one)
        until(lambda: hook.heard(one.alert_id) == ["raised"])
        assert hook.got[0].at - begun < 10
        publish(
            own, topics, alert(alert_id=one.alert_id, sequence=2, change="withdrawn", reason="correction", evidence={})
        )
        until(lambda: hook.heard(one.alert_id) == ["raised", "withdrawn"])
        until(lambda: notifier.metric("firstbell_notify_deliveries_total", receiver="hook", result="delivered") == 2)
        notifier.terminate()
        assert notifier.wait() == 0
    assert [each.state for each in records(own, topics)] == ["intent", "delivered"] * 2
    listed = firstbell("deliveries", "list", "--state", "delivered", settings=own)
    assert listed.stdout.count("delivered (taken)") == 2
    shown = firstbell("deliveries", "show", hook.got[0].delivery_id, settings=own)
    assert f"raised  {one.alert_id}:1" in shown.stdout


@pytest.mark.parametrize(("point", "times"), [("before-send", 1), ("before-record", 2), ("after-record", 1)])
def test_one_killed_in_mid_send_is_taken_over(  # noqa: PLR0917 - fixtures
    own: Settings, topics: Topics, tmp_path: Path, hook: Recorder, point: str, times: int
) -> None:
    """By another, when its lease is over; twice only where nobody can know, and then with the same id and body."""
    file = file_of(tmp_path, {"hook": hook.url}, lease="2s")
    one = new()
    with NotifierProcess(own, tmp_path, file, point=point) as doomed:
        doomed.until_ready()
        publish(own, topics, one)
        until(lambda: not doomed.running)
    with NotifierProcess(own, tmp_path, file) as notifier:
        until(lambda: any(each.state == "delivered" for each in records(own, topics)))
        until(lambda: notifier.metric("firstbell_notify_pending") == 0 and len(hook.got) >= times)
    assert len(hook.got) == times
    assert len({(got.delivery_id, got.body) for got in hook.got}) == 1


def test_a_wipe_loses_nothing_and_sends_nothing_again(
    own: Settings, topics: Topics, tmp_path: Path, hook: Recorder, redis: RedisServer
) -> None:
    """FLUSHALL, and Redis killed and started empty, while alerts come; withdrawals then still reach those told."""
    file = file_of(tmp_path, {"hook": hook.url})
    told = [new() for _ in range(20)]
    with NotifierProcess(own, tmp_path, file) as notifier:
        notifier.until_ready()
        publish(own, topics, *told[:10])
        until(lambda: len(hook.got) == 10)
        redis.wipe()
        publish(own, topics, *told[10:])
        until(lambda: len({got.delivery_id for got in hook.got}) == 20)
        redis.kill()
        redis.start()
        publish(
            own,
            topics,
            *(alert(alert_id=each.alert_id, sequence=2, change="withdrawn", reason="correction") for each in told),
        )
        until(lambda: all(hook.heard(each.alert_id) == ["raised", "withdrawn"] for each in told), within=60)
    assert len({got.delivery_id for got in hook.got}) == 40
    assert len({(got.delivery_id, got.body) for got in hook.got}) == 40


def test_several_notifiers_share_the_work(own: Settings, topics: Topics, tmp_path: Path, hook: Recorder) -> None:
    """Each alert is told once, whoever takes it in and whoever sends it."""
    file = file_of(tmp_path, {"hook": hook.url})
    alerts = [new(pupil=f"{'abcdefgh'[number % 8] * 26}") for number in range(60)]
    with NotifierProcess(own, tmp_path, file) as one, NotifierProcess(own, tmp_path, file) as other:
        one.until_ready()
        other.until_ready()
        publish(own, topics, *alerts)
        until(lambda: {got.told[0][0] for got in hook.got} == {each.alert_id for each in alerts})
        until(lambda: sum(each.state == "delivered" for each in records(own, topics)) == 60)
    assert len(hook.got) == 60


def test_a_bad_file_is_not_taken_and_a_good_one_is(
    own: Settings, topics: Topics, tmp_path: Path, hook: Recorder
) -> None:
    """On SIGHUP: the old one stays in force, and that is said."""
    file = file_of(tmp_path, {"hook": hook.url})
    good = file.read_text()
    one, two = new(), new()
    with NotifierProcess(own, tmp_path, file) as notifier, Recorder() as second:
        notifier.until_ready()
        file.write_text(good.replace("[[route]]", "[[rout]]"))
        notifier.hang_up()
        until(lambda: "the old one stays in force" in notifier.text())
        publish(own, topics, one)
        until(lambda: hook.heard(one.alert_id) == ["raised"])
        file.write_text(good.replace(hook.url, second.url))
        notifier.hang_up()
        until(lambda: "the file was read again" in notifier.text())
        publish(own, topics, two)
        until(lambda: second.heard(two.alert_id) == ["raised"])


def test_a_first_start_from_now_passes_over_what_is_there(
    own: Settings, topics: Topics, tmp_path: Path, hook: Recorder, redis: RedisServer
) -> None:
    """Also after a wipe; and nobody is told that what they never heard of is withdrawn."""
    file = file_of(tmp_path, {"hook": hook.url})
    old, fresh = new(), new()
    publish(own, topics, old)
    with NotifierProcess(own, tmp_path, file, "--from-now") as notifier:
        notifier.until_ready()
        redis.wipe()
        publish(own, topics, alert(alert_id=old.alert_id, sequence=2, change="withdrawn"), fresh)
        until(lambda: hook.heard(fresh.alert_id) == ["raised"])
    assert hook.heard(old.alert_id) == []


def test_people_silence_and_try_again(own: Settings, topics: Topics, tmp_path: Path, hook: Recorder) -> None:
    """A silence by command holds an alert back until it is ended by command; a refused receiver is tried again."""
    file = file_of(tmp_path, {"hook": hook.url})
    one, two = new(), new(rule="spells")
    made = firstbell(
        "silence", "add", "--rule", one.rule, "--owner", "jo", "--reason", "snow", "--for", "1d", settings=own
    )
    silence_id = made.stdout.split()[1]
    with NotifierProcess(own, tmp_path, file) as notifier:
        notifier.until_ready()
        publish(own, topics, one)
        until(lambda: any(each.reason == "silenced" for each in records(own, topics)))
        assert silence_id in firstbell("silence", "list", settings=own).stdout
        assert firstbell("silence", "expire", silence_id, "--owner", "jo", settings=own).returncode == 0
        until(lambda: hook.heard(one.alert_id) == ["raised"])
        hook.status = 410
        publish(own, topics, two)
        until(lambda: any(each.state == "gone" for each in records(own, topics)))
        hook.status = 200
        done = firstbell("deliveries", "retry", "--receiver", "hook", "--owner", "jo", settings=own)
        assert "1 deliveries" in done.stdout
        until(lambda: hook.heard(two.alert_id) == ["raised"])
