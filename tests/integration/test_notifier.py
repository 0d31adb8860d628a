"""The notifier as it runs: the real process, a real Redis, a real Kafka, receivers that record."""

import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from streams.contract.deliveries import DeliveryRecord, decode_delivery
from streams.contract.messages import Alert, Cause
from streams.contract.topics import Topics
from streams.kafka.admin import Admin, topics_of
from streams.notify.lifecycle.records import beginning
from streams.notify.service.log import DeliveryLog, ends
from streams.settings import Settings
from tests.support import stream
from tests.support.alerts import alert
from tests.support.broker import Broker
from tests.support.command import called
from tests.support.notifier_process import RECEIVER, NotifierProcess, file_of, publish
from tests.support.recording import Recorder
from tests.support.redis_server import RedisServer
from tests.support.waiting import until


def new(**fields: object) -> Alert:
    """A raise of which the cause is a mark of today."""
    day = datetime.now(UTC).date().isoformat()
    cause = Cause("r", day, "AM", "O", f"{day}T09:05:00+00:00")
    return alert(alert_id=uuid.uuid4().hex, cause=cause, **fields)


def withdrawn(raised: Alert) -> Alert:
    return msgspec.structs.replace(raised, sequence=2, change="withdrawn", reason="correction", evidence={})


@dataclass
class Site:
    """One installation: its Redis, two receivers, the file that names them."""

    settings: Settings
    topics: Topics
    redis: RedisServer
    hook: Recorder
    other: Recorder
    file: Path
    folder: Path

    def publish(self, *alerts: Alert) -> None:
        publish(self.settings, self.topics, *alerts)

    def records(self, *alerts: Alert) -> list[DeliveryRecord]:
        """What is on record about *alerts*, in order."""
        wanted = {each.alert_id for each in alerts}
        found = [decode_delivery(each.value or b"") for each in stream.read(self.settings, self.topics.deliveries.name)]
        about = [each for each in found if {item.alert_id for item in each.items} & wanted]
        return sorted(about, key=lambda each: each.at)

    def run(self, *options: str, point: str | None = None) -> NotifierProcess:
        return NotifierProcess(self.settings, self.folder, self.file, *options, point=point)


def site(kafka: Broker, folder: Path, stack: ExitStack) -> Site:
    redis = stack.enter_context(RedisServer(folder))
    hook, other = stack.enter_context(Recorder()), stack.enter_context(Recorder())
    prefix = f"test-{uuid.uuid4().hex[:8]}."
    settings = Settings(
        bootstrap=kafka.bootstrap,
        prefix=prefix,
        app_id=prefix.rstrip("."),
        partitions=4,
        session_timeout=6,
        heartbeat_interval=1,
        message_timeout=10,
        request_timeout=20,
        redis=redis.url,
    )
    topics = topics_of(settings)
    Admin(settings).create(topics)
    return Site(settings, topics, redis, hook, other, file_of(folder, {"hook": hook.url, "other": other.url}), folder)


@pytest.fixture
def own(kafka: Broker, redis_program: str, tmp_path: Path) -> Iterator[Site]:  # noqa: ARG001
    with ExitStack() as stack:
        yield site(kafka, tmp_path, stack)


