"""The one security setting on a real SASL_SSL listener: commands, a consumer, aiokafka and Faust."""

import asyncio
from pathlib import Path
from threading import Event

import faust
import pytest
from aiokafka import AIOKafkaConsumer

from streams.contract.topics import Topics
from streams.kafka import security
from streams.kafka.admin import topics_of
from streams.kafka.records import Record
from streams.kafka.sink import Sink
from streams.settings import Settings
from tests.support.broker import PASSWORD, USER, Broker
from tests.support.command import firstbell

LINE = b'{"register_id": "r1", "urn": 100001, "marks": []}'


@pytest.fixture(params=["SCRAM-SHA-512", "PLAIN"])
def secure(kafka: Broker, settings: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Settings for the SASL_SSL listener, by each mechanism."""
    password = tmp_path / "password"
    password.write_text(PASSWORD + "\n")
    return settings.model_copy(
        update={
            "bootstrap": kafka.secure_bootstrap,
            "security": "sasl_ssl",
            "sasl_mechanism": request.param,
            "sasl_user": USER,
            "sasl_password_file": password,
            "ssl_ca_file": kafka.ca,
        }
    )


@pytest.fixture
def sent(secure: Settings) -> Topics:
    """Topics made and one register sent, both through that listener."""
    made = firstbell("topics", "create", settings=secure).stdout.count(": made\n")
    assert made == len(list(topics_of(secure)))
    done = firstbell("send", "-", settings=secure, given=LINE)
    assert done.stderr.startswith("1 register delivered")
    return topics_of(secure)


def test_commands_and_a_consumer_connect(secure: Settings, sent: Topics) -> None:
    """The commands of topics, `send`, and the loop that every consumer uses."""
    assert firstbell("topics", "check", settings=secure).returncode == 0
    stop, seen = Event(), list[Record]()

    def handle(records: list[Record]) -> None:
        seen.extend(records)
        stop.set()

    Sink(secure, [sent.registers.name], f"{secure.app_id}-sink", handle).run(stop)
    assert [record.value for record in seen] == [LINE]


def test_aiokafka_connects(secure: Settings, sent: Topics) -> None:
    """Faust's transport reads the register."""

    async def read() -> bytes | None:
        consumer = AIOKafkaConsumer(
            sent.registers.name,
            bootstrap_servers=secure.bootstrap,
            auto_offset_reset="earliest",
            **security.aiokafka(secure),
        )
        async with consumer:
            async with asyncio.timeout(20):
                return (await consumer.getone()).value

    assert asyncio.run(read()) == LINE


def test_faust_connects(secure: Settings, sent: Topics, tmp_path: Path) -> None:
    """A Faust app joins its group through the listener and is handed the register."""
    assert asyncio.run(_first_event(secure, sent, tmp_path)) == LINE


async def _first_event(settings: Settings, topics: Topics, data: Path) -> bytes:
    app = faust.App(
        settings.app_id,
        broker=f"kafka://{settings.bootstrap}",
        broker_credentials=security.faust(settings),
        broker_session_timeout=6,
        broker_heartbeat_interval=1,
        topic_allow_declare=False,
        topic_disable_leader=True,
        topic_partitions=settings.partitions,
        web_enabled=False,
        datadir=str(data),
        autodiscover=False,
    )
    seen: asyncio.Queue[bytes] = asyncio.Queue()
    registers = app.topic(topics.registers.name, value_type=bytes, value_serializer="raw", key_serializer="raw")

    async def take(stream: faust.StreamT[bytes]) -> None:
        async for value in stream:
            await seen.put(value)

    app.agent(registers)(take)
    await app.start()
    try:
        async with asyncio.timeout(40):
            return await seen.get()
    finally:
        await app.stop()


def test_a_wrong_password_is_one_clear_line(secure: Settings, tmp_path: Path) -> None:
    """Exit 2; the line says that it was the authentication, and shows no password."""
    wrong = tmp_path / "wrong"
    wrong.write_text("hunter2")
    done = firstbell("topics", "check", settings=_quick(secure, sasl_password_file=wrong))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "uthentication" in done.stderr
    assert "hunter2" not in done.stderr


def test_a_broker_whose_certificate_nobody_vouches_for_is_refused(secure: Settings) -> None:
    """Without the CA the connection is not made."""
    done = firstbell("topics", "check", settings=_quick(secure, ssl_ca_file=None))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "certificate" in done.stderr


def _quick(settings: Settings, **other: object) -> Settings:
    return settings.model_copy(update={"request_timeout": 3, **other})
