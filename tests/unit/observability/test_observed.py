"""What the stream reports arrives in metrics and health."""

import inspect

import pytest
from prometheus_client import CollectorRegistry

from streams.observability.health import Health
from streams.observability.metrics import RESULTS, STAGES, Metrics
from streams.observability.probe import Observed
from streams.topology.probe import Probe, Result, Stage


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def health() -> Health:
    return Health(lambda: 0.0)


@pytest.fixture
def probe(registry: CollectorRegistry, health: Health) -> Probe:
    return Observed(Metrics(registry, rules=("spells",)), health)


def test_it_fits_the_stream() -> None:
    """The probe has every method of the protocol, with the same parameters."""
    theirs = {name: list(inspect.signature(f).parameters) for name, f in vars(Probe).items() if _public(name, f)}
    ours = {name: list(inspect.signature(f).parameters) for name, f in vars(Observed).items() if _public(name, f)}
    assert ours == theirs


def _public(name: str, value: object) -> bool:
    return inspect.isfunction(value) and not name.startswith("_")


def test_labels_are_those_of_the_stream() -> None:
    """The label values declared for metrics are the very ones that the stream reports."""
    assert tuple(Stage) == STAGES
    assert tuple(Result) == RESULTS


def test_each_report_is_seen(registry: CollectorRegistry, probe: Probe) -> None:
    """Each report sets its metric, under its labels."""
    probe.registers_read(3)
    probe.marks(Result.APPLIED, 90)
    probe.alert("spells", "eased")
    probe.dead_letter("unknown-code")
    probe.batch(Stage.PUPILS, 3)
    probe.committed(Stage.PUPILS, 0.02)
    probe.alert_latency(0.1)
    probe.recovered(4)
    probe.pupils(600)
    probe.lag(Stage.SCHOOLS, 7, 1.5)
    probe.assigned(8)
    probe.ready(ready=True)
    seen = {
        ("firstbell_registers_total",): 3,
        ("firstbell_marks_total", "result", "applied"): 90,
        ("firstbell_alerts_total", "rule", "spells", "change", "eased"): 1,
        ("firstbell_dead_letters_total", "reason", "unknown-code"): 1,
        ("firstbell_batch_registers_sum", "stage", "pupils"): 3,
        ("firstbell_commits_total", "stage", "pupils"): 1,
        ("firstbell_commit_seconds_count", "stage", "pupils"): 1,
        ("firstbell_mark_to_alert_seconds_count",): 1,
        ("firstbell_recovery_seconds_sum",): 4,
        ("firstbell_pupils",): 600,
        ("firstbell_lag_records", "stage", "schools"): 7,
        ("firstbell_lag_seconds", "stage", "schools"): 1.5,
        ("firstbell_partitions",): 8,
        ("firstbell_ready",): 1,
    }
    for (name, *labels), value in seen.items():
        assert registry.get_sample_value(name, dict(zip(labels[::2], labels[1::2], strict=True))) == value


def test_health_hears_of_it(registry: CollectorRegistry) -> None:
    """Readiness, lag and progress reach the health checks."""
    now = [0.0]
    health = Health(lambda: now[0], stall_seconds=10)
    probe: Probe = Observed(Metrics(registry), health)
    probe.ready(ready=True)
    probe.lag(Stage.PUPILS, 1, 0.0)
    now[0] = 11
    probe.lag(Stage.PUPILS, 1, 11.0)
    assert health.not_ready() is None
    assert health.not_alive() is not None
    probe.progressed()
    assert health.not_alive() is None
