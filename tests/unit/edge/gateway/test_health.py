"""Whether the gateway lives and can take registers."""

from streams.edge.gateway.health import STALL_SECONDS, GatewayHealth
from streams.edge.gateway.publisher import MemoryPublisher


class _Failed(MemoryPublisher):
    def failed(self) -> str | None:
        return "fenced"


def test_it_is_ready_from_its_first_beat_until_it_stops() -> None:
    """And alive all the time."""
    health = GatewayHealth(MemoryPublisher(), lambda: 0.0)
    assert health.not_ready()
    health.beat()
    assert (health.not_ready(), health.not_alive()) == (None, None)
    health.stopping()
    assert health.not_ready()
    assert health.not_alive() is None


def test_with_kafka_away_it_lives_but_is_not_ready() -> None:
    """Starting it anew would not bring Kafka back."""
    publisher = MemoryPublisher()
    health = GatewayHealth(publisher, lambda: 0.0)
    health.beat()
    publisher.away = "no broker"
    assert (health.not_ready(), health.not_alive()) == ("Kafka is away: no broker", None)


def test_a_loop_that_stands_still_is_not_alive() -> None:
    """As long as a request may take, and then some."""
    now = [0.0]
    health = GatewayHealth(MemoryPublisher(), lambda: now[0])
    health.beat()
    now[0] = STALL_SECONDS + 1
    assert "event loop" in (health.not_alive() or "")


def test_a_producer_that_failed_for_good_is_not_alive() -> None:
    """It is to be started anew."""
    assert "fenced" in (GatewayHealth(_Failed(), lambda: 0.0).not_alive() or "")
