"""Makes a transaction hang, as a broker that has lost a marker: complete for the coordinator, open in a partition."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

from streams.kafka.marker_messages import DescribeProducers
from streams.kafka.markers import Standing, Transactions

_VERIFIES = "transaction.partition.verification.enable"
_NODE = "1"
_AGAIN, _TAKEN_WITHIN = 0.1, 30  # s


@contextmanager
def unverified(bootstrap: str) -> Iterator[None]:
    """Let the broker take records of transactions of which it has not been told."""
    _configure(bootstrap, AlterConfigOpType.SET)
    try:
        yield
    finally:
        _configure(bootstrap, AlterConfigOpType.DELETE)


def leave_open(bootstrap: str, name: str, place: tuple[str, int], key: bytes, value: bytes) -> None:
    """Append a record under the transactional id *name*, whose last transaction has ended: no marker will follow it."""
    asyncio.run(_leave_open(bootstrap, name, place, key, value))


async def _leave_open(bootstrap: str, name: str, place: tuple[str, int], key: bytes, value: bytes) -> None:
    async with Transactions(bootstrap, {}, 20) as kafka:
        standing = await kafka.standing(name)
        assert standing is not None
    client = AIOKafkaClient(bootstrap_servers=bootstrap)
    await client.bootstrap()
    try:
        batch = _batch(standing, await _next_sequence(client, place, standing.producer), key, value)
        request = ProduceRequest(name, -1, 10_000, [(place[0], [(place[1], batch)])])
        async with asyncio.timeout(_TAKEN_WITHIN):
            while (await client.send(client.get_random_node(), request)).topics[0][1][0][1]:  # noqa: ASYNC110 - a broker's answer
                await asyncio.sleep(_AGAIN)  # the topic has no leader yet, or the broker verifies still
    finally:
        await client.close()


async def _next_sequence(client: AIOKafkaClient, place: tuple[str, int], producer: int) -> int:
    answer = await client.send(client.get_random_node(), DescribeProducers([place]))
    known = {found[0]: found[2] for found in answer.topics[0][1][0][3]}
    return int(known.get(producer, -1)) + 1


def _batch(standing: Standing, sequence: int, key: bytes, value: bytes) -> bytes:
    words: dict[str, Any] = {
        "magic": 2,
        "compression_type": 0,
        "is_transactional": True,
        "producer_id": standing.producer,
        "producer_epoch": standing.epoch,
        "base_sequence": sequence,
        "batch_size": 1 << 16,
    }
    builder = DefaultRecordBatchBuilder(**words)
    builder.append(0, None, key, value, [])
    return bytes(builder.build())


def _configure(bootstrap: str, deed: AlterConfigOpType) -> None:
    entry = ConfigEntry(_VERIFIES, "false", incremental_operation=deed)
    resource = ConfigResource(ResourceType.BROKER, _NODE, incremental_configs=[entry])
    admin = AdminClient({"bootstrap.servers": bootstrap})
    for answer in admin.incremental_alter_configs([resource]).values():
        answer.result()
