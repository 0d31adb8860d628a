"""Around the app: counts and logs each request without anything that was sent, and lets no exception out."""

import time
import traceback
from collections.abc import Callable
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from streams.edge.gateway.metrics import Metrics

log = structlog.get_logger("firstbell.gateway")

Facts = dict[str, Any]
_ROUTES = {"/v1/registers": "registers", "/v1/registers:batch": "batch", "/schema": "schema"}


def facts_of(scope: Scope) -> Facts:
    """Give what is to be logged of a request: numbers, reasons, names of sources; never what was sent."""
    facts: Facts = scope.setdefault("firstbell.facts", {})
    return facts


class Guard:
    """An ASGI app around *app*. *clock* gives seconds that only go forward."""

    def __init__(self, app: ASGIApp, metrics: Metrics, clock: Callable[[], float] = time.monotonic) -> None:
        self._app, self._metrics, self._clock = app, metrics, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, sent = self._clock(), _Sent(send)
        try:
            await self._app(scope, receive, sent)
        except Exception as error:  # noqa: BLE001 - a bug of ours, answered by the app; its text may hold what was sent
            log.error("a request failed", error=type(error).__name__, at=_place(error))  # noqa: TRY400 - likewise
        route, seconds = _ROUTES.get(scope["path"], "other"), self._clock() - began
        self._metrics.request(route, sent.status or 0, seconds)
        log.info("request", route=route, status=sent.status, seconds=round(seconds, 3), **facts_of(scope))


class _Sent:
    """Passes on what is sent, and keeps the status."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status: int | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self._send(message)


def _place(error: Exception) -> str:
    """Say where in the code it happened."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].name}, line {frames[-1].lineno}" if frames else "unknown"
