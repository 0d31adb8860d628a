"""The room in a real Redis: steps are whole or nothing, one at a time, and a wipe is noticed."""

import threading
import uuid
from collections.abc import Iterator

import pytest
from redis import Redis

from streams.notify.lifecycle.state import Day, Group
from streams.notify.working.desk import Desk, MemoryDesk
from streams.notify.working.redis_desk import RedisDesk
from streams.notify.working.room import RedisRoom, WipedError
from tests.support.redis_server import RedisServer

PREFIX = "test.[a]:"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, redis_program: str) -> Iterator[RedisServer]:  # noqa: ARG001
    with RedisServer(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture
def client(server: RedisServer) -> Iterator[Redis]:
    with Redis.from_url(server.url) as connected:
        connected.flushall()
        yield connected


def room(client: Redis, rebuilds: list[int] | None = None, fill: Desk | None = None) -> RedisRoom:
    def rebuild(desk: MemoryDesk, beat: object) -> None:  # noqa: ARG001
        if rebuilds is not None:
            rebuilds.append(1)
        if isinstance(fill, MemoryDesk):
            desk.things, desk.times, desk.indexes = fill.things, fill.times, fill.indexes

    return RedisRoom(client, PREFIX, rebuild, lambda: uuid.uuid4().hex)


@pytest.mark.parametrize("kind", ["memory", "redis"])
def test_both_desks_keep_the_same_contract(kind: str, client: Redis) -> None:
    """Things, times and indexes, seen within the step that puts them."""
    desk: Desk = MemoryDesk() if kind == "memory" else RedisDesk(client, PREFIX)
    group = Group(receiver="r", route="x", lane="now")
    desk.put(Group, "g", group)
    assert desk.get(Group, "g") == group
    desk.put(Group, "g", None)
    assert desk.get(Group, "g") is None
    for key, when in (("a", 3.0), ("b", 1.0), ("c", 2.0), ("a", 0.5)):
        desk.at("t", key, when)
    desk.at("t", "c", None)
    assert desk.due("t", 1.0, 10) == ["a", "b"]
    assert desk.due("t", 1.0, 1) == ["a"]
    assert desk.first("t") == 0.5
    assert desk.first("u") is None
    desk.link("i", "x")
    desk.link("i", "y")
    desk.unlink("i", "x")
    assert desk.members("i") == {"y"}


def test_what_a_step_puts_the_next_one_sees(client: Redis) -> None:
    """Also of another notifier."""
    with room(client).step() as desk:
        desk.put(Day, "d", Day(3))
        desk.at("t", "k", 1.5)
        desk.link("i", "m")
    with room(client).step() as desk:
        desk.warm(Day, ["d", "e"])
        assert (desk.get(Day, "d"), desk.get(Day, "e")) == (Day(3), None)
        assert desk.due("t", 2, 5) == ["k"]
        assert desk.first("t") == 1.5
        assert desk.members("i") == {"m"}


def test_a_step_that_fails_writes_nothing(client: Redis) -> None:
    """Nothing of it."""

    def fail() -> None:
        with room(client).step() as desk:
            desk.put(Day, "d", Day(3))
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        fail()
    with room(client).step() as desk:
        assert desk.get(Day, "d") is None


def test_a_wipe_in_the_middle_of_a_step_is_noticed(client: Redis) -> None:
    """Nothing is written, and the next step begins with a rebuild."""
    rebuilds: list[int] = []
    one = room(client, rebuilds)

    def step() -> None:
        with one.step() as desk:
            desk.put(Day, "d", Day(3))
            client.flushall()

    with pytest.raises(WipedError):
        step()
    assert client.keys("*") == []
    with one.step() as desk:
        assert desk.get(Day, "d") is None
    assert len(rebuilds) == 2


def test_a_rebuild_clears_what_is_left_and_fills(client: Redis) -> None:
    """Half a state is never mixed with a whole one; other keys are not ours."""
    client.set(PREFIX + "day:old", b"x")
    client.set("other", b"x")
    fill = MemoryDesk()
    fill.put(Day, "new", Day(1))
    fill.at("t", "k", 2.5)
    fill.link("i", "m")
    with room(client, fill=fill).step() as desk:
        assert (desk.get(Day, "old"), desk.get(Day, "new")) == (None, Day(1))
        assert desk.due("t", 3, 1) == ["k"]
        assert desk.members("i") == {"m"}
    assert client.get("other") == b"x"


def test_steps_of_several_notifiers_come_one_after_the_other(client: Redis) -> None:
    """None counts what another has counted already."""

    def count() -> None:
        own = room(client)
        for _ in range(25):
            with own.step() as desk:
                desk.put(Day, "d", Day((desk.get(Day, "d") or Day()).messages + 1))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with room(client).step() as desk:
        assert desk.get(Day, "d") == Day(100)


def test_a_step_that_is_to_be_anew_finds_what_the_topics_say_and_nothing_else(client: Redis) -> None:
    """And what was known before as another epoch's."""
    rebuilds: list[int] = []
    here = room(client, rebuilds)
    with here.step() as desk:
        desk.put(Day, "d", Day(1))
        epoch = desk.epoch
    with here.step(anew=True) as desk:
        assert desk.get(Day, "d") is None
    assert len(rebuilds) == 2
    assert not here.is_same(epoch)
