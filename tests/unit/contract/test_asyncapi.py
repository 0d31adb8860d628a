"""The AsyncAPI document holds together, and says what is really sent."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from streams.contract.codec import alert_headers, dead_letter_headers, decode_alert, decode_dead_letter_line
from streams.contract.topics import declare

FOLDER = Path(__file__).parents[3] / "schemas"
DOCUMENT: dict[str, Any] = yaml.safe_load((FOLDER / "asyncapi.yaml").read_text(encoding="utf-8"))


def references(node: Any) -> list[str]:  # noqa: ANN401 - any part of the document
    if isinstance(node, dict):
        own = [node["$ref"]] if "$ref" in node else []
        return own + [found for child in node.values() for found in references(child)]
    return [found for child in node for found in references(child)] if isinstance(node, list) else []


@pytest.mark.parametrize("reference", sorted(set(references(DOCUMENT))))
def test_references_lead_somewhere(reference: str) -> None:
    """Every reference is to a part of the document, or to a file beside it."""
    if reference.startswith("./"):
        assert (FOLDER / reference).is_file()
        return
    node = DOCUMENT
    for key in reference.removeprefix("#/").split("/"):
        node = node[key]
    assert node


def test_topics_are_the_declared_ones() -> None:
    """Addresses, cleanup and retention are those with which `firstbell topics create` makes the topics."""
    topics = declare()
    for name, channel in DOCUMENT["channels"].items():
        topic = getattr(topics, name)
        assert channel["address"] == topic.name
        settings = channel["bindings"]["kafka"]["topicConfiguration"]
        assert settings["cleanup.policy"] == [topic.config["cleanup.policy"]]
        assert str(settings["retention.ms"]) == topic.config["retention.ms"]


def test_the_public_topics_are_there() -> None:
    """Registers are received; alerts, deliveries and dead letters are sent; internal topics are nobody's business."""
    said = {name: one["action"] for name, one in DOCUMENT["operations"].items()}
    sent = {"send-alerts": "send", "send-deliveries": "send", "send-dead_letters": "send"}
    assert said == {"receive-registers": "receive"} | sent


def headers(message: str) -> dict[str, Any]:
    described: dict[str, Any] = DOCUMENT["components"]["messages"][message]["headers"]
    return described


def test_alert_headers_are_those_described() -> None:
    """An alert has exactly the headers described, each with the value described where it is always the same."""
    alert = decode_alert((FOLDER / "examples/alert-raised.json").read_bytes())
    real = dict(alert_headers(alert, datetime(2024, 10, 1, tzinfo=UTC)))
    described = headers("alert")
    assert list(real) == list(described["properties"]) == described["required"]
    for name, words in described["properties"].items():
        assert words.get("const", real[name].decode()) == real[name].decode()


@pytest.mark.parametrize("example", ["dead-letter-mark", "dead-letter-register"])
def test_dead_letter_headers_are_those_described(example: str) -> None:
    """A dead letter has no header that is not described, and those that are always there."""
    letter = decode_dead_letter_line((FOLDER / f"examples/{example}.json").read_bytes())
    real = {name for name, _ in dead_letter_headers(letter)}
    described = headers("dead-letter")
    assert set(described["required"]) <= real <= set(described["properties"])


def test_examples_are_shown() -> None:
    """The examples in the document are those of the folder."""
    for message in ("register", "alert"):
        for example in DOCUMENT["components"]["messages"][message]["examples"]:
            file = FOLDER / f"examples/{example['name']}.json"
            assert example["payload"] == msgspec.json.decode(file.read_bytes())
