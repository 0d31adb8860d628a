"""`firstbell gateway`."""

import asyncio
import logging
import socket
import time

import click
import structlog

from streams.cli.options import with_settings
from streams.edge.gateway.app import Gateway
from streams.edge.gateway.guard import Guard
from streams.edge.gateway.health import GatewayHealth
from streams.edge.gateway.limits import Rates
from streams.edge.gateway.metrics import Metrics
from streams.edge.gateway.publisher import KafkaPublisher
from streams.edge.gateway.serving import listen, serve
from streams.edge.gateway.taking import Taker
from streams.edge.keys import read_key
from streams.edge.pseudonym import fingerprint, pseudonymiser
from streams.edge.token_stores import open_store
from streams.kafka.admin import Admin, topics_of
from streams.kafka.clients import producer
from streams.observability import logs
from streams.observability.metrics import new_registry
from streams.observability.server import Server
from streams.settings import Settings

log = structlog.get_logger("firstbell.gateway")

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@click.command()
@with_settings
def gateway(settings: Settings) -> None:
    """Take registers by HTTP: one, or many a request; JSON or CloudEvents; marks by UPN or by pseudonym.

    It answers 202 once Kafka has the register, and says of each mark what became of it. UPNs become pseudonyms at once,
    by the key in pupil_key_file, and are kept nowhere. How to send: GET /schema, and docs/gateway.md.

    On 127.0.0.1:8080, plain HTTP; metrics and health are on 127.0.0.1:9464 (use another port beside a worker). SIGTERM
    or Ctrl-C: requests in hand are finished.

    \b
    firstbell keys create pupil.key
    export FIRSTBELL_PUPIL_KEY_FILE=pupil.key
    firstbell tokens create --source riverside-mis --urn 100001
    firstbell gateway --set metrics_port=9465
    curl -H "Authorization: Bearer $TOKEN" --json @register.json http://127.0.0.1:8080/v1/registers
    """  # noqa: D301 - click reads the \b
    logs.configure(settings.log_format, settings.log_level)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.WARNING)
    key = read_key(settings.pupil_key_file)
    store = open_store(settings.gateway_tokens, settings.prefix)
    topic = topics_of(settings).registers.name
    Admin(settings).require([topic])
    registry = new_registry()
    metrics = Metrics(registry)
    publisher = KafkaPublisher(topic, _producer(settings))
    made = Gateway(
        taker=Taker(publisher, pseudonymiser(key), lambda: time.time_ns() // 1_000_000, metrics),
        publisher=publisher,
        tokens=store,
        rates=Rates(settings.gateway_rate, settings.gateway_burst, time.monotonic),
        batch_bytes=settings.gateway_batch_bytes,
        batch_registers=settings.gateway_batch_registers,
    )
    health = GatewayHealth(publisher, time.monotonic)
    with (
        listen(settings.gateway_host, settings.gateway_port) as listening,
        Server(registry, health, settings.metrics_host, settings.metrics_port) as server,
    ):
        _say(settings, listening, server.port, fingerprint(key))
        asyncio.run(_run(Guard(made.app(), metrics), listening, health, publisher))


async def _run(app: Guard, listening: socket.socket, health: GatewayHealth, publisher: KafkaPublisher) -> None:
    with publisher:
        await serve(app, listening, health)


def _producer(settings: Settings) -> dict[str, object]:
    return producer(settings) | {"message.timeout.ms": int(settings.gateway_timeout * 1000)}


def _say(settings: Settings, listening: socket.socket, metrics_port: int, key: str) -> None:
    log.info("serving metrics and health", host=settings.metrics_host, port=metrics_port)
    log.info("taking registers", host=settings.gateway_host, port=listening.getsockname()[1], key=key)
    if settings.gateway_host not in _LOOPBACK:
        log.warning("plain HTTP beyond this machine: tokens and UPNs can be read on the way unless TLS is before it")
