"""What is fetched between a rebalance and its seek: nothing."""

import asyncio

import pytest
from faust.types import TP

from streams.topology.consumer import SteadyConsumer
from streams.topology.eager import begin

A, B = TP("marks", 0), TP("marks", 1)


class Bare(SteadyConsumer):
    """The consumer with its parts that pause and resume, and no Kafka."""

    def __init__(self) -> None:
        self._waiting: set[TP] = set()
        self._active_partitions: set[TP] = set()
        self._paused_partitions: set[TP] = set()
        self._buffered_partitions: set[TP] = set()
        self.flowing = False

    @property
    def active(self) -> set[TP]:
        return self._active_partitions


@pytest.fixture
def consumer(monkeypatch: pytest.MonkeyPatch) -> Bare:
    monkeypatch.setattr("faust.transport.consumer.Consumer.resume_flow", lambda self: setattr(self, "flowing", True))
    return Bare()


def test_partitions_resume_with_the_flow_and_not_before(consumer: Bare) -> None:
    """Faust resumes them, seeks, clears the queues, and resumes the flow."""
    consumer.pause_partitions({A, B})
    consumer.resume_partitions({A, B})
    assert consumer.active == set()
    consumer.resume_flow()
    assert (consumer.active, consumer.flowing) == ({A, B}, True)


def test_what_was_to_resume_is_forgotten_when_it_is_paused_again(consumer: Bare) -> None:
    """The next rebalance came before the flow was resumed."""
    consumer.resume_partitions({A, B})
    consumer.pause_partitions({A})
    consumer.resume_flow()
    assert consumer.active == {B}


def test_what_is_paused_stays_so_when_the_flow_resumes_twice(consumer: Bare) -> None:
    """As Faust does in one recovery."""
    consumer.resume_partitions({A})
    consumer.resume_flow()
    consumer.pause_partitions({A})
    consumer.resume_flow()
    assert consumer.active == set()


def test_a_queue_that_empties_during_a_rebalance_resumes_nothing(consumer: Bare) -> None:
    """Faust would fetch from it at once, from where the old assignment was."""
    consumer.resume_partitions({A})
    consumer.resume_flow()
    consumer._active_partitions.discard(A)  # noqa: SLF001 - as Faust does where a queue is full
    consumer._buffered_partitions.add(A)  # noqa: SLF001 - likewise
    consumer.on_buffer_drop(A)
    assert consumer.active == {A}
    consumer.pause_partitions({A})
    consumer.on_buffer_drop(A)
    assert consumer.active == set()


class Handing(Bare):
    """With what Faust waits for beside a message."""

    def __init__(self) -> None:
        super().__init__()
        self._stopped, self._crashed = asyncio.Event(), asyncio.Event()
        self.loop = asyncio.get_running_loop()
        self.suspended = asyncio.Event()
        self.handed: list[str] = []

    async def hand_on(self, *, room: asyncio.Event | None = None) -> None:
        if room is not None:
            await room.wait()
        self.handed.append("on")


def test_a_message_is_handed_on_without_a_task_where_there_is_room() -> None:
    """Nearly always: a task costs more than the handing on."""

    async def tried() -> None:
        consumer = Handing()
        before = asyncio.all_tasks()
        handing_on = consumer.wait_first(consumer.hand_on(), consumer.suspended.wait())
        assert begin(handing_on) is None
        assert (consumer.handed, asyncio.all_tasks()) == (["on"], before)

    asyncio.run(tried())


def test_a_message_that_waits_for_room_is_handed_on_once_there_is_some() -> None:
    """And nothing behind it before."""

    async def tried() -> None:
        consumer, room = Handing(), asyncio.Event()
        handing_on = asyncio.create_task(consumer.wait_first(consumer.hand_on(room=room), consumer.suspended.wait()))
        await asyncio.sleep(0)
        assert not handing_on.done()
        room.set()
        await handing_on
        assert consumer.handed == ["on"]

    asyncio.run(tried())


def test_a_message_that_waits_for_room_stops_with_the_flow() -> None:
    """A rebalance must not wait for it."""

    async def tried() -> None:
        consumer = Handing()
        handing_on = consumer.hand_on(room=asyncio.Event())
        waiting = asyncio.create_task(consumer.wait_first(handing_on, consumer.suspended.wait()))
        await asyncio.sleep(0)
        consumer.suspended.set()
        await waiting
        assert consumer.handed == []

    asyncio.run(tried())


def test_an_event_is_waited_for_as_ever() -> None:
    """Faust waits so for the flow to resume."""

    async def tried() -> None:
        consumer = Handing()
        waiting = asyncio.create_task(consumer.wait(consumer.suspended))
        await asyncio.sleep(0)
        assert not waiting.done()
        consumer.suspended.set()
        await waiting

    asyncio.run(tried())


def test_where_a_changelog_begins_is_nothing_to_wait_for(consumer: Bare) -> None:
    """What the table says that it has loaded stands."""
    assert asyncio.run(consumer.earliest_offsets(A, B)) == {}
