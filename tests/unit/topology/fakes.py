"""Stand-ins for Kafka, Faust and the engine: small, in memory, and able to fail."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from streams.contract.batches import BatchMark, BatchRegister, encode_batch
from streams.contract.messages import Alert, Change, DeadLetter, Origin, Refusal, Session
from streams.pipeline.work import Outcome
from streams.topology.event import Event
from streams.topology.gather import Gatherer
from streams.topology.lag import Lag
from streams.topology.plan import Plan, TopicNames
from streams.topology.probe import Result, Stage
from streams.topology.records import Record
from streams.topology.surroundings import Surroundings

PUPIL = "a" * 26
TOPICS = TopicNames(registers="registers", marks="marks", alerts="alerts", dead_letters="dead", changelog="changelog")
NOW = datetime(2024, 9, 9, 9, tzinfo=UTC)


def plan(**fields: object) -> Plan:
    """A plan with times that no test waits for."""
    defaults: dict[str, Any] = {
        "app_id": "test",
        "bootstrap": "127.0.0.1:1",
        "topics": TOPICS,
        "partitions": 4,
        "session_timeout": 30.0,
        "heartbeat_interval": 3.0,
        "rebalance_timeout": 60.0,
        "transaction_timeout": 30.0,
        "message_timeout": 30.0,
        "commit_interval": 1.0,
        "max_events": 100,
        "max_bytes": 1 << 20,
    }
    return Plan(**defaults | fields)


class Silent:
    """A probe that ignores everything, to build others on."""

    def registers_read(self, count: int) -> None:
        """Ignore."""

    def marks(self, result: Result, count: int) -> None:
        """Ignore."""

    def alert(self, rule: str, change: Change) -> None:
        """Ignore."""

    def dead_letter(self, reason: Refusal) -> None:
        """Ignore."""

    def batch(self, stage: Stage, registers: int) -> None:
        """Ignore."""

    def committed(self, stage: Stage, seconds: float) -> None:
        """Ignore."""

    def alert_latency(self, seconds: float) -> None:
        """Ignore."""

    def recovered(self, seconds: float) -> None:
        """Ignore."""

    def pupils(self, count: int) -> None:
        """Ignore."""

    def lag(self, stage: Stage, records: int, seconds: float) -> None:
        """Ignore."""

    def assigned(self, partitions: int) -> None:
        """Ignore."""

    def ready(self, ready: bool) -> None:  # noqa: FBT001 - as in the probe
        """Ignore."""

    def progressed(self) -> None:
        """Ignore."""


@dataclass
class Noted(Silent):
    """A probe that writes down what it is told."""

    told: list[tuple[object, ...]] = field(default_factory=list)

    def __getattribute__(self, name: str) -> object:
        if name in {"told", "__class__", "__dict__"} or name.startswith("__"):
            return object.__getattribute__(self, name)
        return lambda *facts: self.told.append((name, *facts))


class FakeConsumer:
    """What the gatherer and events ask of Faust's consumer."""

    def __init__(self) -> None:
        self.acked: list[tuple[int, int]] = []
        self.unacked: set[object] = set()

    def track_message(self, message: object) -> None:
        self.unacked.add(message)


@dataclass(eq=False)
class FakeApp:
    """What the gatherer asks of Faust's app."""

    consumer: FakeConsumer = field(default_factory=FakeConsumer)
    consumer_generation_id: int = 1
    active: bool = True

    @property
    def flow_control(self) -> SimpleNamespace:
        return SimpleNamespace(is_active=lambda: self.active)


@dataclass(eq=False)
class FakeMessage:
    topic: str
    partition: int
    offset: int
    value: bytes | None
    key: bytes | None = None
    timestamp: float = 1_725_872_400.0
    generation_id: int = 1
    tracked: bool = False

    @property
    def tp(self) -> tuple[str, int]:
        return self.topic, self.partition


@dataclass(eq=False)
class FakeEvent:
    message: FakeMessage
    consumer: FakeConsumer

    def ack(self) -> None:
        self.consumer.acked.append((self.message.partition, self.message.offset))


