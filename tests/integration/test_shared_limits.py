"""What all notifiers together keep to: two of them, each with a view of its own of one real Redis, or Valkey within."""

import asyncio
import threading
import time
import uuid
from collections.abc import Iterator, Sequence

import pytest
from redis import Redis

from streams.contract.deliveries import DeliveryRecord
from streams.embedded.valkey import EmbeddedValkey
from streams.notify.channels.channel import Message, Outcome, Reason
from streams.notify.config.config import Config
from streams.notify.lifecycle.orders import Orders
from streams.notify.lifecycle.pacing import FAILURES
from streams.notify.lifecycle.parcels import put_on_time
from streams.notify.lifecycle.shares import Hand
from streams.notify.lifecycle.state import Endpoint, Parcel
from streams.notify.service.places import Claimed
from streams.notify.service.planner import SHARED_FOR, Planner
from streams.notify.service.sender import Clocks, Sender
from streams.notify.working.desk import MemoryDesk
from streams.notify.working.room import RedisRoom
from tests.support.alerts import alert
from tests.support.notifying import FILE, config
from tests.support.redis_server import RedisServer

RATE, AT_ONCE = 8.0, 2  # sends a second; of them a quarter of a second's may go together
NOW = 1_728_374_400.0
CONCURRENCY = 4


def file(*said: str) -> Config:
    """Give the file in which the service says that too."""
    return config(FILE.replace('name = "service"\naudience', "\n".join(['name = "service"', *said, "audience"])))


PACED, FREE, NARROW = file(f"rate = {RATE}", "concurrency = 100"), file("concurrency = 100"), file()


