"""Stand-ins for Kafka, Faust and the engine: small, in memory, and able to fail."""

import asyncio
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, Generic, cast

from msgspec.structs import replace

from streams.board.county import County
from streams.board.feeds import Feeds
from streams.board.nameless import Refuses, nameless
from streams.board.school import Schools
from streams.board.standing import Standing
from streams.contract.batches import BatchMark, BatchRegister, Command, encode_batch
from streams.contract.messages import Alert, Change, DeadLetter, Origin, Refusal, Session
from streams.contract.sheets import sheet
from streams.pipeline.board_names import renamed
from streams.pipeline.erased import Erased
from streams.pipeline.hearing import hear
from streams.pipeline.splitting import split
from streams.pipeline.work import Outcome
from streams.topology.boards import AskBehind, SchoolBoards
from streams.topology.durable import Durable
from streams.topology.engine import Engine, Names, ReadRegister, State
from streams.topology.event import Event
from streams.topology.gather import Gatherer
from streams.topology.keeper import Held
from streams.topology.lag import Lag
from streams.topology.plan import Plan, TopicNames
from streams.topology.probe import Result, Stage
from streams.topology.records import Record
from streams.topology.surroundings import Surroundings

PUPIL = "a" * 26
TOPICS = TopicNames(
    registers="registers",
    marks="marks",
    alerts="alerts",
    dead_letters="dead",
    actions="actions",
    erased="erased",
    schools="schools",
    ledgers="changelog",
    boards="boards-changelog",
)
SLOT = 2 * 739_138  # a morning in September 2024
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
        "check_interval": 30.0,
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

    def schools(self, count: int) -> None:
        """Ignore."""

    def missing(self, count: int) -> None:
        """Ignore."""

    def unlisted(self, school: Standing, count: int) -> None:
        """Ignore."""

    def audited(self, drifted: bool) -> None:  # noqa: FBT001 - as in the probe
        """Ignore."""

    def audit_round(self, at: float) -> None:
        """Ignore."""

    def sources_bad(self, count: int, opened: int) -> None:
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


def engine_of(read: ReadRegister) -> Engine:
    """An engine that reads registers by *read*."""
    return Engine(
        read_register=read,
        split=split,
        new_ledgers=FakeLedgers,
        new_boards=FakeBoards,
        new_erased=Erased,
        renamed=renamed,
        hear=hear,
        stored_form=1,
        board_form=1,
    )


class FakeReference:
    """A county of no school, loaded once *known* is set."""

    def __init__(self) -> None:
        self.known = asyncio.Event()
        self.known.set()
        self.schools = Schools()
        self.refuses: Refuses | None = None
        self.listed = 0

    def county(self) -> County:
        return County(self.schools, Feeds(), self.refuses)

    async def loaded(self) -> None:
        await self.known.wait()


def school_boards(
    around: Surroundings,
    keeper: "FakeKeeper[FakeBoards]",
    gathers: Gatherer,
    reference: FakeReference | None = None,
    behind: AskBehind = lambda _: set(),
) -> SchoolBoards:
    """The boards of what *keeper* holds."""
    durable = Durable(around, around.plan.boards, cast("Any", keeper), gathers, stored_form=1)
    return SchoolBoards(around, durable, gathers, cast("Any", reference or FakeReference()), behind)


def surroundings(of: Plan, probe: Silent, pool: ThreadPoolExecutor) -> Surroundings:
    """Real threads, a clock that stands still."""
    lag = Lag(cast("Any", None), {}, probe, lambda: 0.0)
    return Surroundings(plan=of, pool=pool, probe=probe, lag=lag, clock=lambda: 0.0, now=lambda: NOW)


def register(name: str = "r", pupil: str = PUPIL, marks: int = 1) -> BatchRegister:
    """A register with so many marks of one pupil."""
    made = [BatchMark(pupil, index, 0, 0) for index in range(marks)]
    return BatchRegister(name, 100001, SLOT, "2024-09-09T09:00:00Z", 1_725_872_399_000, (0, 0), sheet(made))


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
        self.pupils: dict[str, list[str] | None] = {}  # what looking over each finds; None: it raises
        self.looked: list[tuple[str, bool]] = []

    def load_all(self, keys: Sequence[bytes], values: Sequence[bytes | None]) -> None:
        self.loaded += zip(keys, values, strict=True)

    def work(self) -> "FakeWork":
        return FakeWork(self)

    def __len__(self) -> int:
        return len(self.registers) + len(getattr(self, "pupils", ()))

    def keys(self) -> Iterator[str]:
        return iter(self.pupils)

    def look_over(self, key: str, *, plainly: bool) -> Generator[None, None, list[str]]:
        self.looked.append((key, plainly))
        yield
        if self.pupils[key] is None:
            raise KeyError(key)
        return self.pupils[key] or []


