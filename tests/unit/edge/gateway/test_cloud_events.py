"""Registers as CloudEvents, as an unmodified client of the `cloudevents` package sends them."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from cloudevents.core.bindings.http import HTTPMessage, to_binary_event, to_structured_event
from cloudevents.core.v1.event import CloudEvent
from cloudevents.v1.conversion import to_binary as old_to_binary
from cloudevents.v1.conversion import to_structured as old_to_structured
from cloudevents.v1.http import CloudEvent as OldCloudEvent

from tests.support.gateway import InMemory, register

TYPE = "uk.firstbell.register.v1"
CONTEXT = {"specversion": "1.0", "id": "e-1", "type": TYPE, "source": "urn:example:mis"}


@pytest.fixture
def gateway() -> InMemory:
    return InMemory()


@pytest.mark.parametrize("send", [to_binary_event, to_structured_event])
@pytest.mark.parametrize("more", [{}, {"datacontenttype": "application/json"}])
def test_an_unmodified_client_gets_its_register_in(
    gateway: InMemory, send: Callable[[CloudEvent], HTTPMessage], more: dict[str, str]
) -> None:
    """In both modes, with and without a content type; what arrives is the same."""
    message = send(CloudEvent(attributes=CONTEXT | more, data=register()))
    answer = gateway.post(message.body, headers=message.headers)
    assert answer.status_code == 202, answer.text
    gateway.post(register())
    via_event, plain = gateway.publisher.events
    assert via_event == plain


@pytest.mark.parametrize("send", [old_to_binary, old_to_structured])
def test_a_client_of_the_packages_first_version_does_too(
    gateway: InMemory, send: Callable[[OldCloudEvent], tuple[dict[str, str], bytes]]
) -> None:
    """As most that are in use do."""
    headers, body = send(OldCloudEvent({"type": TYPE, "source": "urn:example:mis"}, register()))
    assert gateway.post(body, headers=headers).status_code == 202


def _structured(**fields: object) -> dict[str, Any]:
    return CONTEXT | {"data": register()} | fields


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (_structured(specversion="0.3"), 400),
        (_structured(type="uk.firstbell.alert.v1"), 400),
        (_structured(id=""), 400),
        (_structured(source=None), 400),
        (_structured(data=register(name="Anna")), 422),
        (_structured(data="text"), 422),
        (_structured(subject="Anna"), 422),
        (_structured(datacontenttype="text/xml"), 400),
        (_structured(data_base64="!"), 400),
        (CONTEXT, 400),
        ([], 400),
    ],
)
def test_an_event_that_is_none_of_a_register_is_refused(gateway: InMemory, event: object, status: int) -> None:
    """With a reason, and without what was in it."""
    answer = gateway.post(event, headers={"Content-Type": "application/cloudevents+json"})
    assert answer.status_code == status
    assert "Anna" not in answer.text
    assert gateway.publisher.events == []


def test_data_in_base64_is_read(gateway: InMemory) -> None:
    """As clients write it that have bytes."""
    data = base64.b64encode(json.dumps(register()).encode()).decode()
    event = CONTEXT | {"data_base64": data}
    assert gateway.post(event, headers={"Content-Type": "application/cloudevents+json"}).status_code == 202


@pytest.mark.parametrize("name", ["ce-specversion", "ce-id", "ce-source", "ce-type"])
def test_in_binary_mode_no_attribute_may_be_missing_or_wrong(gateway: InMemory, name: str) -> None:
    """A half event is a mistake of the sender's."""
    headers = {f"ce-{key}": value for key, value in CONTEXT.items()}
    assert gateway.post(register(), headers=headers | {name: ""}).status_code == 400


def test_extensions_end_here(gateway: InMemory) -> None:
    """Tracing headers and the like are no concern of the register."""
    headers = {f"ce-{key}": value for key, value in CONTEXT.items()} | {"ce-traceparent": "00-a-b-01"}
    assert gateway.post(register(), headers=headers).status_code == 202
    assert "traceparent" not in str(gateway.publisher.events)