@pytest.fixture(scope="module")
def shared(kafka: Broker, redis_program: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:  # noqa: ARG001
    with ExitStack() as stack:
        yield site(kafka, tmp_path_factory.mktemp("notifier"), stack)


@pytest.fixture(scope="module")
def notifier(shared: Site) -> Iterator[NotifierProcess]:
    """One that runs all through the tests that share it, on one who was told not to look back."""
    shared.publish(OLD)
    with shared.run("--from-now") as running:
        running.until_ready()
        yield running
        running.terminate()
        assert running.wait() == 0


OLD = new()


def said(site: Site, *arguments: str) -> str:
    """Run a command that must succeed, and give what it says."""
    done = called(*arguments, settings=site.settings)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_alert_arrives_and_its_withdrawal_after_it(shared: Site, notifier: NotifierProcess) -> None:
    """To those who were told; each intent and outcome is on the topic, and the commands show them."""
    one = new()
    shared.publish(one)
    until(lambda: shared.hook.heard(one.alert_id) == ["raised"])
    shared.publish(withdrawn(one))
    until(lambda: shared.hook.heard(one.alert_id) == ["raised", "withdrawn"])
    until(lambda: len(shared.records(one)) == 8)
    assert notifier.metric("firstbell_notify_deliveries_total", receiver="hook", result="delivered") >= 2
    listed = said(shared, "deliveries", "list", "--alert", one.alert_id, "--receiver", "hook")
    assert listed.count("delivered (taken)") == 2
    written = stream.read(shared.settings, shared.topics.deliveries.name)
    assert {each.key for each in written if one.alert_id.encode() in (each.value or b"")} == {one.alert_id.encode()}
    first = next(got.delivery_id for got in shared.hook.got if got.told[0][0] == one.alert_id)
    assert f"raised  {one.alert_id}:1" in said(shared, "deliveries", "show", first)


@pytest.mark.usefixtures("notifier")
def test_what_was_there_before_a_start_from_now_is_told_to_nobody(shared: Site) -> None:
    """Nor that it is withdrawn; also after a wipe."""
    shared.redis.wipe()
    fresh = new(pupil=OLD.pupil)
    shared.publish(withdrawn(OLD), fresh)
    until(lambda: shared.hook.heard(fresh.alert_id) == ["raised"])
    assert shared.hook.heard(OLD.alert_id) == []


def test_a_start_from_now_that_ended_before_it_was_there_is_gone_on_with(own: Site) -> None:
    """Where it is to begin was on record; the next start does not ask for it again."""
    old, fresh = new(), new()
    own.publish(old)
    offsets = {str(partition): end for partition, end in ends(own.settings, own.topics).items()}
    DeliveryLog(own.settings, own.topics).append([beginning(offsets, time.time())])
    with own.run() as running:
        running.until_ready()
        own.publish(fresh)
        until(lambda: own.hook.heard(fresh.alert_id) == ["raised"])
        running.terminate()
    assert own.hook.heard(old.alert_id) == []


@pytest.mark.usefixtures("notifier")
def test_a_silence_by_command_holds_back_until_it_is_ended_by_command(shared: Site) -> None:
    """Its owner and reason are listed."""
    asked = ("--rule", "lateness", "--owner", "jo", "--reason", "snow", "--for", "1d")
    silence_id = said(shared, "silence", "add", *asked).split()[1]
    probe = new()
    until(lambda: f"{silence_id}" in said(shared, "silence", "list"))
    one = new(rule="lateness", severity="low")
    shared.publish(one, probe)
    until(lambda: shared.hook.heard(probe.alert_id) == ["raised"])
    until(lambda: any(each.reason == "silenced" for each in shared.records(one)))
    assert shared.hook.heard(one.alert_id) == []
    assert "jo: snow" in said(shared, "silence", "list")
    said(shared, "silence", "expire", silence_id, "--owner", "jo")
    until(lambda: shared.hook.heard(one.alert_id) == ["raised"])


@pytest.mark.usefixtures("notifier")
def test_a_receiver_that_wants_no_more_is_left_alone_until_a_person_says_otherwise(shared: Site) -> None:
    """410 disables it; what it answered that to, and what waits for it, goes when asked for."""
    one, two = new(), new()
    shared.other.status = 410
    shared.publish(one)
    until(lambda: any(each.state == "gone" for each in shared.records(one)))
    shared.other.status = 200
    shared.publish(two)
    until(lambda: shared.hook.heard(two.alert_id) == ["raised"])
    assert shared.other.heard(two.alert_id) == []
    said(shared, "deliveries", "retry", "--receiver", "other", "--owner", "jo")
    until(lambda: shared.other.heard(one.alert_id) == shared.other.heard(two.alert_id) == ["raised"])


def test_a_bad_file_is_not_taken_and_a_good_one_is(shared: Site, notifier: NotifierProcess) -> None:
    """On SIGHUP: the old one stays in force, and that is said; a receiver of the new one is counted by its name."""
    good = shared.file.read_text()
    one, two = new(), new()
    shared.file.write_text(good.replace("[[route]]", "[[rout]]"))
    notifier.hang_up()
    until(lambda: "the old one stays in force" in notifier.text())
    shared.publish(one)
    until(lambda: shared.hook.heard(one.alert_id) == ["raised"])
    with Recorder() as third:
        more = RECEIVER.format(name="third", url=third.url)
        shared.file.write_text(good.replace("['hook', 'other']", "['hook', 'other', 'third']") + more)
        notifier.hang_up()
        until(lambda: "the file was read again" in notifier.text())
        shared.publish(two)
        until(lambda: third.heard(two.alert_id) == ["raised"])
        until(lambda: len(shared.records(two)) == 6)
        until(lambda: notifier.metric("firstbell_notify_deliveries_total", receiver="third", result="delivered") == 1)
        shared.file.write_text(good)
        notifier.hang_up()
        until(lambda: notifier.text().count("the file was read again") == 2)


MUTES = """
[[inhibit]]
name = "severe"
source = { rule = ["severe-absence"] }
target = { rule = ["persistent-absence"] }
equal = ["pupil"]
"""


def test_what_an_inhibition_held_goes_when_the_file_has_it_no_more(own: Site) -> None:
    """On SIGHUP, though what held it holds still."""
    plain = own.file.read_text()
    own.file.write_text(plain + MUTES)
    severe, one = new(rule="severe-absence", severity="urgent"), new()
    with own.run() as running:
        running.until_ready()
        own.publish(severe, one)
        until(lambda: any(each.reason == "inhibited" for each in own.records(one)))
        until(lambda: own.hook.heard(severe.alert_id) == ["raised"])
        assert own.hook.heard(one.alert_id) == []
        own.file.write_text(plain)
        running.hang_up()
        until(lambda: own.hook.heard(one.alert_id) == own.other.heard(one.alert_id) == ["raised"])
        running.terminate()
        assert running.wait() == 0


@pytest.mark.parametrize(("point", "times"), [("before-send", 1), ("before-record", 2), ("after-record", 1)])
def test_one_killed_in_mid_send_is_taken_over(own: Site, point: str, times: int) -> None:
    """When its lease is over. Twice only where nobody can know, and then with the same id and body."""
    both = own.file.read_text()
    alone = both.replace("receivers = ['hook', 'other']", "receivers = ['hook']")
    assert alone != both
    own.file.write_text(alone)
    one = new()
    with own.run(point=point) as doomed:
        doomed.until_ready()
        own.publish(one)
        until(lambda: not doomed.running)
    with own.run() as notifier:
        until(lambda: own.records(one)[-1].state == "delivered")
        notifier.until_ready()
        until(lambda: notifier.metric("firstbell_notify_ready") == 1)
        notifier.terminate()
        assert notifier.wait() == 0
    got = [(each.delivery_id, each.body) for each in own.hook.got]
    assert (len(got), len(set(got))) == (times, 1)


def test_two_share_the_work_and_a_lost_redis_loses_and_doubles_nothing(own: Site) -> None:
    """FLUSHALL, and Redis killed and started empty, while alerts come; withdrawals then still reach those told."""
    told = [new(pupil="abcdefgh"[number % 8] * 26) for number in range(30)]
    with own.run() as one, own.run() as two:
        one.until_ready()
        two.until_ready()
        own.publish(*told[:10])
        until(lambda: len(own.hook.got) == 10)
        own.redis.wipe()
        own.publish(*told[10:])
        until(lambda: len({got.delivery_id for got in own.hook.got}) == 30)
        own.redis.kill()
        own.redis.start()
        own.publish(*(withdrawn(each) for each in told))
        until(lambda: all(own.hook.heard(each.alert_id) == ["raised", "withdrawn"] for each in told), within=90)
    assert len({(got.delivery_id, got.body) for got in own.hook.got}) == 60


def test_while_redis_is_away_it_says_so_and_what_came_meanwhile_is_told_after(own: Site) -> None:
    """To whoever asks for its metrics: that is what alarms look at."""
    one = new()
    with own.run() as notifier:
        notifier.until_ready()
        until(lambda: notifier.metric("firstbell_notify_ready") == 1)
        own.redis.kill()
        own.publish(one)
        until(lambda: notifier.metric("firstbell_notify_ready") == 0)
        assert f"127.0.0.1:{own.redis.port}" in notifier.text()
        own.redis.start()
        until(lambda: own.hook.heard(one.alert_id) == ["raised"])
        until(lambda: notifier.metric("firstbell_notify_ready") == 1)
        assert "Redis answers again" in notifier.text()
