"""Whatever is sent: never a 500, never an answer that the document does not know, never a pupil in it."""

import json
import re
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from streams.edge.gateway.openapi import document
from tests.support.gateway import URN, InMemory, register
from tests.support.upns import ANNA, BEN, upns

PUPIL = "abcdefghijklmnopqrstuvwxyz"
STATUSES = {200, 202, 400, 403, 413, 415, 422}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@schemathesis.serializer("application/jsonl", "application/x-ndjson")
def _lines(_: schemathesis.SerializationContext, value: Any) -> bytes:  # noqa: ANN401 - what the schema allows
    """Send a text as it is, and what should be none as JSON."""
    return value.encode(errors="replace") if isinstance(value, str) else json.dumps(value).encode()


_gateway = InMemory(None, rate=1e6, burst=1_000_000)
_schema = schemathesis.openapi.from_dict(json.loads(document()))
_schema.app = _gateway.app


@pytest.fixture(scope="module")
def gateway() -> InMemory:
    """One for all examples: it keeps nothing but events and counts."""
    return InMemory(frozenset({URN}), rate=1e6, burst=1_000_000)


@_schema.parametrize()
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_requests_made_from_the_document_get_answers_that_it_knows(case: schemathesis.Case) -> None:
    """Statuses, media types, headers and schemas, for good and for bad requests."""
    case.call_and_validate(headers={"Authorization": f"Bearer {_gateway.token}"}, checks=CHECKS)


@given(st.binary(max_size=200), st.sampled_from(["/v1/registers", "/v1/registers:batch"]))
@example(b"[" * 100_000, "/v1/registers")
@example(b'{"marks":' * 50_000, "/v1/registers:batch")
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_answered(gateway: InMemory, body: bytes, path: str) -> None:
    """With a status that the document knows, in JSON."""
    answer = gateway.post(body, path)
    assert answer.status_code in STATUSES
    assert answer.json()


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from([ANNA, PUPIL, 1e300, 10**400]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([ANNA, PUPIL, "marks", "code"]), inner),
    max_leaves=6,
)
_MARK = st.fixed_dictionaries({}, optional=dict.fromkeys(("upn", "pupil", "code", "recorded_at", ANNA), _ANYTHING))
_FIELDS = st.dictionaries(
    st.sampled_from(["register_id", "urn", "date", "session", "recorded_at", "source", "received_at", "marks", BEN]),
    _ANYTHING | st.lists(_MARK | _ANYTHING, max_size=4),
    max_size=3,
)


@given(_FIELDS)
@settings(max_examples=150, deadline=None)
def test_no_answer_holds_a_pupil_wherever_it_was_put(gateway: InMemory, fields: dict[str, Any]) -> None:
    """As a value, a name, an id or a code, at any depth."""
    answer = gateway.post(json.dumps(register() | fields).encode())
    assert answer.status_code in STATUSES
    assert not re.search(f"{ANNA}|{BEN}|{PUPIL}", answer.text)


@given(upns(), st.sampled_from(["ce-id", "ce-source", "ce-type", "ce-subject", "content-type", "accept", "x-pupil"]))
@settings(max_examples=50, deadline=None)
def test_no_answer_holds_what_a_header_says(gateway: InMemory, upn: str, name: str) -> None:
    """Not even the one that is wrong."""
    context = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "x", "ce-type": "uk.firstbell.register.v1"}
    answer = gateway.post(register(), headers=context | {name: upn})
    assert answer.status_code in STATUSES
    assert upn not in answer.text + str(answer.headers)
