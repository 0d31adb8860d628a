"""CloudEvents 1.0 over HTTP: what an event's data is, in binary mode (`ce-` headers) and in structured mode (JSON).

Of the context only its form is looked at. `subject` is refused, since that is where a pupil would be named; what else
there is of attributes ends here, and is neither kept nor logged.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Raw, Struct

from streams.contract.codec import REGISTER_TYPE
from streams.contract.register import Instant
from streams.edge.draft import Draft
from streams.edge.gateway.answers import Refused

STRUCTURED = "application/cloudevents+json"
_JSON = ("", "application/json")
_NOTHING = Raw(b"")


class CloudEvent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A register as a CloudEvent in structured mode."""

    specversion: Literal["1.0"]
    id: Annotated[str, Meta(min_length=1, description="the event's; the register's own id is in its data")]
    source: Annotated[str, Meta(min_length=1)]
    type: Literal["uk.firstbell.register.v1"]
    time: Instant | None = None
    datacontenttype: str | None = None
    data: Draft


class _Structured(Struct):
    """The event as it came."""

    specversion: str
    id: str
    source: str
    type: str
    datacontenttype: str | None = None
    subject: str | None = None
    data: Raw = _NOTHING
    data_base64: str | None = None


_structured = msgspec.json.Decoder(_Structured)


def register_of(headers: Mapping[str, str], body: bytes) -> bytes:
    """Give the JSON of the register that a request holds: plain, or as an event in either mode.

    Raises:
        Refused: 415 where it is of another media type, 400 where it is an event, but none of a register.
    """
    media_type = media_type_of(headers)
    if media_type == STRUCTURED:
        return _from_structured(body)
    if media_type not in _JSON:
        raise Refused(415, "unsupported", f"the content type is none of application/json, {STRUCTURED}")
    if "ce-specversion" in headers or "ce-type" in headers:
        _check({name: headers.get(f"ce-{name}") for name in ("specversion", "id", "source", "type", "subject")})
    return body


def media_type_of(headers: Mapping[str, str]) -> str:
    """Give the content type without its parameters; empty where there is none."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _from_structured(body: bytes) -> bytes:
    try:
        event = _structured.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _no_event("not JSON, or an attribute is missing or no text") from None
    _check({name: getattr(event, name) for name in ("specversion", "id", "source", "type", "subject")})
    if (event.datacontenttype or "").partition(";")[0].strip().lower() not in _JSON:
        raise _no_event("datacontenttype is not application/json")
    if event.data_base64 is None:
        return bytes(event.data) or _refuse_no_data()
    try:
        return base64.b64decode(event.data_base64, validate=True)
    except (binascii.Error, ValueError):
        raise _no_event("data_base64 is not base64") from None


def _check(context: Mapping[str, Any]) -> None:
    if context["specversion"] != "1.0":
        raise _no_event("specversion is not 1.0")
    if context["type"] != REGISTER_TYPE:
        raise _no_event(f"type is not {REGISTER_TYPE}")
    if not context["id"] or not context["source"]:
        raise _no_event("id or source is missing")
    if context["subject"] is not None:
        raise Refused(422, "unknown-field", "an event of a register has no subject")


def _refuse_no_data() -> bytes:
    raise _no_event("data is missing")


def _no_event(detail: str) -> Refused:
    return Refused(400, "not-a-cloudevent", detail)
