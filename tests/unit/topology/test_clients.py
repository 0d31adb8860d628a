"""How the worker's producers are set up."""

import pytest

from streams.topology import clients
from tests.unit.topology.fakes import plan


@pytest.mark.parametrize("config", [clients.producer(plan()), clients.transactional(plan(), 0)])
def test_a_producer_has_one_request_in_flight(config: clients.Config) -> None:
    """With more, the first records of a partition can be lost and be said to be delivered (docs/trials.md, seed 7)."""
    assert config["max.in.flight"] == 1
    assert config["enable.idempotence"] is True