class FakeWork:
    def __init__(self, ledgers: FakeLedgers) -> None:
        self.ledgers = ledgers
        self.alerts: list[Alert] = []
        self.refused: list[DeadLetter] = []
        self.taken: list[str] = []
        self.obeyed: list[Command] = []

    def take(self, *registers: BatchRegister) -> list[Outcome]:
        return [self._take(register.register_id) for register in registers]

    def _take(self, name: str) -> Outcome:
        if name == "bug":
            raise KeyError(PUPIL)
        if name == "old":
            self.refused.append(letter())
            return Outcome(0, [], [letter()])
        self.taken.append(name)
        self.alerts.append(alert(name))
        return Outcome(1, [alert(name)], [], [0])

    def set_aside(self, register: BatchRegister) -> None:
        self.refused.append(replace(letter(), reason="quarantined", register_id=register.register_id))

    def obey(self, command: Command) -> None:
        self.obeyed.append(command)
        self.alerts.append(alert(command.kind))

    def listed(self) -> Iterator[tuple[bytes, bytes]]:
        return ((command.kind.encode(), b"entry") for command in self.obeyed)

    def writes(self) -> Iterator[tuple[bytes, bytes | None]]:
        return ((name.encode(), b"page") for name in self.taken)

    def commit(self) -> None:
        self.ledgers.registers += self.taken


class FakeBoards:
    """Remembers the registers put up, an alert for each; at a look at the clock one alert, named by its time."""

    def __init__(self, *registers: str) -> None:
        self.registers: list[str] = [*registers]
        self.roll = [PUPIL]
        self.looks: list[int] = []

    def load(self, key: bytes, value: bytes | None) -> None:
        """Nothing is stored."""

    def work(self) -> "FakeBoardWork":
        return FakeBoardWork(self)

    def missing(self) -> int:
        return len(self.looks)

    def erased(self, refuses: Refuses) -> Names:
        return {100001: {PUPIL: nameless(0)}} if PUPIL in self.roll and refuses(PUPIL, 0) else {}

    def rename(self, names: Names) -> None:
        self.roll = [names[100001].get(pupil, pupil) for pupil in self.roll]

    def __len__(self) -> int:
        return len(self.registers) + len(getattr(self, "pupils", ()))


class FakeBoardWork:
    def __init__(self, boards: FakeBoards) -> None:
        self.boards = boards
        self.alerts: list[Alert] = []
        self.taken: list[tuple[str, int]] = []
        self.looks: list[int] = []

    def take(self, register: BatchRegister, county: County) -> None:
        assert county is not None
        self.taken.append((register.register_id, register.origin[1]))
        self.alerts.append(alert(register.register_id))

    def tick(self, now_ms: int, county: County) -> None:
        assert county is not None
        if now_ms > max(self.boards.looks, default=0):
            self.looks.append(now_ms)
            self.alerts.append(alert(f"due {now_ms}"))

    def writes(self) -> Iterator[tuple[bytes, bytes | None]]:
        return ((f"100001/2024-09-09/AM/{offset}".encode(), name.encode()) for name, offset in self.taken)

    def commit(self) -> None:
        self.boards.registers += [name for name, _ in self.taken]
        self.boards.looks += self.looks


class FakeKeeper(Generic[State]):
    """Holds what it is given."""

    def __init__(self, *held: Held[State]) -> None:
        self.of = {one.partition: one for one in held}
        self.dropped: list[int] = []
        self.leaving = False

    def get(self, partition: int) -> Held[State] | None:
        return self.of.get(partition)

    def holds(self, held: Held[State]) -> bool:
        return self.of.get(held.partition) is held and not held.revoking.is_set()

    def all(self) -> list[Held[State]]:
        return list(self.of.values())

    async def asked_back(self, held: Held[State], within: float) -> bool:
        assert within == plan().heartbeat_interval * 2
        return not self.holds(held)

    async def drop(self, held: Held[State]) -> None:
        self.dropped.append(held.partition)


class FakeWriter:
    """Keeps what was written; raises *error* instead where there is one, after *before*."""

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