@pytest.fixture(params=["redis", "valkey"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "valkey":
        with EmbeddedValkey() as valkey:
            yield valkey.url
        return
    request.getfixturevalue("redis_program")
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server.url


@pytest.fixture
def client(url: str) -> Iterator[Redis]:
    with Redis.from_url(url) as connected:
        yield connected


class NoLog:
    """Stands where the topic is."""

    def append(self, records: Sequence[DeliveryRecord]) -> None:
        """Nothing is kept."""

    def outcomes(self, parcels: Sequence[Parcel]) -> dict[str, DeliveryRecord]:  # noqa: ARG002
        return {}


def parcels(number: int) -> list[Parcel]:
    return [
        Parcel(
            delivery_id=f"d{each:03}",
            receiver="service",
            route="service",
            lane="now",
            alerts=(alert(alert_id=f"{each:032x}"),),
            again=(0,),
            published=NOW,
        )
        for each in range(number)
    ]


def notifier(url: str, file: Config) -> Planner:
    return Planner(room_of(url), NoLog(), Orders(config=file), chance=lambda: 0.5, count=lambda *_: None)


def room_of(url: str) -> RedisRoom:
    """One with a connection of its own; its state begins with forty deliveries that are due."""

    def rebuild(desk: MemoryDesk, _: object) -> None:
        for parcel in parcels(40):
            desk.put(Parcel, parcel.delivery_id, parcel)
            put_on_time(desk, parcel, NOW)

    return RedisRoom(Redis.from_url(url), "test:", rebuild, lambda: uuid.uuid4().hex)


def taken(notifiers: Sequence[Planner], now: float) -> list[Claimed]:
    """Let all of them take what they may, at the same time."""
    found: list[Claimed] = []
    begin = threading.Barrier(len(notifiers))

    def take(each: Planner, owner: str) -> None:
        begin.wait()
        for _ in range(5):
            found.append(each.claim(owner, lambda _: 9, now))  # noqa: PERF401 - each sees the one before

    threads = [threading.Thread(target=take, args=(each, f"n{number}")) for number, each in enumerate(notifiers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def count(found: list[Claimed]) -> int:
    return sum(len(each.parcels) for each in found)


@pytest.mark.usefixtures("client")
def test_two_notifiers_together_keep_to_one_rate(url: str) -> None:
    """Not each to its own; and they say when there is more to take."""
    both = [notifier(url, PACED), notifier(url, PACED)]
    found = taken(both, NOW)
    assert count(found) == AT_ONCE
    assert NOW < min(each.later for each in found) <= NOW + 1 / RATE
    assert count(taken(both, NOW + 1 / RATE)) == 1
    assert count(taken(both, NOW + 100)) == AT_ONCE


@pytest.mark.usefixtures("client")
def test_without_a_rate_they_take_what_each_has_room_for(url: str) -> None:
    """Each delivery once."""
    found = taken([notifier(url, FREE), notifier(url, FREE)], NOW)
    ids = [parcel.delivery_id for each in found for parcel in each.parcels]
    assert len(ids) == len(set(ids)) == 40


@pytest.mark.usefixtures("client")
def test_an_endpoint_that_failed_one_notifier_is_left_alone_by_all_and_tried_by_one(url: str) -> None:
    """What one hears the other need not find out; and one that is well again is well for both."""
    one, two = notifier(url, FREE), notifier(url, FREE)
    failed = one.claim("n0", lambda _: FAILURES, NOW).parcels
    one.done([(parcel, Outcome.retry(Reason.UNREACHABLE)) for parcel in failed], "n0", NOW)
    assert count(taken([one, two], NOW + 1)) == 0
    (tried,) = [parcel for each in taken([one, two], NOW + 6) for parcel in each.parcels]
    two.done([(tried, Outcome.delivered())], tried.owner or "", NOW + 6)
    assert count(taken([one, two], NOW + 6)) > AT_ONCE


def test_a_rate_that_a_wipe_forgot_begins_anew(url: str, client: Redis) -> None:
    """With what may go together, not with all that was not sent meanwhile."""
    both = [notifier(url, PACED), notifier(url, PACED)]
    assert count(taken(both, NOW)) == AT_ONCE
    client.flushall()
    assert count(taken(both, NOW)) == AT_ONCE


class Counting:
    """A channel of all senders: each send waits until as many are under way as ever may be."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.under_way = self.most = 0
        self.full = asyncio.Event()

    async def send(self, message: Message) -> Outcome:
        """Be under way for a while."""
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        if self.under_way >= CONCURRENCY:
            self.full.set()
        await self.full.wait()
        await asyncio.sleep(0)
        self.under_way -= 1
        self.sent.append(message.delivery_id)
        return Outcome.delivered()

    async def close(self) -> None:
        """Nothing is open."""


def sender(url: str, owner: str, channel: Counting) -> Sender:
    room = room_of(url)
    planner = Planner(room, NoLog(), Orders(config=NARROW), chance=lambda: 0.5, count=lambda *_: None)
    made = Sender(
        planner=planner,
        room=room,
        owner=owner,
        clocks=Clocks(now=time.time, steady=time.monotonic),
        persist=lambda step: step(),
        told=lambda *_: None,
        beat=lambda: None,
    )
    made.equip({"service": channel})
    return made


async def send_all(url: str) -> Counting:
    """Let two senders send all forty, and stop."""
    channel = Counting()
    both = [sender(url, f"n{number}", channel) for number in range(2)]
    await asyncio.gather(*(each.run(lambda: len(channel.sent) >= 40) for each in both))
    return channel


@pytest.mark.usefixtures("client")
def test_senders_of_two_notifiers_together_keep_to_the_concurrency_of_a_receiver(url: str) -> None:
    """They use all of it, send each delivery once, and have given everything back when they go."""
    channel = asyncio.run(send_all(url))
    assert channel.most == CONCURRENCY
    assert len(channel.sent) == len(set(channel.sent)) == 40
    with room_of(url).step() as desk:
        assert (desk.get(Endpoint, "service") or Endpoint()).shares == {}


@pytest.mark.usefixtures("client")
def test_what_a_dead_notifier_had_under_way_is_free_when_its_share_is_over(url: str) -> None:
    """The other one, which finds all taken, is told when that is."""
    dead, other = notifier(url, NARROW), notifier(url, NARROW)
    assert len(dead.claim("dead", lambda _: 9, NOW).parcels) == CONCURRENCY
    found = other.claim("other", lambda _: 9, NOW + 1)
    assert (found.parcels, found.later) == ([], NOW + SHARED_FOR)
    assert len(other.claim("other", lambda _: 9, found.later).parcels) == CONCURRENCY


def test_shares_that_a_wipe_forgot_are_free(url: str, client: Redis) -> None:
    """Whoever still sends puts its own back at its next step."""
    one, two = notifier(url, NARROW), notifier(url, NARROW)
    assert len(one.claim("one", lambda _: 2, NOW).parcels) == 2
    client.flushall()
    one.claim("one", lambda _: 0, NOW, hands={"service": Hand(parcels=2, under_way=2)})
    assert len(two.claim("two", lambda _: 9, NOW).parcels) == CONCURRENCY - 2
