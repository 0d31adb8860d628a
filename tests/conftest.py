"""What all tests share: a clean environment, one real Kafka, and names of their own on it."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.contract.topics import Topics
from streams.kafka.admin import Admin, topics_of
from streams.settings import Settings
from tests.support import jars, redis_server
from tests.support.broker import Broker

NO_KAFKA = "no real Kafka"


def pytest_configure() -> None:
    """Forget the settings of whoever runs the tests: they are not the tests' own."""
    for name in [name for name in os.environ if name.startswith("FIRSTBELL_")]:
        del os.environ[name]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once, loudly, what was not tried for want of a real Kafka, and how to get one."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if NO_KAFKA in str(report.longrepr)]
    if skipped:
        line = f"*** {len(skipped)} TESTS NEED A REAL KAFKA AND WERE SKIPPED. {jars.missing()} ***"
        terminalreporter.write_line(line, red=True, bold=True)


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A real Apache Kafka for the whole run; no test may stop it (`own_kafka` is for that)."""
    _need_java()
    with Broker(tmp_path_factory.mktemp("kafka"), secure=True) as broker:
        yield broker


@pytest.fixture
def own_kafka(tmp_path: Path) -> Iterator[Broker]:
    """A real Apache Kafka of this test alone, which may stop, kill or pause it."""
    _need_java()
    with Broker(tmp_path / "kafka") as broker:
        yield broker


def _need_java() -> None:
    if reason := jars.missing():
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(NO_KAFKA)


@pytest.fixture
def prefix() -> str:
    """Begin the names of this test's own topics, so that tests share one broker; less the dot it is an app id too."""
    return f"test-{uuid.uuid4().hex[:8]}."


@pytest.fixture
def settings(kafka: Broker, prefix: str) -> Settings:
    """Settings for this test's own corner of the real Kafka: names of its own, four partitions, short time-outs."""
    return Settings(
        bootstrap=kafka.bootstrap,
        prefix=prefix,
        app_id=prefix.rstrip("."),
        partitions=4,
        session_timeout=6,
        heartbeat_interval=1,
        rebalance_timeout=20,
        transaction_timeout=10,
        message_timeout=10,
        request_timeout=20,
        metrics_port=0,
    )


@pytest.fixture
def topics(settings: Settings) -> Topics:
    """All topics of `settings`, made."""
    declared = topics_of(settings)
    Admin(settings).create(declared)
    return declared


@pytest.fixture(scope="session")
def redis_program() -> str:
    """Debian's Redis, or a skipped test."""
    found = redis_server.found()
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("there is no redis-server; run tests/support/ensure-redis.sh")
        pytest.skip("no redis-server")
    return found
