"""Serving the app: a socket of its own, until a signal; requests in hand are finished."""

import asyncio
import signal
import socket
from contextlib import suppress

import uvicorn
from starlette.types import ASGIApp

from streams.edge.gateway.health import GatewayHealth
from streams.errors import Refuse

_BEAT = 1.0  # s
_MOST_REQUESTS = 256  # at once: each may hold a body
_GRACE = 15  # s, for requests in hand


def listen(host: str, port: int) -> socket.socket:
    """Listen on *host*:*port* (0: any that is free).

    Raises:
        Refuse: the port is taken, or the address is not this machine's.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        raise Refuse(f"cannot take registers on {host}:{port}: {error.strerror}") from None


async def serve(app: ASGIApp, listening: socket.socket, health: GatewayHealth) -> None:
    """Serve *app* until SIGTERM or SIGINT, then finish what is in hand."""
    config = uvicorn.Config(
        app,
        log_config=None,  # ours
        access_log=False,  # a URL is the sender's text
        server_header=False,
        ws="none",
        lifespan="off",
        limit_concurrency=_MOST_REQUESTS,
        timeout_graceful_shutdown=_GRACE,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # uvicorn raises them again once it is done
    beating = asyncio.create_task(_beat(health))
    try:
        await uvicorn.Server(config).serve(sockets=[listening])
    finally:
        health.stopping()
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating


async def _beat(health: GatewayHealth) -> None:
    while True:
        health.beat()
        await asyncio.sleep(_BEAT)
