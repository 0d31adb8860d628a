"""A bare loop: confluent-kafka, msgspec, a dict, and a changelog with one record a changed child and commit.

    BENCH_BOOTSTRAP=127.0.0.1:9092 BENCH_NAME=bench python -m benchmarks.rivals.bare

What Python and librdkafka can do with no framework around them. It has no rebalances and no way back from its
changelog: those are what a framework is for.
"""

import os
import time
from base64 import b64decode
from collections.abc import Iterator

import msgspec
from confluent_kafka import Consumer, Message, Producer

from benchmarks.rivals.ledger import EMPTY, KINDS, RULES, on, opened, seat, take

_NAME = os.environ.get("BENCH_NAME", "bench")
_COMMIT = 1.0  # s, as Firstbell's, since the clock stops at a commit
_AT_ONCE = 500  # registers


class Mark(msgspec.Struct):
    """One child's mark."""

    pupil: str
    code: str


class Opening(msgspec.Struct):
    """What a child brings: its weeks so far, in base 64."""

    pupil: str
    weeks: str


class Register(msgspec.Struct):
    """A register, or an opening."""

    date: str = ""
    session: str = ""
    marks: list[Mark] = []
    opening: list[Opening] = []


_decode = msgspec.json.Decoder(Register).decode
_encode = msgspec.json.Encoder().encode


class Watch:
    """The children, and which of them changed since the last commit, by the partition of their register."""

    def __init__(self, producer: Producer) -> None:
        self._ledgers: dict[str, bytes] = {}
        self._changed: dict[str, int] = {}
        self._producer = producer

    def take(self, message: Message) -> None:
        """Take a register."""
        register, partition = _decode(message.value() or b""), message.partition() or 0
        for child in register.opening:
            self._keep(child.pupil, partition, EMPTY, opened(b64decode(child.weeks)))
        if register.marks:
            where, ledgers = seat(register.date, register.session), self._ledgers
            for mark in register.marks:
                ledger = ledgers.get(mark.pupil, EMPTY)
                self._keep(mark.pupil, partition, ledger, take(ledger, where, KINDS[mark.code]))

    def _keep(self, pupil: str, partition: int, was: bytes, ledger: bytes) -> None:
        self._ledgers[pupil] = ledger
        self._changed[pupil] = partition
        if changed := on(was) ^ on(ledger):
            for bit in RULES:
                if changed & bit:
                    alert = _encode({"pupil": pupil, "rule": RULES[bit], "on": bool(on(ledger) & bit)})
                    self._produce("alerts", pupil, alert)

    def flush(self) -> None:
        """Have what changed taken by Kafka."""
        for pupil, partition in self._changed.items():
            self._produce("changelog", pupil, self._ledgers[pupil], partition)
        self._changed.clear()
        if left := self._producer.flush(60):
            raise RuntimeError(f"{left} records were not taken")

    def _produce(self, topic: str, key: str, value: bytes, partition: int = -1) -> None:
        while True:
            try:
                self._producer.produce(f"{_NAME}-{topic}", value, key, partition)
            except BufferError:
                self._producer.poll(0.1)
            else:
                return


def main() -> None:
    """Run until it is ended."""
    common = {"bootstrap.servers": os.environ["BENCH_BOOTSTRAP"]}
    out = {"acks": "all", "enable.idempotence": True, "linger.ms": 20, "batch.size": 1 << 20, "compression.type": "lz4"}
    consumer = Consumer(common | {"group.id": _NAME, "auto.offset.reset": "earliest", "enable.auto.commit": False})
    consumer.subscribe([f"{_NAME}-registers"])
    watch = Watch(Producer(common | out))
    due = time.monotonic() + _COMMIT
    taken = False
    while True:
        for message in _messages(consumer):
            watch.take(message)
            taken = True
        if taken and time.monotonic() >= due:
            watch.flush()
            consumer.commit(asynchronous=False)
            due, taken = time.monotonic() + _COMMIT, False


def _messages(consumer: Consumer) -> Iterator[Message]:
    for message in consumer.consume(_AT_ONCE, 0.05):
        if error := message.error():
            raise RuntimeError(error.str())
        yield message


if __name__ == "__main__":
    main()
