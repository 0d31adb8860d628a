"""The one declaration of every topic and changelog: names, partitions, copies and settings. Pure data.

Topics are made by `firstbell topics create` alone; no client may create one, and Faust neither.
"""

from collections.abc import Iterator

from msgspec import Struct

LEDGERS = "ledgers"  # the pupils' table
BOARDS = "boards"  # the schools' table

_DAY_MS = 86_400_000
_HOUR_MS = 3_600_000

REGISTER_MAX_BYTES = 1_000_000  # of a register's JSON
_REGISTERS_BATCH = 1 << 20  # a register, its key and headers; and what a batch is wrapped in
_MARKS_BATCH = 8 << 20  # the most that a stage gathers (4 MiB), one register more, and room
_DEAD_LETTERS_BATCH = 8 << 20  # see `_dead_letters`


class Topic(Struct, frozen=True, kw_only=True):
    """One topic as it should be.

    `key` and `value` say in words what is in a record; `config` are Kafka's own topic settings, values as Kafka writes
    them.
    """

    name: str
    partitions: int
    replication: int
    key: str
    value: str
    config: dict[str, str]

    @property
    def cleanup(self) -> tuple[str, ...]:
        """What happens to old records: delete, compact."""
        return tuple(self.config["cleanup.policy"].split(","))

    @property
    def retention_ms(self) -> int:
        """How long records are kept, in milliseconds; -1 where they are not deleted by age."""
        return int(self.config.get("retention.ms", "-1"))


class Topics(Struct, frozen=True, kw_only=True):
    """All topics of one installation."""

    registers: Topic
    marks: Topic
    alerts: Topic
    actions: Topic
    deliveries: Topic
    dead_letters: Topic
    schools: Topic
    erased: Topic
    ledgers: Topic
    boards: Topic

    def __iter__(self) -> Iterator[Topic]:
        yield from (self.registers, self.marks, self.alerts, self.actions, self.deliveries)
        yield from (self.dead_letters, self.schools, self.erased, self.ledgers, self.boards)


class _Shape(Struct, frozen=True, kw_only=True):
    """What all topics have in common."""

    prefix: str
    app_id: str
    partitions: int
    replication: int
    min_in_sync_replicas: int

    def topic(self, name: str, key: str, value: str, config: dict[str, str]) -> Topic:
        everywhere = {"min.insync.replicas": str(self.min_in_sync_replicas)}
        return Topic(
            name=name,
            partitions=self.partitions,
            replication=self.replication,
            key=key,
            value=value,
            config=config | everywhere,
        )


def declare(
    *,
    prefix: str = "firstbell.",
    app_id: str = "firstbell",
    partitions: int = 8,
    replication: int = 1,
    min_in_sync_replicas: int = 1,
) -> Topics:
    """Declare the topics of the installation whose names begin with *prefix*, worked by the group *app_id*."""
    shape = _Shape(
        prefix=prefix,
        app_id=app_id,
        partitions=partitions,
        replication=replication,
        min_in_sync_replicas=min_in_sync_replicas,
    )
    return Topics(
        registers=_registers(shape),
        marks=shape.topic(
            f"{prefix}marks",
            "none: the partition is crc32(pupil) % partitions",
            "mark batch, internal (MessagePack)",
            _kept_for(7) | _at_most(_MARKS_BATCH),
        ),
        alerts=shape.topic(
            f"{prefix}alerts", "pupil, or URN for a school's alert", "alert v1 (JSON)", _kept_for(3 * 365)
        ),
        actions=shape.topic(f"{prefix}actions", "alert id", "what a person did (JSON)", _kept_for(3 * 365)),
        deliveries=shape.topic(
            f"{prefix}deliveries", "id of its first alert", "what became of a notification (JSON)", _kept_for(3 * 365)
        ),
        dead_letters=_dead_letters(shape),
        schools=shape.topic(f"{prefix}schools", "URN", "a school's reference data (JSON)", _compacted()),
        erased=shape.topic(f"{prefix}erased", "keyed hash of a pupil", "when erased (JSON, internal)", _compacted()),
        ledgers=_changelog(shape, LEDGERS),
        boards=_changelog(shape, BOARDS),
    )


def changelog_name(app_id: str, table: str) -> str:
    """Name the changelog of *table* as Faust does."""
    return f"{app_id}-{table}-changelog"


def _registers(shape: _Shape) -> Topic:
    """Log append time is the time a register was received: a wrong clock at a school must not win for years.

    The broker makes every batch lz4 itself, and measures it again then. So nothing can come in, however cleverly it was
    packed, that the dead-letter topic, lz4 too and eight times as large, would not take.
    """
    own = {"message.timestamp.type": "LogAppendTime", "compression.type": "lz4"}
    config = _kept_for(800) | _at_most(_REGISTERS_BATCH) | own
    return shape.topic(f"{shape.prefix}registers", "URN", "register v1 (JSON)", config)


def _dead_letters(shape: _Shape) -> Topic:
    config = _kept_for(90) | _at_most(_DEAD_LETTERS_BATCH) | {"compression.type": "lz4"}
    return shape.topic(f"{shape.prefix}dead-letters", "that of the refused record", "the refused bytes", config)


def _changelog(shape: _Shape, table: str) -> Topic:
    return shape.topic(changelog_name(shape.app_id, table), "page of the table", "state, internal", _compacted())


def _compacted() -> dict[str, str]:
    """Compacted early and often, since what is in it is read whole when a worker starts or a partition moves."""
    return {
        "cleanup.policy": "compact",
        "min.cleanable.dirty.ratio": "0.1",
        "segment.ms": str(_HOUR_MS),
        "delete.retention.ms": str(_DAY_MS),
    }


def _kept_for(days: int) -> dict[str, str]:
    return {"cleanup.policy": "delete", "retention.ms": str(days * _DAY_MS), "retention.bytes": "-1"}


def _at_most(size: int) -> dict[str, str]:
    return {"max.message.bytes": str(size)}
