"""Every metric, declared once: name, help, unit, labels and the values each label can have; all begin at 0.

The three enums keep a name from being misspelt, and a gauge from being counted: either is a type error.
"""

from collections.abc import Sequence
from enum import Enum
from itertools import product
from typing import NamedTuple, TypeVar, cast, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics
from prometheus_client.metrics import MetricWrapperBase

from streams.contract.messages import Change, Refusal

__all__ = ["OTHER", "Count", "Declared", "Level", "Metrics", "Spread", "declared", "new_registry"]

OTHER = "other"  # what a label says for a value that it was not declared with
_Metric = TypeVar("_Metric", bound=MetricWrapperBase)

STAGES = ("schools", "pupils")
RESULTS = ("accepted", "refused", "applied", "skipped")
_FAST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_LATENCY = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 86400)
_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


class Label(NamedTuple):
    """A label and the values it can have; no values: those given to `Metrics`."""

    name: str
    values: tuple[str, ...] = ()


class Declared(NamedTuple):
    """One metric: its name but for the suffix that Prometheus adds, what it says, in which unit, by which labels."""

    name: str
    help: str
    unit: str
    labels: tuple[Label, ...] = ()
    buckets: tuple[float, ...] = ()


STAGE = Label("stage", STAGES)
RULE = Label("rule")


class Count(Enum):
    """What is counted, since the worker's start."""

    REGISTERS = Declared(
        "firstbell_registers", "Registers read from the registers topic, refused ones included", "registers"
    )
    MARKS = Declared(
        "firstbell_marks",
        "Marks: accepted by the schools stage, refused, applied to a ledger, or skipped since they came again",
        "marks",
        (Label("result", RESULTS),),
    )
    ALERTS = Declared(
        "firstbell_alerts", "Alerts committed, by rule and change", "alerts", (RULE, Label("change", get_args(Change)))
    )
    DEAD_LETTERS = Declared(
        "firstbell_dead_letters", "Dead letters taken by Kafka", "dead letters", (Label("reason", get_args(Refusal)),)
    )
    UNLISTED = Declared(
        "firstbell_unlisted_registers",
        "Registers taken of a school that is closed, or that is not among those imported",
        "registers",
        (Label("school", ("closed", "unknown")),),
    )
    AUDITED = Declared(
        "firstbell_audit_pupils", "Pupils whose episodes were recomputed from their ledger in the background", "pupils"
    )
    DRIFT = Declared(
        "firstbell_audit_drift", "Of those, pupils for whom something else was announced: each is a fault", "pupils"
    )
    SOURCES_GONE_BAD = Declared(
        "firstbell_sources_gone_bad", "Times that a source's last registers were bad beyond the set share", "times"
    )
    COMMITS = Declared("firstbell_commits", "Batches made durable", "batches", (STAGE,))


class Level(Enum):
    """What goes up and down."""

    LAG_RECORDS = Declared("firstbell_lag_records", "Records that wait before a stage", "records", (STAGE,))
    LAG_SECONDS = Declared(
        "firstbell_lag_seconds",
        "Age of the newest record a stage has done, while any wait; else 0",
        "seconds",
        (STAGE,),
    )
    PUPILS = Declared("firstbell_pupils", "Pupils whose ledgers this worker holds", "pupils")
    SCHOOLS = Declared("firstbell_schools", "Schools on the boards that this worker holds", "schools")
    MISSING = Declared(
        "firstbell_registers_missing",
        "Registers announced as missing that have not come, on the boards that this worker holds",
        "registers",
    )
    PARTITIONS = Declared("firstbell_partitions", "Partitions of the ledgers that are this worker's", "partitions")
    AUDIT_ROUND = Declared(
        "firstbell_audit_round_timestamp_seconds",
        "When every pupil held had been looked over, since 1970; before the first time, when it began; 0: switched off",
        "seconds",
    )
    SOURCES_BAD = Declared(
        "firstbell_sources_bad", "Sources of whose last registers more than the set share is bad", "sources"
    )
    READY = Declared(
        "firstbell_ready", "1 where the worker is in the group and its ledgers are loaded, else 0", "boolean"
    )


