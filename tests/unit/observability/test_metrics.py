"""Metrics are there from the start, bounded, and of good form."""

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from streams.observability.metrics import Count, Level, Metrics, Spread, declared, new_registry


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def metrics(registry: CollectorRegistry) -> Metrics:
    return Metrics(registry, rules=("persistent-absence", "spells"))


@pytest.mark.usefixtures("metrics")
def test_everything_begins_at_zero(registry: CollectorRegistry) -> None:
    """Every metric with every value of its labels is there before anything happens, so that a first rise is seen."""
    samples = [
        sample for family in registry.collect() for sample in family.samples if not sample.name.endswith("_created")
    ]
    assert {sample.value for sample in samples} == {0}
    alerts = [sample.labels for sample in samples if sample.name == "firstbell_alerts_total"]
    assert {"rule": "spells", "change": "withdrawn"} in alerts
    assert len(alerts) == (2 + 1) * 5
    assert len([sample for sample in samples if sample.name == "firstbell_dead_letters_total"]) == 11


@pytest.mark.usefixtures("metrics")
def test_every_declared_metric_is_exported(registry: CollectorRegistry) -> None:
    """What is declared is what a scrape shows, with its help."""
    text = generate_latest(registry).decode()
    for kind, one in declared():
        name = one.name + ("_total" if kind == "counter" else "")
        assert f"# TYPE {name} {kind}" in text
        assert f"# HELP {name} {one.help}" in text


def test_names_follow_the_conventions() -> None:
    """Names begin with the project's, a metric in seconds says so, and every metric has a unit and a help."""
    for _, one in declared():
        assert one.name.startswith("firstbell_")
        assert (one.unit == "seconds") == one.name.endswith("_seconds")
        assert one.help
        assert not one.help.endswith(".")
    assert len({one.name for _, one in declared()}) == len(declared())


def test_count_level_and_spread(registry: CollectorRegistry, metrics: Metrics) -> None:
    """A counter adds, a gauge is set, a histogram takes a value; each under its labels."""
    metrics.count(Count.ALERTS, "spells", "raised")
    metrics.count(Count.ALERTS, "spells", "raised", by=2)
    metrics.level(Level.LAG_RECORDS, "pupils", to=7)
    metrics.spread(Spread.MARK_TO_ALERT, value=0.2)
    assert registry.get_sample_value("firstbell_alerts_total", {"rule": "spells", "change": "raised"}) == 3
    assert registry.get_sample_value("firstbell_lag_records", {"stage": "pupils"}) == 7
    assert registry.get_sample_value("firstbell_mark_to_alert_seconds_bucket", {"le": "0.1"}) == 0
    assert registry.get_sample_value("firstbell_mark_to_alert_seconds_bucket", {"le": "0.25"}) == 1


def test_labels_are_bounded(registry: CollectorRegistry, metrics: Metrics) -> None:
    """A value that was not declared is counted as other, and is never written: no pupil can become a label."""
    metrics.count(Count.ALERTS, "abcdefghijklmnopqrstuvwxyz", "raised")
    assert b"abcdefghijklmnopqrstuvwxyz" not in generate_latest(registry)
    assert registry.get_sample_value("firstbell_alerts_total", {"rule": "other", "change": "raised"}) == 1


def test_the_process_tells_of_itself() -> None:
    """The registry of a worker shows when it started, by which restarts are counted."""
    assert b"process_start_time_seconds" in generate_latest(new_registry())


def test_a_forgotten_label_is_an_error(metrics: Metrics) -> None:
    """A metric cannot be written with too few labels."""
    with pytest.raises(ValueError, match="argument"):
        metrics.count(Count.ALERTS, "spells")