def event(app: FakeApp, partition: int, offset: int, value: bytes | None = b"", **fields: object) -> Event:
    """One event of that place."""
    message = FakeMessage("marks", partition, offset, value)
    for name, fact in fields.items():
        setattr(message, name, fact)
    return cast("Event", FakeEvent(message, app.consumer))


def gatherer(app: FakeApp, of: Plan) -> Gatherer:
    return Gatherer(cast("Any", app), of)


def surroundings(of: Plan, probe: Silent, pool: ThreadPoolExecutor) -> Surroundings:
    """Real threads, a clock that stands still."""
    lag = Lag(cast("Any", None), {}, probe, lambda: 0.0)
    return Surroundings(plan=of, pool=pool, probe=probe, lag=lag, clock=lambda: 0.0, now=lambda: NOW)


def register(name: str = "r", pupil: str = PUPIL, marks: int = 1) -> BatchRegister:
    """A register with so many marks of one pupil."""
    made = [BatchMark(pupil, index, 0, 0) for index in range(marks)]
    return BatchRegister(name, 100001, 0, "2024-09-09T09:00:00Z", 1_725_872_399_000, (0, 0), made)


def batch_value(*names: str) -> bytes:
    """The value of a marks record with these registers."""
    return encode_batch([register(name) for name in names])


def alert(name: str) -> Alert:
    """An alert that says which register it came of."""
    return Alert(
        alert_id=name,
        sequence=1,
        change="raised",
        reason="mark",
        rule="a-rule",
        rulebook="b@1",
        pupil=PUPIL,
        urn=100001,
        from_=Session("2024-09-09", "AM"),
        to=None,
        cause=None,
        evidence={},
        severity="low",
        audience=["school"],
        restricted=False,
    )


def letter(urn: int | None = 100001) -> DeadLetter:
    """A dead letter of a mark."""
    return DeadLetter(
        reason="too-old",
        detail="old",
        origin=Origin(topic="registers", partition=0, offset=0),
        register_id="r",
        urn=urn,
        date=None,
        session=None,
        mark=0,
        value=b"{}",
    )


class FakeLedgers:
    """Remembers the registers taken; an alert for each; `bug` raises, `old` is refused."""

    def __init__(self) -> None:
        self.registers: list[str] = []
        self.loaded: list[tuple[bytes, bytes | None]] = []

    def load(self, key: bytes, value: bytes | None) -> None:
        self.loaded.append((key, value))

    def work(self) -> "FakeWork":
        return FakeWork(self)

    def __len__(self) -> int:
        return len(self.registers)


class FakeWork:
    def __init__(self, ledgers: FakeLedgers) -> None:
        self.ledgers = ledgers
        self.alerts: list[Alert] = []
        self.refused: list[DeadLetter] = []
        self.taken: list[str] = []

    def take(self, *registers: BatchRegister) -> list[Outcome]:
        return [self._take(register.register_id) for register in registers]

    def _take(self, name: str) -> Outcome:
        if name == "bug":
            raise KeyError(PUPIL)
        if name == "old":
            self.refused.append(letter())
            return Outcome([], [letter()], 0, [])
        self.taken.append(name)
        self.alerts.append(alert(name))
        return Outcome([alert(name)], [], 1, [0])

    def writes(self) -> Iterator[tuple[bytes, bytes | None]]:
        return ((name.encode(), b"page") for name in self.taken)

    def commit(self) -> None:
        self.ledgers.registers += self.taken


class FakeWriter:
    """Keeps what was written; raises *error* instead where there is one."""

    def __init__(self, error: Exception | None = None, before: Callable[[], None] = lambda: None) -> None:
        self.written: list[list[Record]] = []
        self.closed = False
        self.error = error
        self.before = before

    def write(self, records: list[Record]) -> None:
        self.before()
        if self.error:
            raise self.error
        self.written.append(records)

    def close(self) -> None:
        self.closed = True
