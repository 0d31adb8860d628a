"""The gateway's metrics, declared once; all begin at 0. No label names a pupil, a school or a sender."""

from enum import Enum
from typing import NamedTuple, get_args

from prometheus_client import CollectorRegistry, Counter, Histogram

from streams.contract.messages import Refusal
from streams.edge.verdicts import Reason

ROUTES = ("registers", "batch", "schema", "other")
STATUSES = ("200", "202", "400", "401", "403", "404", "405", "408", "413", "415", "422", "429", "500", "503", "other")
REASONS = tuple(sorted({*get_args(Refusal), *(word for part in get_args(Reason) for word in get_args(part))} - {""}))
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Declared(NamedTuple):
    """One metric: its name, but for the suffix that Prometheus adds; what it says; its labels and their values."""

    name: str
    help: str
    labels: dict[str, tuple[str, ...]]


class Count(Enum):
    """What is counted, since the gateway's start."""

    REQUESTS = Declared("firstbell_gateway_requests", "Requests answered", {"route": ROUTES, "status": STATUSES})
    REGISTERS = Declared(
        "firstbell_gateway_registers",
        "Registers by what became of them; not-taken: Kafka did not say that it has them",
        {"result": ("taken", "refused", "not-taken")},
    )
    MARKS = Declared(
        "firstbell_gateway_marks",
        "Marks of the registers taken, or refused alone",
        {
            "result": ("taken", "refused"),
        },
    )
    REFUSALS = Declared("firstbell_gateway_refusals", "Registers and marks refused, by reason", {"reason": REASONS})
    TEMPORARY = Declared("firstbell_gateway_temporary_upns", "Marks taken whose UPN is a temporary one", {})


SECONDS = Declared("firstbell_gateway_request_seconds", "Time to answer a request", {"route": ROUTES})


class Metrics:
    """The metrics of one gateway, in *registry*."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._counters = {
            one: Counter(one.value.name, one.value.help, [*one.value.labels], registry=registry) for one in Count
        }
        self._seconds = Histogram(SECONDS.name, SECONDS.help, [*SECONDS.labels], registry=registry, buckets=_BUCKETS)
        for route in ROUTES:
            self._seconds.labels(route)
        for one in (Count.REGISTERS, Count.MARKS, Count.REFUSALS):
            for value in next(iter(one.value.labels.values())):
                self._counters[one].labels(value)

    def count(self, what: Count, *labels: str, by: int = 1) -> None:
        """Add *by* to a counter; a label's value that is not declared counts as `other`."""
        known = [
            value if value in values else "other"
            for value, values in zip(labels, what.value.labels.values(), strict=True)
        ]
        counter = self._counters[what]
        (counter.labels(*known) if known else counter).inc(by)

    def request(self, route: str, status: int, seconds: float) -> None:
        """Count one request and observe how long it took."""
        self.count(Count.REQUESTS, route, str(status))
        self._seconds.labels(route).observe(seconds)
