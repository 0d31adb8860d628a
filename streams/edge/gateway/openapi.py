"""The gateway's OpenAPI 3.1 document, generated from the types that it reads and writes."""

import json
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from typing import Any

import msgspec

from streams.contract.codec import REGISTER_TYPE
from streams.contract.examples import examples
from streams.edge.draft import Draft
from streams.edge.gateway.answers import PROBLEM_TYPE, BatchReceipt, Problem, Receipt
from streams.edge.gateway.cloud_events import STRUCTURED, CloudEvent

Json = dict[str, Any]

_TYPES = (Draft, CloudEvent, Receipt, BatchReceipt, Problem)
_REF = "#/components/schemas/{name}"
_RETRY = {
    "Retry-After": {"description": "seconds to wait before the same is sent again", "schema": {"type": "integer"}}
}
_PROBLEMS = {
    400: "Not JSON, or no CloudEvent of a register, or an empty batch",
    401: "No valid bearer token",
    403: "The token does not allow registers of this school",
    408: "The request was not complete in time",
    413: "Too large",
    415: "A media type, or a compression, that is not read",
    422: "Refused: nothing of it goes on; the reason says why",
    429: "The token has sent too many registers",
    503: "Kafka did not say that it has all of it: send the same again, which does no harm",
}


@cache
def document() -> bytes:
    """Give the document as JSON."""
    return json.dumps(_document(), ensure_ascii=False, indent=1).encode()


def _document() -> Json:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Firstbell gateway",
            "version": version("firstbell"),
            "description": "Registers of schools in. 202 says that Kafka has what was taken. Sending the same "
            "again does no harm: of each mark the latest `recorded_at` wins.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "security": [{"token": []}],
        "paths": {
            "/v1/registers": {"post": _register()},
            "/v1/registers:batch": {"post": _batch()},
            "/schema": {"get": _schema()},
        },
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "firstbell tokens"}},
        },
    }


def _schemas() -> Json:
    _, schemas = msgspec.json.schema_components(_TYPES, ref_template=_REF)
    mark = schemas["DraftMark"]
    mark["oneOf"] = [{"required": ["upn"]}, {"required": ["pupil"]}]
    return dict(sorted(schemas.items()))


def _register() -> Json:
    return {
        "operationId": "sendRegister",
        "summary": "One register",
        "description": "As plain JSON, or as a CloudEvent in structured mode, or in binary mode (the register as the "
        "body, and headers `ce-specversion`, `ce-id`, `ce-source` and `ce-type`). A mark that does not fit is "
        "refused alone; the answer names it by its place.",
        "parameters": [_ce_header(name, schema) for name, schema in _CE_HEADERS.items()],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": _ref(Draft), "examples": _register_examples()},
                STRUCTURED: {"schema": _ref(CloudEvent), "examples": {"event": {"value": _event()}}},
            },
        },
        "responses": {"202": _response("Kafka has it", Receipt, _RECEIPT)} | _problems(_PROBLEMS),
    }


def _batch() -> Json:
    line = "\n".join(json.dumps(register) for register in (_upn_register(), examples()["register"])) + "\n"
    return {
        "operationId": "sendRegisters",
        "summary": "Many registers, one JSON object a line",
        "description": "Each line is read, checked and published by itself as it comes. Where the answer is a problem, "
        "its `batch` says what became of the lines that were read.",
        "requestBody": {
            "required": True,
            "content": {
                media: {"schema": {"type": "string"}, "example": line}
                for media in ("application/jsonl", "application/x-ndjson")
            },
        },
        "responses": {"202": _response("Kafka has all that are taken", BatchReceipt, _BATCH_RECEIPT)}
        | _problems(status for status in _PROBLEMS if status != 403),  # noqa: PLR2004 - a line's own refusal
    }


def _schema() -> Json:
    content = {"application/json": {"schema": {"type": "object"}}}
    return {
        "operationId": "schema",
        "summary": "This document",
        "security": [],
        "responses": {"200": {"description": "OpenAPI 3.1", "content": content}},
    }


_CE_HEADERS: dict[str, Json] = {
    "ce-specversion": {"const": "1.0"},
    "ce-id": {"type": "string", "minLength": 1},
    "ce-source": {"type": "string", "minLength": 1},
    "ce-type": {"const": REGISTER_TYPE},
}
_RECEIPT = Receipt(result="taken", register_id="am-1", marks=2, taken=2)
_BATCH_RECEIPT = BatchReceipt(taken=1, refused=0, not_taken=0, registers=[_RECEIPT])


def _ce_header(name: str, schema: Json) -> Json:
    return {"name": name, "in": "header", "required": False, "schema": schema, "description": "binary mode alone"}


def _register_examples() -> Json:
    return {
        "by UPN": {"value": _upn_register()},
        "by pseudonym": {"value": examples()["register"]},
        "a correction": {"value": examples()["register-correction"]},
    }


def _upn_register() -> Json:
    register: Json = examples()["register"]
    upns = ("Q999000024001", "E999000024002")  # of an authority that does not exist
    marks = [{"upn": upn} | _without_pupil(mark) for upn, mark in zip(upns, register["marks"], strict=True)]
    return register | {"register_id": "am-1", "marks": marks}


def _without_pupil(mark: Json) -> Json:
    return {name: value for name, value in mark.items() if name != "pupil"}


def _event() -> Json:
    return {
        "specversion": "1.0",
        "id": "5b2c",
        "source": "urn:example:mis",
        "type": REGISTER_TYPE,
        "datacontenttype": "application/json",
        "data": _upn_register(),
    }


def _problems(statuses: Iterable[int]) -> Json:
    made = {str(status): _response(_PROBLEMS[status], Problem, media_type=PROBLEM_TYPE) for status in statuses}
    for status in ("429", "503"):
        made[status]["headers"] = _RETRY
    return made


def _response(
    description: str, kind: type, example: msgspec.Struct | None = None, media_type: str = "application/json"
) -> Json:
    content: Json = {"schema": _ref(kind)}
    if example is not None:
        content["example"] = msgspec.to_builtins(example)
    return {"description": description, "content": {media_type: content}}


def _ref(kind: type) -> Json:
    return {"$ref": _REF.format(name=kind.__name__)}
