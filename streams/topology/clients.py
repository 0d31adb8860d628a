"""How librdkafka is set up: one producer of marks, one transactional producer a partition, one reader."""

import logging
from typing import Any

from streams.contract.topics import LEDGERS
from streams.kafka.clients import ONE_REQUEST
from streams.topology.plan import Plan

Config = dict[str, Any]
_MS = 1000


def common(plan: Plan) -> Config:
    """Give what every client needs to connect."""
    return {
        "bootstrap.servers": plan.bootstrap,
        "client.id": plan.app_id,
        "reconnect.backoff.max.ms": 1000,
        "logger": logging.getLogger("librdkafka"),
        "log_level": 3,
        **plan.security,
    }


def producer(plan: Plan) -> Config:
    """Configure a producer whose records are taken by all in-sync replicas, once and in order."""
    packing = {"batch.num.messages": 1} if plan.embedded else {"compression.type": "lz4", "batch.size": 1 << 20}
    return common(plan) | {
        "enable.idempotence": True,
        "max.in.flight": ONE_REQUEST,
        "acks": "all",
        "partitioner": "murmur2_random",  # as Faust's and Java's
        "message.timeout.ms": int(plan.message_timeout * _MS),
        "message.max.bytes": 300 << 20,  # the topic decides: a register packed to 1 MiB of lz4 may unpack to 255
        "linger.ms": 5,
        **packing,
    }


def transactional(plan: Plan, partition: int, table: str = LEDGERS) -> Config:
    """Configure the producer that alone may write *partition* of *table*."""
    return producer(plan) | {
        "transactional.id": plan.transactional_id(partition, table),
        "transaction.timeout.ms": int(plan.transaction_timeout * _MS),
    }


def searcher(plan: Plan) -> Config:
    """Configure a consumer that reads everything, as Faust does, one record at a time."""
    return reader(plan) | {"isolation.level": "read_uncommitted", "queued.min.messages": 1}


def reader(plan: Plan) -> Config:
    """Configure a consumer that reads what was committed, and says where a partition ends. It joins no group."""
    return common(plan) | {
        "group.id": plan.app_id,  # to ask what the group has committed
        "enable.auto.commit": False,
        "auto.offset.reset": "earliest",
        "isolation.level": "read_committed",
        "enable.partition.eof": True,
        "fetch.wait.max.ms": 50,
        "queued.min.messages": 10_000,  # of each partition; what is queued takes a kilobyte a record, and leaves holes
        "fetch.queue.backoff.ms": 5,  # that it waits where so many are queued; it would be a second, all read by then
        "fetch.message.max.bytes": 1 << 20,
    }