class Spread(Enum):
    """What is measured, as a histogram."""

    MARK_TO_ALERT = Declared(
        "firstbell_mark_to_alert_seconds",
        "From the register record's time stamp to the commit that made its alert visible",
        "seconds",
        buckets=_LATENCY,
    )
    COMMIT_SECONDS = Declared(
        "firstbell_commit_seconds",
        "Time to make a batch durable: the pupils stage's transaction; the schools stage's flush and transactions",
        "seconds",
        (STAGE,),
        _FAST,
    )
    BATCH_REGISTERS = Declared(
        "firstbell_batch_registers",
        "Registers in a batch; for the pupils stage, of one partition",
        "registers",
        (STAGE,),
        _SIZES,
    )
    RECOVERY_SECONDS = Declared(
        "firstbell_recovery_seconds",
        "Time to fence, load and check newly assigned partitions",
        "seconds",
        buckets=(0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600),
    )


def declared() -> list[tuple[str, Declared]]:
    """List every metric with its kind: counter, gauge or histogram."""
    kinds: list[tuple[str, type[Enum]]] = [("counter", Count), ("gauge", Level), ("histogram", Spread)]
    return [(kind, member.value) for kind, members in kinds for member in members]


def new_registry() -> CollectorRegistry:
    """Make a registry that has what the process itself tells: its start, memory, time on a CPU and open files."""
    disable_created_metrics()  # type: ignore[no-untyped-call]  # a time stamp beside each counter, which nobody reads
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    return registry


class Metrics:
    """The metrics of one worker, in *registry*; *rules* are the values that the label `rule` can have.

    May be used from any thread.
    """

    def __init__(self, registry: CollectorRegistry, rules: Sequence[str] = ()) -> None:
        self._values = {RULE.name: (*rules, OTHER)}
        self._counters = {one: Counter(*_named(one.value), registry=registry) for one in Count}
        self._gauges = {one: Gauge(*_named(one.value), registry=registry) for one in Level}
        self._histograms = {
            one: Histogram(*_named(one.value), registry=registry, buckets=one.value.buckets) for one in Spread
        }
        self._children: dict[tuple[Enum, tuple[str, ...]], MetricWrapperBase] = {}
        """By what they are of: prometheus_client takes longer to find one than to count."""
        for made in (self._counters, self._gauges, self._histograms):
            for one, metric in made.items():
                self._begin(one, metric)

    def count(self, what: Count, *labels: str, by: int = 1) -> None:
        """Add *by* to a counter. *labels* are the values of its labels, in order."""
        self._child(what, self._counters[what], labels).inc(by)

    def level(self, what: Level, *labels: str, to: float) -> None:
        """Set a gauge to *to*."""
        self._child(what, self._gauges[what], labels).set(to)

    def spread(self, what: Spread, *labels: str, value: float) -> None:
        """Add *value* to a histogram."""
        self._child(what, self._histograms[what], labels).observe(value)

    def _begin(self, one: Count | Level | Spread, metric: MetricWrapperBase) -> None:
        for labels in product(*(self._allowed(label) for label in one.value.labels)):
            self._children[one, labels] = _at(metric, labels)  # a child that exists is exported, with 0

    def _child(self, what: Count | Level | Spread, metric: _Metric, labels: tuple[str, ...]) -> _Metric:
        known = self._children.get((what, labels))
        return _at(metric, self._bounded(what.value, labels)) if known is None else cast("_Metric", known)

    def _bounded(self, one: Declared, labels: tuple[str, ...]) -> tuple[str, ...]:
        pairs = zip(one.labels, labels, strict=True)
        return tuple(str(value) if value in self._allowed(label) else OTHER for label, value in pairs)

    def _allowed(self, label: Label) -> tuple[str, ...]:
        return label.values or self._values[label.name]


def _named(one: Declared) -> tuple[str, str, list[str]]:
    return one.name, one.help, [label.name for label in one.labels]


def _at(metric: _Metric, labels: tuple[str, ...]) -> _Metric:
    return metric.labels(*labels) if labels else metric
