"""docker-compose.yml is valid, pinned, on loopback, and fits the code."""

import importlib.util
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema.validators import validator_for

from streams import cli
from streams.books import load_book
from streams.notify.config.reading import read
from streams.settings import Settings

TOP = Path(__file__).parents[3]
COMPOSE: dict[str, Any] = yaml.safe_load((TOP / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
WORKERS = ("worker-1", "worker-2")
RUNNING = (*WORKERS, "notifier")
OURS = (*RUNNING, "topics")


def test_it_fits_the_compose_specification() -> None:
    """The file fits the JSON Schema of the compose specification, which the package check-jsonschema ships."""
    found = importlib.util.find_spec("check_jsonschema")
    if found is None or found.origin is None:
        reason = "*** COMPOSE FILE NOT VALIDATED: pip install check-jsonschema ***"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    schema = json.loads((Path(found.origin).parent / "builtin_schemas/vendor/compose-spec.json").read_text())
    validator = validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(COMPOSE)] == []
    assert not validator.is_valid({"services": {"kafka": {"imagine": "x"}}})


def test_what_is_there() -> None:
    """Kafka, the topics made once, two workers, a notifier, Redis and Prometheus."""
    assert set(SERVICES) == {"kafka", "topics", *RUNNING, "redis", "prometheus"}


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_images_have_an_exact_tag(service: str) -> None:
    """Every image is pinned to a whole version: three numbers, and never `latest`."""
    assert re.fullmatch(r"[a-z/-]+:v?\d+\.\d+\.\d+(-[a-z]+)?", SERVICES[service]["image"])


def test_our_image_has_our_version() -> None:
    """The image built here is called by the version of the package, wherever it is named."""
    version = re.search(r'^version = "(.+)"$', (TOP / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert version
    assert {SERVICES[service]["image"] for service in OURS} == {f"firstbell:{version[1]}"}
    assert f"-t firstbell:{version[1]} " in (TOP / "deploy/Dockerfile").read_text(encoding="utf-8")


def published() -> list[str]:
    return [port for service in SERVICES.values() for port in service.get("ports", ())]


@pytest.mark.parametrize("port", published())
def test_ports_are_on_loopback(port: str) -> None:
    """Every published port is on 127.0.0.1, so that nothing of children is on the network."""
    assert re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port)


def test_ports_do_not_collide() -> None:
    """No two services are published on one port."""
    outside = [port.rsplit(":", 1)[0] for port in published()]
    assert len(set(outside)) == len(outside)


@pytest.mark.parametrize("service", OURS)
def test_settings_exist(service: str) -> None:
    """Every setting given to our containers exists, and all of them together are possible."""
    given = SERVICES[service]["environment"]
    names = {name.removeprefix("FIRSTBELL_").lower(): value for name, value in given.items()}
    assert all(name.startswith("FIRSTBELL_") for name in given)
    settings = Settings(**names)
    assert settings.bootstrap == "kafka:19092"


@pytest.mark.parametrize("service", OURS)
def test_commands_exist(service: str) -> None:
    """Every command of ours is one of the command line's."""
    assert SERVICES[service]["command"][0] in cli.COMMANDS


@pytest.mark.parametrize("service", OURS)
def test_our_containers_may_do_nothing_else(service: str) -> None:
    """Our containers have a read-only file system, no capability, and can gain none."""
    ours = SERVICES[service]
    assert (ours["read_only"], ours["cap_drop"], ours["security_opt"]) == (True, ["ALL"], ["no-new-privileges:true"])


@pytest.mark.parametrize("service", WORKERS)
def test_workers_start_after_their_topics(service: str) -> None:
    """A worker starts once the topics are made, and those are made once Kafka is healthy."""
    assert SERVICES[service]["depends_on"] == {"topics": {"condition": "service_completed_successfully"}}
    assert SERVICES["topics"]["depends_on"] == {"kafka": {"condition": "service_healthy"}}
    assert "healthcheck" in SERVICES["kafka"]


def test_redis_is_of_the_line_that_the_tests_run_on() -> None:
    """Redis 7, as docs/decisions.md says."""
    assert SERVICES["redis"]["image"].startswith("redis:7.2.")


def test_the_notifier_starts_after_its_topics_and_its_redis() -> None:
    """Both are there and healthy before it, and its working state is in that Redis."""
    assert SERVICES["notifier"]["depends_on"] == {
        "topics": {"condition": "service_completed_successfully"},
        "redis": {"condition": "service_healthy"},
    }
    assert SERVICES["notifier"]["environment"]["FIRSTBELL_REDIS"] == "redis://redis:6379/0"


def test_the_notifiers_file_has_no_mistake() -> None:
    """The file that its command names is mounted from the checkout, and is one that it takes."""
    command, mount = SERVICES["notifier"]["command"], SERVICES["notifier"]["volumes"][0].split(":")
    config = read(TOP / mount[0] / Path(command[-1]).relative_to(mount[1]), load_book(None))
    assert [name for route in config.routes for name in config.policies[route.name].receivers] == ["log"]


@pytest.mark.parametrize("service", RUNNING)
def test_workers_come_back(service: str) -> None:
    """A worker or notifier that ended itself is started anew, and is given time to stop in order."""
    assert SERVICES[service]["restart"] == "unless-stopped"
    assert int(SERVICES[service]["stop_grace_period"].removesuffix("s")) > 10


def test_transactions_work_on_one_broker() -> None:
    """What Kafka keeps on three brokers by default is kept on the one, and no topic comes about by itself."""
    kafka = SERVICES["kafka"]["environment"]
    assert kafka["KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR"] == "1"
    assert kafka["KAFKA_TRANSACTION_STATE_LOG_MIN_ISR"] == "1"
    assert kafka["KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR"] == "1"
    assert kafka["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"


def test_the_kafka_is_the_tested_one() -> None:
    """The broker's version is that of the tests."""
    pom = (TOP / "tests/support/kafka/pom.xml").read_text(encoding="utf-8")
    assert f"<version>{SERVICES['kafka']['image'].split(':')[1]}</version>" in pom


def test_volumes_and_mounts_exist() -> None:
    """Every named volume is declared, and every mounted folder is in the checkout."""
    for service in SERVICES.values():
        for mount in service.get("volumes", ()):
            source = mount.split(":")[0]
            assert (TOP / source).is_dir() if source.startswith("./") else source in COMPOSE["volumes"]
