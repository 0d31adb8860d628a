"""When things arrive, in Alertmanager's manner: a real process, a real Redis, a real Kafka, a receiver that records.

Nothing may come before its time, by the receiver's clock; how long after it, a busy machine is not asked.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest

from tests.integration.test_notifier import Site, new, site, withdrawn
from tests.support.broker import Broker
from tests.support.notifier_process import NotifierProcess
from tests.support.waiting import until

SETTLES, WAITS, INTERVAL = 1.0, 1.0, 3.0  # s
RATE = 4.0  # messages a second


@pytest.fixture(scope="module")
def timed(kafka: Broker, redis_program: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:  # noqa: ARG001
    with ExitStack() as stack:
        found = site(kafka, tmp_path_factory.mktemp("times"), stack)
        text = found.file.read_text()
        for old, fresh in (
            ('group_by = ["alert"]', 'group_by = ["urn"]'),
            ('group_wait = "0"', f'group_wait = "{WAITS:.0f}s"'),
            ('group_interval = "0"', f'group_interval = "{INTERVAL:.0f}s"'),
            ('settle = "0"', f'settle = "{SETTLES:.0f}s"'),
            ("receivers = ['hook', 'other']", "receivers = ['hook']"),
        ):
            assert old in text
            text = text.replace(old, fresh)
        found.file.write_text(text)
        yield found


@pytest.fixture(scope="module")
def notifier(timed: Site) -> Iterator[NotifierProcess]:
    with timed.run() as running:
        running.until_ready()
        yield running


def arrivals(site: Site, alert_id: str) -> list[float]:
    return [got.at for got in site.hook.got if any(told[0] == alert_id for told in got.told)]


@pytest.mark.usefixtures("notifier")
def test_a_group_arrives_once_after_its_settle_time_and_its_wait_and_the_next_after_its_interval(timed: Site) -> None:
    """What came together is one message; what came later for the same group waits for the interval."""
    one, two, three = new(urn=100001), new(urn=100001), new(urn=100001)
    began = time.time()
    timed.publish(one, two)
    until(lambda: arrivals(timed, one.alert_id))
    timed.publish(three)
    until(lambda: arrivals(timed, three.alert_id))
    assert arrivals(timed, one.alert_id) == arrivals(timed, two.alert_id)
    assert arrivals(timed, one.alert_id)[0] >= began + SETTLES + WAITS
    assert arrivals(timed, three.alert_id)[0] >= began + SETTLES + WAITS + INTERVAL


@pytest.mark.usefixtures("notifier")
def test_what_is_over_before_it_settled_never_arrives(timed: Site) -> None:
    """While another, of the same moment, does; and its withdrawal waits neither to settle nor for its group."""
    gone, stays = new(urn=100002), new(urn=100003)
    timed.publish(gone, msgspec.structs.replace(gone, sequence=2, change="eased"), stays)
    until(lambda: timed.hook.heard(stays.alert_id) == ["raised"])
    timed.publish(withdrawn(stays))
    until(lambda: timed.hook.heard(stays.alert_id) == ["raised", "withdrawn"])
    assert timed.hook.heard(gone.alert_id) == []
    assert [each.reason for each in timed.records(gone)] == ["settled-away"]


@pytest.mark.usefixtures("redis_program")
def test_two_notifiers_keep_to_the_rate_of_a_receiver_together(kafka: Broker, tmp_path: Path) -> None:
    """Each message comes no sooner than those before it leave room for it, whichever of them sends it."""
    with ExitStack() as stack:
        found = site(kafka, tmp_path, stack)
        text = found.file.read_text().replace("receivers = ['hook', 'other']", "receivers = ['hook']")
        paced = text.replace('name = "hook"', f'name = "hook"\nrate = {RATE}')
        assert paced != text
        found.file.write_text(paced)
        for running in [stack.enter_context(found.run()) for _ in range(2)]:
            running.until_ready()
        told = [new(pupil="abcdefgh"[number % 8] * 26) for number in range(16)]
        began = time.time()
        found.publish(*told)
        until(lambda: len(found.hook.got) == len(told))
        came = sorted(got.at for got in found.hook.got)
    assert all(at >= began + number / RATE for number, at in enumerate(came))
