"""What the stream must know of its surroundings, in one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from streams.contract.topics import BOARDS, LEDGERS, Topics
from streams.kafka import security
from streams.settings import Settings


@dataclass(frozen=True, kw_only=True)
class TopicNames:
    """The topics that the stream reads and writes."""

    registers: str
    marks: str
    alerts: str
    dead_letters: str
    actions: str
    erased: str
    schools: str
    ledgers: str  # changelog of that table
    boards: str  # likewise

    @classmethod
    def of(cls, topics: Topics) -> Self:
        """Take the names from their declaration."""
        return cls(
            registers=topics.registers.name,
            marks=topics.marks.name,
            alerts=topics.alerts.name,
            dead_letters=topics.dead_letters.name,
            actions=topics.actions.name,
            erased=topics.erased.name,
            schools=topics.schools.name,
            ledgers=topics.ledgers.name,
            boards=topics.boards.name,
        )


class Table(NamedTuple):
    """One of the two tables: its name, its changelog, and the topic in which its position counts."""

    name: str
    changelog: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Names, bounds and time-outs of one worker. Times in seconds.

    `security` is what librdkafka must be given to connect, `connect` what aiokafka must, `credentials` what Faust must
    (None: nothing).
    """

    app_id: str
    bootstrap: str
    topics: TopicNames
    partitions: int
    session_timeout: float
    heartbeat_interval: float
    rebalance_timeout: float
    transaction_timeout: float  # how long an open transaction may hold back committed readers
    message_timeout: float  # how long a record may take to be delivered; not above transaction_timeout
    commit_interval: float
    check_interval: float  # between two looks at the clock for what is overdue
    max_events: int  # events gathered into one batch
    max_bytes: int  # their values together; the last one may pass it
    instance_id: str | None = None  # static membership: a name of its own, the same after a restart
    embedded: bool = False  # Tansu: one record a batch, no compression
    audit_share: float = 0.0  # of one CPU, for looking over the pupils held; 0: not at all
    breaker_registers: int = 100  # a source's last registers that are looked at
    breaker_percent: int = 50  # of them that may be bad
    breaker_stops: bool = False
    quarantine: frozenset[tuple[int, int]] = frozenset()  # registers set aside by hand: partition, offset
    security: Mapping[str, str] = field(default_factory=dict, repr=False)
    connect: Mapping[str, Any] = field(default_factory=dict, repr=False)
    credentials: Any = field(default=None, repr=False)

    @property
    def ledgers(self) -> Table:
        """The pupils' table."""
        return Table(LEDGERS, self.topics.ledgers, self.topics.marks)

    @property
    def boards(self) -> Table:
        """The schools' table."""
        return Table(BOARDS, self.topics.boards, self.topics.registers)

    def transactional_id(self, partition: int, table: str = LEDGERS) -> str:
        """Name the one producer that may write *partition* of *table*."""
        return f"{self.app_id}-{table}-{partition}"

    @property
    def revoke_timeout(self) -> float:
        """How long a batch in hand may take to end once its partition is asked back."""
        return self.rebalance_timeout / 2  # well below, or the group goes on without us


def plan_of(settings: Settings, topics: Topics, quarantine: frozenset[tuple[int, int]] = frozenset()) -> Plan:
    """Make the plan that *settings* ask for; registers in *quarantine* (partition, offset) are set aside.

    Raises:
        BadSettings: what they say of security cannot be used.
    """
    return Plan(
        app_id=settings.app_id,
        instance_id=settings.instance_id,
        bootstrap=settings.bootstrap,
        topics=TopicNames.of(topics),
        partitions=settings.partitions,
        session_timeout=settings.session_timeout,
        heartbeat_interval=settings.heartbeat_interval,
        rebalance_timeout=settings.rebalance_timeout,
        transaction_timeout=settings.transaction_timeout,
        message_timeout=settings.message_timeout,
        commit_interval=settings.commit_interval,
        check_interval=settings.overdue_check_interval,
        max_events=settings.gather_max_registers,
        max_bytes=settings.gather_max_bytes,
        embedded=settings.embedded,
        audit_share=settings.audit_share,
        breaker_registers=settings.breaker_registers,
        breaker_percent=settings.breaker_percent,
        breaker_stops=settings.breaker_stops,
        quarantine=quarantine,
        security=security.librdkafka(settings),
        connect=security.aiokafka(settings),
        credentials=security.faust(settings),
    )
