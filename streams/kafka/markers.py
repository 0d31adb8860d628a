"""Asking Kafka which transactions are open and how they were to end, and writing the marker of one that has lost it.

librdkafka has no call for these, so they go by aiokafka's connections. What is said here is in Kafka's protocol:
DescribeProducers, DescribeTransactions and WriteTxnMarkers.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

from aiokafka.client import AIOKafkaClient, CoordinationType  # type: ignore[import-untyped]
from aiokafka.errors import KafkaError, for_code  # type: ignore[import-untyped]
from aiokafka.structs import TopicPartition  # type: ignore[import-untyped]

from streams.errors import Stop, Undelivered
from streams.kafka.marker_messages import DescribeProducers, DescribeTransactions, WriteTxnMarkers

T = TypeVar("T")
Place = tuple[str, int]
"""A topic and one of its partitions."""

_AGAIN = 0.1  # s
_NO_SUCH_ID = 105
_FORBIDDEN = frozenset({29, 31, 53})  # by topic, cluster, transactional id


class Open(NamedTuple):
    """A transaction that is open in one partition: whose it is, and the offset at which it begins there."""

    place: Place
    producer: int
    epoch: int
    coordinator_epoch: int
    start: int


class Standing(NamedTuple):
    """What the coordinator says of a transactional id; *waiting* are the places that it has yet to mark."""

    state: str
    producer: int
    epoch: int
    waiting: frozenset[Place]


class Transactions:
    """Kafka's own view of its transactions; use it in `async with`. Every question has *timeout* seconds.

    *connect* are aiokafka's words for the connection (`security.aiokafka`).

    Every method raises:
        Stop: Kafka does not allow it. Undelivered: it does not answer in time.
    """

    def __init__(self, bootstrap: str, connect: Mapping[str, Any], timeout: float) -> None:
        self._bootstrap = bootstrap
        self._connect = connect
        self._timeout = timeout
        self._client: Any = None

    async def __aenter__(self) -> Self:
        wait = int(self._timeout * 1000)
        self._client = AIOKafkaClient(bootstrap_servers=self._bootstrap, request_timeout_ms=wait, **self._connect)
        try:
            await self._patiently(self._client.bootstrap)
        except BaseException:
            await self._client.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.close()

    async def open(self, topics: Iterable[str]) -> list[Open]:
        """Give every transaction that is open in a partition of *topics*."""
        wanted = sorted(set(topics))
        return await self._patiently(lambda: self._open(wanted))

    async def standing(self, name: str) -> Standing | None:
        """Give what the coordinator says of the transactional id *name*; None where it has never heard of it."""
        return await self._patiently(lambda: self._standing(name))

    async def mark(self, found: Open, *, commit: bool) -> None:
        """Write the marker that ends *found*, as the coordinator would."""
        await self._patiently(lambda: self._mark(found, commit=commit))

    async def _open(self, topics: list[str]) -> list[Open]:
        found: list[Open] = []
        for node, places in (await self._by_leader(topics)).items():
            answer = await self._client.send(node, DescribeProducers(places))
            for topic, partitions, _ in answer.topics:
                for partition, error, _, producers, _ in partitions:
                    _check(error)
                    found += (_opened((topic, partition), each) for each in producers if each[5] >= 0)
        return found

    async def _by_leader(self, topics: list[str]) -> dict[int, list[Place]]:
        self._client.set_topics(topics)
        await self._client.force_metadata_update()
        by_leader = defaultdict(list)
        for topic in topics:
            for partition in self._client.cluster.partitions_for_topic(topic) or _unknown(topic):
                by_leader[await self._leader((topic, partition))].append((topic, partition))
        return by_leader

    async def _leader(self, place: Place) -> int:
        node = self._client.cluster.leader_for_partition(TopicPartition(*place))
        if node is None or node < 0:
            raise _MovingError(f"partition {place[1]} of {place[0]} has no leader")
        return int(node)

    async def _standing(self, name: str) -> Standing | None:
        node = await self._client.coordinator_lookup(CoordinationType.TRANSACTION, name)
        answer = await self._client.send(node, DescribeTransactions([name]))
        ((error, _, state, _, _, producer, epoch, topics, _),) = answer.states
        if error == _NO_SUCH_ID:
            return None
        _check(error)
        waiting = frozenset((topic, partition) for topic, partitions, _ in topics for partition in partitions)
        return Standing(state, producer, epoch, waiting)

    async def _mark(self, found: Open, *, commit: bool) -> None:
        await self._by_leader([found.place[0]])
        marker = WriteTxnMarkers(
            found.producer,
            found.epoch,
            commit=commit,
            place=found.place,
            coordinator_epoch=max(found.coordinator_epoch, 0),
        )
        answer = await self._client.send(await self._leader(found.place), marker)
        for _, topics, _ in answer.markers:
            for _, partitions, _ in topics:
                for _, error, _ in partitions:
                    _check(error)

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask again while something moves: after a broker's start leaders and coordinators take a while."""
        end = time.monotonic() + self._timeout
        while True:
            try:
                return await ask()
            except (KafkaError, OSError) as error:
                if time.monotonic() > end or not getattr(error, "retriable", True):
                    raise Undelivered(f"Kafka does not answer about transactions: {error!r}") from error
            await asyncio.sleep(_AGAIN)


class _MovingError(KafkaError):  # type: ignore[misc]
    retriable = True


def _unknown(topic: str) -> set[int]:
    raise _MovingError(f"{topic} is not known")


def _check(code: int) -> None:
    if code in _FORBIDDEN:
        raise Stop(f"Kafka does not allow this worker to look after its transactions: {for_code(code).__name__}")
    if code:
        raise for_code(code)(code)


def _opened(place: Place, producer: tuple[Any, ...]) -> Open:
    number, epoch, _, _, coordinator_epoch, start, _ = producer
    return Open(place, number, epoch, coordinator_epoch, start)
