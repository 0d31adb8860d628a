"""The notifier's metrics, declared once; all begin at 0. No label names a pupil or a school."""

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from streams.notify.reasons import Why

__all__ = ["Count", "Declared", "Level", "NotifyMetrics", "declared"]

RESULTS = ("delivered", "retrying", "parked", "refused", "gone", "cancelled")
_LATENCY = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14400, 43200, 86400, 259200)
_OTHER = "other"


class Declared(NamedTuple):
    """One metric: its name, but for the suffix that Prometheus adds; what it says; its labels."""

    name: str
    help: str
    labels: tuple[str, ...] = ()


class Count(Enum):
    """What is counted, since the notifier's start."""

    DELIVERIES = Declared(
        "firstbell_notify_deliveries", "Tries to deliver, by receiver and what came of them", ("receiver", "result")
    )
    DECISIONS = Declared(
        "firstbell_notify_decisions",
        "Decisions by reason: what was suppressed or held back (settled-away, stale, silenced, inhibited, over-budget, "
        "…) and what goes (due)",
        ("reason",),
    )
    ALERTS = Declared("firstbell_notify_alerts", "Changes of alerts taken in")
    NOT_ALERTS = Declared("firstbell_notify_unreadable", "Records of the alerts topic that are no alert")
    REBUILDS = Declared("firstbell_notify_rebuilds", "Times that the working state was made anew from the topics")
    RELOADS = Declared("firstbell_notify_reloads", "Readings of the file after SIGHUP, by result", ("result",))


class Level(Enum):
    """What goes up and down."""

    PENDING = Declared("firstbell_notify_pending", "Alerts that wait to be told, by receiver", ("receiver",))
    OLDEST = Declared(
        "firstbell_notify_oldest_pending_seconds",
        "Age of the oldest alert that is due to be told and is not, whatever the reason but a silence or an inhibition",
    )
    PARKED = Declared("firstbell_notify_parked", "Deliveries that only a person can let go")
    BUDGET = Declared("firstbell_notify_budget_used", "Messages of today that count against the budget", ("receiver",))
    CIRCUIT = Declared(
        "firstbell_notify_circuit_open", "1 where the notifiers leave the endpoint alone, else 0", ("receiver",)
    )
    READY = Declared("firstbell_notify_ready", "1 where the notifier reads alerts and has its state, else 0")


class NotifyMetrics:
    """The metrics of one notifier, in *registry*; *receivers* are the values of the label of that name."""

    def __init__(self, registry: CollectorRegistry, receivers: Iterable[str]) -> None:
        self._values = {
            "receiver": (_OTHER,),
            "result": (*RESULTS, "read", "refused-file"),
            "reason": tuple(why.value for why in Why),
        }
        self._counters = {one: Counter(*one.value, registry=registry) for one in Count}
        self._gauges = {one: Gauge(*one.value, registry=registry) for one in Level}
        self._latency = Histogram(
            "firstbell_notify_alert_to_delivery_seconds",
            "From the time stamp of an alert's record to its delivery, waits of every kind included",
            registry=registry,
            buckets=_LATENCY,
        )
        for why in Why:
            self.count(Count.DECISIONS, why, by=0)
        self._begin(_OTHER)
        self.know(receivers)

    @property
    def receivers(self) -> tuple[str, ...]:
        """All values of that label: those that the file does not name any more may still be owed something."""
        return self._values["receiver"]

    def know(self, receivers: Iterable[str]) -> None:
        """Give each of *receivers* that is new values of its own, from 0; till then it counts as `other`."""
        for name in receivers:
            if name not in self._values["receiver"]:
                self._values["receiver"] += (name,)
                self._begin(name)

    def _begin(self, receiver: str) -> None:
        for result in RESULTS:
            self.count(Count.DELIVERIES, receiver, result, by=0)
        for level in (Level.PENDING, Level.BUDGET, Level.CIRCUIT):
            self.level(level, receiver, to=0)

    def count(self, what: Count, *labels: str, by: float = 1) -> None:
        """Add *by* to a counter."""
        counter = self._counters[what]
        (counter.labels(*self._bounded(what.value, labels)) if labels else counter).inc(by)

    def level(self, what: Level, *labels: str, to: float) -> None:
        """Set a gauge."""
        gauge = self._gauges[what]
        (gauge.labels(*self._bounded(what.value, labels)) if labels else gauge).set(to)

    def latency(self, seconds: float) -> None:
        """Note the time from an alert to its delivery."""
        self._latency.observe(max(0.0, seconds))

    def _bounded(self, one: Declared, labels: tuple[str, ...]) -> list[str]:
        pairs = zip(one.labels, labels, strict=True)
        return [str(value) if value in self._values[label] else _OTHER for label, value in pairs]


def declared() -> list[tuple[str, Declared]]:
    """List every metric with its kind, the histogram last."""
    kinds: list[tuple[str, type[Enum]]] = [("counter", Count), ("gauge", Level)]
    return [(kind, member.value) for kind, members in kinds for member in members]
