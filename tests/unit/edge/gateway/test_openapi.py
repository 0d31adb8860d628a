"""The OpenAPI document, against what the gateway really says."""

import json
from typing import Any

import jsonschema
import pytest

from streams.edge.gateway.openapi import document
from tests.support.gateway import InMemory, register
from tests.support.upns import ANNA

DOCUMENT: dict[str, Any] = json.loads(document())


@pytest.fixture
def gateway() -> InMemory:
    return InMemory(None)


def _fits(value: object, schema: str) -> None:
    where = {"$ref": f"#/components/schemas/{schema}", "components": DOCUMENT["components"]}
    jsonschema.Draft202012Validator(where).validate(value)


def _examples(path: str) -> list[tuple[str, Any]]:
    content = DOCUMENT["paths"][path]["post"]["requestBody"]["content"]
    return [(media, example["value"]) for media, one in content.items() for example in one.get("examples", {}).values()]


def test_it_is_served_to_whoever_asks(gateway: InMemory) -> None:
    """Without a token, since it holds no secret."""
    answer = gateway.request("GET", "/schema")
    assert (answer.status_code, answer.json()["openapi"]) == (200, "3.1.0")


@pytest.mark.parametrize(("media_type", "example"), _examples("/v1/registers"))
def test_each_example_fits_its_schema_and_is_taken_whole(gateway: InMemory, media_type: str, example: Any) -> None:  # noqa: ANN401 - JSON
    """A newcomer who copies it gets 202, and no mark refused."""
    _fits(example, "CloudEvent" if "cloudevents" in media_type else "Draft")
    answer = gateway.post(example, headers={"Content-Type": media_type})
    assert answer.status_code == 202
    assert "refused" not in answer.json()


def test_the_batch_example_is_taken_whole(gateway: InMemory) -> None:
    """Both of its lines."""
    content = DOCUMENT["paths"]["/v1/registers:batch"]["post"]["requestBody"]["content"]
    for media_type, one in content.items():
        answer = gateway.post(one["example"].encode(), "/v1/registers:batch", {"Content-Type": media_type})
        assert (answer.json()["taken"], answer.json()["refused"]) == (2, 0)


def test_answers_fit_their_schemas(gateway: InMemory) -> None:
    """Receipts, of batches too, and problems."""
    marks = [{"upn": ANNA, "code": "/"}, {"upn": "x", "code": "/"}]
    _fits(gateway.post(register(marks=marks)).json(), "Receipt")
    _fits(gateway.batch(register(marks=marks), b"{").json(), "BatchReceipt")
    _fits(gateway.post(register(marks=marks[1:])).json(), "Problem")
    _fits(gateway.batch(b"{").json(), "Problem")


def test_every_reason_is_in_the_schema() -> None:
    """A program can know them all beforehand."""
    assert {"bad-upn", "unknown-code", "unknown-field"} <= set(json.dumps(DOCUMENT).replace('"', " ").split())


@pytest.mark.parametrize(
    ("mark", "fits"),
    [
        ({"upn": ANNA, "code": "/"}, True),
        ({"pupil": "a" * 26, "code": "/"}, True),
        ({"code": "/"}, False),
        ({"upn": ANNA, "pupil": "a" * 26, "code": "/"}, False),
        ({"upn": ANNA, "code": "/", "name": "Anna"}, False),
    ],
)
def test_the_schema_of_a_mark_says_upn_or_pupil_and_nothing_else(mark: dict[str, str], fits: bool) -> None:  # noqa: FBT001 - a table
    """As the check does."""
    if fits:
        _fits(mark, "DraftMark")
    else:
        with pytest.raises(jsonschema.ValidationError):
            _fits(mark, "DraftMark")
