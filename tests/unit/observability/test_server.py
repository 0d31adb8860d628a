"""Metrics and health over HTTP, on loopback, until closed."""

import json
import socket
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest
from prometheus_client import CollectorRegistry

from streams.errors import Refuse
from streams.observability.health import Health
from streams.observability.metrics import Metrics
from streams.observability.server import Server


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def health(clock: Clock) -> Health:
    return Health(clock)


@pytest.fixture
def server(health: Health) -> Iterator[Server]:
    registry = CollectorRegistry()
    Metrics(registry)
    with Server(registry, health) as server:
        yield server


def get(server: Server, path: str) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def test_metrics(server: Server) -> None:
    """`/metrics` answers in Prometheus's form."""
    status, body = get(server, "/metrics")
    assert status == 200
    assert b"# TYPE firstbell_registers_total counter" in body


def test_ready(server: Server, health: Health) -> None:
    """`/readyz` is 503 with the reason until the worker is ready, then 200."""
    status, body = get(server, "/readyz")
    assert (status, json.loads(body)) == (503, {"ok": False, "why": "joining the group or loading ledgers"})
    health.ready(ready=True)
    status, body = get(server, "/readyz")
    assert (status, json.loads(body)) == (200, {"ok": True, "why": ""})


def test_alive(server: Server, health: Health, clock: Clock) -> None:
    """`/healthz` is 200 while work goes on, and 503 once it is stuck."""
    assert get(server, "/healthz")[0] == 200
    health.ready(ready=True)
    health.lag("pupils", 3)
    clock.now += 121
    status, body = get(server, "/healthz")
    assert status == 503
    assert "3 records wait" in json.loads(body)["why"]


@pytest.mark.parametrize("path", ["/", "/tables", "/favicon.ico"])
def test_nothing_else(server: Server, path: str) -> None:
    """There is nothing else on the port: no table, no page."""
    assert get(server, path)[0] == 404


def test_only_loopback_by_default(server: Server) -> None:
    """Nobody outside this machine is served unless a setting says so."""
    assert server._http.server_address[0] == "127.0.0.1"  # noqa: SLF001 - the address it is bound to


def test_a_taken_port_is_refused_in_one_line() -> None:
    """A port in use is said plainly, with the address."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Refuse, match=rf"cannot serve metrics on 127\.0\.0\.1:{port}: Address already in use"):
            Server(CollectorRegistry(), Health(lambda: 0.0), port=port)


def test_closing_gives_the_port_back(health: Health) -> None:
    """After closing, nobody answers on the port and it can be taken again."""
    with Server(CollectorRegistry(), health) as server:
        port = server.port
    with Server(CollectorRegistry(), health, port=port) as again:
        assert again.port == port
