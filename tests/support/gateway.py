"""The gateway in memory: its app, a twin of Kafka, tokens and clocks that a test sets."""

import asyncio
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
from prometheus_client import CollectorRegistry, generate_latest

from streams.edge.gateway.app import Gateway
from streams.edge.gateway.guard import Guard
from streams.edge.gateway.limits import Rates
from streams.edge.gateway.metrics import Metrics
from streams.edge.gateway.publisher import MemoryPublisher
from streams.edge.gateway.taking import Taker
from streams.edge.pseudonym import pseudonymiser
from streams.edge.token_stores import MemoryTokens
from streams.edge.tokens import TokenStore, new_token
from tests.support.upns import ANNA

URN = 100001
NOW_MS = 1_727_770_000_000  # 1 October 2024, 09:06 in London
CREATED = datetime(2024, 9, 1, tzinfo=UTC)


def register(**fields: object) -> dict[str, Any]:
    """Give a good register of one mark by UPN, with *fields* put over it."""
    return {
        "register_id": "am-1",
        "urn": URN,
        "date": "2024-10-01",
        "session": "AM",
        "recorded_at": "2024-10-01T09:05:00+01:00",
        "marks": [{"upn": ANNA, "code": "/"}],
    } | fields


class InMemory:
    """A gateway for *urns* (None: every school) whose answers, events and metrics can be looked at."""

    def __init__(
        self,
        urns: frozenset[int] | None = frozenset({URN}),
        *,
        rate: float = 100,
        burst: float = 1000,
        batch_bytes: int = 1 << 20,
        batch_registers: int = 100,
        tokens: TokenStore | None = None,
    ) -> None:
        self.publisher = MemoryPublisher()
        self.tokens = tokens or MemoryTokens()
        self.now = 0.0  # of the clock that rates go by, in seconds
        self.token, self.grant = new_token("riverside", urns, CREATED, os.urandom)
        if tokens is None:
            self.tokens.put(self.grant)
        self.registry = CollectorRegistry()
        metrics = Metrics(self.registry)
        self.gateway = Gateway(
            taker=Taker(self.publisher, pseudonymiser(bytes(range(32))), lambda: NOW_MS, metrics),
            publisher=self.publisher,
            tokens=self.tokens,
            rates=Rates(rate, burst, lambda: self.now),
            batch_bytes=batch_bytes,
            batch_registers=batch_registers,
        )
        self.app = Guard(self.gateway.app(), metrics)

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own
        """Send a request and give the answer."""

        async def send() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://gateway") as client:
                return await client.request(method, path, **more)

        return asyncio.run(send())

    def post(
        self, body: object, path: str = "/v1/registers", headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Post *body*, with the token: bytes as they are, anything else as JSON."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        own = {"Authorization": f"Bearer {self.token}"} | dict(headers or {})
        return self.request("POST", path, content=content, headers=own)

    def batch(self, *registers: object, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Post *registers* as lines: bytes as they are, anything else as JSON."""
        lines = (one if isinstance(one, bytes) else json.dumps(one).encode() for one in registers)
        return self.post(b"\n".join(lines), "/v1/registers:batch", headers)

    @property
    def values(self) -> list[dict[str, Any]]:
        """What went to Kafka."""
        return [json.loads(event.value) for event in self.publisher.events]

    def metric(self, name: str, **labels: str) -> float:
        """Give a metric's value."""
        value = self.registry.get_sample_value(name, labels)
        assert value is not None, name
        return value

    def metrics(self) -> str:
        """Give all metrics as Prometheus reads them."""
        return generate_latest(self.registry).decode()
