"""What the notifier tells of itself."""

from prometheus_client import CollectorRegistry, generate_latest

from streams.notify.reasons import Why
from streams.notify.service.health import STALL_SECONDS, NotifyHealth
from streams.notify.service.metrics import Count, Level, NotifyMetrics, declared


def test_metrics_begin_at_zero_and_labels_are_bounded() -> None:
    """A receiver that the file did not name at the start is `other`."""
    registry = CollectorRegistry()
    metrics = NotifyMetrics(registry, ["office"])
    begun = generate_latest(registry).decode()
    assert 'firstbell_notify_deliveries_total{receiver="office",result="delivered"} 0.0' in begun
    assert all(f'firstbell_notify_decisions_total{{reason="{why}"}} 0.0' in begun for why in Why)
    metrics.count(Count.DELIVERIES, "stranger", "delivered")
    metrics.level(Level.PENDING, "office", to=3)
    metrics.latency(-1)
    told = generate_latest(registry).decode()
    assert 'firstbell_notify_deliveries_total{receiver="other",result="delivered"} 1.0' in told
    assert 'firstbell_notify_pending{receiver="office"} 3.0' in told
    assert "stranger" not in told
    assert len({one.name for _, one in declared()}) == len(declared())


def test_a_receiver_that_the_file_names_later_has_values_of_its_own() -> None:
    """From 0; what was counted before stays, also of one that the file does not name any more."""
    registry = CollectorRegistry()
    metrics = NotifyMetrics(registry, ["office"])
    metrics.count(Count.DELIVERIES, "office", "delivered")
    metrics.know(["north", "office"])
    metrics.know(["north"])
    metrics.level(Level.PENDING, "north", to=2)
    told = generate_latest(registry).decode()
    assert 'firstbell_notify_pending{receiver="north"} 2.0' in told
    assert 'firstbell_notify_deliveries_total{receiver="north",result="delivered"} 0.0' in told
    assert 'firstbell_notify_deliveries_total{receiver="office",result="delivered"} 1.0' in told
    assert 'firstbell_notify_pending{receiver="other"} 0.0' in told
    assert set(metrics.receivers) == {"other", "office", "north"}


def test_a_notifier_without_its_state_is_alive_and_not_ready() -> None:
    """One whose loop is silent is not alive."""
    now = [0.0]
    health = NotifyHealth(lambda: now[0])
    assert (health.not_alive(), health.not_ready()) == (None, "starting")
    health.beat("groups")
    health.ready()
    assert health.not_ready() is None
    health.waiting("Redis does not answer")
    assert (health.not_alive(), health.not_ready()) == (None, "Redis does not answer")
    now[0] = STALL_SECONDS + 1
    assert "groups" in (health.not_alive() or "")
