"""JSON Schemas (2020-12) of the public messages, generated from their types."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from streams.contract.deliveries import DeliveryRecord
from streams.contract.hooks import HookEvent
from streams.contract.messages import Alert, DeadLetter
from streams.contract.register import Register
from streams.contract.words import FIELDS, FORWARD

__all__ = ["DIALECT", "Schema", "Vocabulary", "schemas"]

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REF = "#/$defs/{name}"


class Vocabulary(Struct, frozen=True, kw_only=True):
    """What the domain knows and the types do not: codes that may be sent; names in `evidence`, in words."""

    codes: Sequence[str]
    evidence: Mapping[str, str]


def schemas(vocabulary: Vocabulary) -> dict[str, Schema]:
    """Make the schemas of register, alert, dead letter, webhook and delivery, by the name of each message."""
    made = {"register": _schema(Register, "register"), "alert": _schema(Alert, "alert")}
    made["dead-letter"] = _schema(DeadLetter, "dead-letter")
    made["hook"] = _schema(HookEvent, "hook")
    made["delivery"] = _schema(DeliveryRecord, "delivery")
    made["register"]["$defs"]["Mark"]["properties"]["code"]["enum"] = list(vocabulary.codes)
    made["alert"]["properties"]["evidence"]["properties"] = {
        name: {"type": "integer", "description": words} for name, words in vocabulary.evidence.items()
    }
    made["dead-letter"]["$defs"]["Origin"] |= _ORIGIN
    return made


_ORIGIN = {
    "oneOf": [
        {"title": "in a topic", "required": ["topic", "partition", "offset"], "not": {"required": ["file"]}},
        {"title": "in a file", "required": ["file", "line"], "not": {"required": ["topic"]}},
    ]
}


def _schema(type_: type[Struct], name: str) -> Schema:
    _, parts = msgspec.json.schema_components((type_,), ref_template=_REF)
    parts = {part: _worded(part, body) for part, body in parts.items()}
    top: Schema = parts.pop(type_.__name__)
    top["description"] += "\n\n" + FORWARD
    head = {"$schema": DIALECT, "$id": f"urn:firstbell:schema:{name}:v1"}
    return head | top | ({"$defs": parts} if parts else {})


def _worded(part: str, body: Schema) -> Schema:
    """Put the words of `FIELDS` into the schema *body* of the type named *part*."""
    properties = {
        field: _plain(schema) | FIELDS.get(part, {}).get(field, {}) for field, schema in body["properties"].items()
    }
    words = "\n".join(line.strip() for line in body["description"].splitlines())
    return body | {"description": words, "properties": properties, "additionalProperties": True}


def _plain(schema: Schema) -> Schema:
    """Leave out a default of null: it is said in words, and code generators make too much of it."""
    return {key: value for key, value in schema.items() if key != "default"}
