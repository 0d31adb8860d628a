"""What was recorded of a trial: all that the checker knows."""

from dataclasses import dataclass, field

from streams.kafka.records import Record
from tests.trials.plan import Kind, Trial

Offsets = dict[int, int]


@dataclass(kw_only=True)
class Span:
    """One fault as it happened: seconds from the beginning of the flow. *trouble*: why it could not be done."""

    kind: Kind
    began: float
    healed: float = -1.0
    detail: str = ""
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class Exit:
    """One worker's end. *cause* is what was done to it (empty: nothing), *why* its last words."""

    at: float
    worker: int
    code: int
    cause: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """How far the group was at one moment: where each partition ended, and what was committed."""

    at: float
    registers_end: Offsets
    registers_done: Offsets
    marks_end: Offsets
    marks_done: Offsets


@dataclass(kw_only=True)
class History:
    """One trial, recorded. Records are those that a committed reader sees, except `aborted_too`."""

    trial: Trial
    sent: int = 0
    sender_failures: list[str] = field(default_factory=list)
    registers: list[Record] = field(default_factory=list)
    marks: list[Record] = field(default_factory=list)
    alerts: list[Record] = field(default_factory=list)
    aborted_too: list[Record] = field(default_factory=list)  # alerts as an uncommitted reader sees them
    dead_letters: list[Record] = field(default_factory=list)
    ledgers: list[Record] = field(default_factory=list)  # the changelog
    boards: list[Record] = field(default_factory=list)  # that of the schools
    last: Sample | None = None  # at the end
    samples: list[Sample] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    exits: list[Exit] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)  # logs and metrics of every process, by name
    drained: bool = False
    pupils: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Finding:
    """One promise that did not hold. *check* is a number of the issue's list."""

    check: int
    text: str
