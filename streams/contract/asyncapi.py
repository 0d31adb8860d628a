"""The AsyncAPI 3.0 document: what is on which public topic, under which key, with which headers, and for how long."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from streams.contract.codec import ALERT_SOURCE, ALERT_TYPE, DEAD_LETTER_PREFIX, REGISTER_TYPE
from streams.contract.deliveries import DELIVERY_SOURCE, DELIVERY_TYPE
from streams.contract.topics import REGISTER_MAX_BYTES, Topic, Topics
from streams.contract.words import FIELDS

__all__ = ["CHANNELS", "Channel", "asyncapi"]

Node = dict[str, Any]

_KAFKA = "0.5.0"  # version of AsyncAPI's Kafka bindings
_JSON_SCHEMA = "application/schema+json;version=2020-12"
_JSON = "application/json"


class Channel(Struct, frozen=True, kw_only=True):
    """A public topic, as a field of `Topics`; what it carries, its key in words, and what Firstbell does with it."""

    topic: str
    message: str
    title: str
    action: str  # of Firstbell: receive or send
    key: str
    words: str


CHANNELS = (
    Channel(
        topic="registers",
        message="register",
        title="Register",
        action="receive",
        key="the URN as text, empty where it cannot be read; it orders, and is trusted for nothing else",
        words=f"Registers of schools, at most {REGISTER_MAX_BYTES:,} bytes each. The time stamp is the broker's (log "
        "append time): when it was received.",
    ),
    Channel(
        topic="alerts",
        message="alert",
        title="Alert",
        action="send",
        key="the pupil, or the URN as text for an alert about a school",
        words="Changes of alerts, in order within a key. Written in transactions: read them with "
        "isolation.level=read_committed.",
    ),
    Channel(
        topic="deliveries",
        message="delivery",
        title="What became of a notification",
        action="send",
        key="the alert_id of its first item",
        words="An intent before a send, an outcome after it: what was sent, failed, was suppressed or parked.",
    ),
    Channel(
        topic="dead_letters",
        message="dead-letter",
        title="Dead letter",
        action="send",
        key="the key of the record that was refused",
        words="What was refused: whole registers and single marks, the bytes as they came, the reason in headers.",
    ),
)


def asyncapi(topics: Topics, examples: dict[str, Any]) -> Node:
    """Make the document for *topics*, with *examples* whose names begin with that of their message."""
    return {
        "asyncapi": "3.0.0",
        "info": _INFO,
        "defaultContentType": _JSON,
        "channels": {channel.topic: _channel(channel, getattr(topics, channel.topic)) for channel in CHANNELS},
        "operations": {f"{channel.action}-{channel.topic}": _operation(channel) for channel in CHANNELS},
        "components": {"messages": {channel.message: _message(channel, examples) for channel in CHANNELS}},
    }


_INFO = {
    "title": "Firstbell",
    "version": "1.0.0",
    "description": "Registers in, alerts out. Fields and headers that are not named here are to be ignored.",
    "license": {"name": "MIT"},
}


def _channel(channel: Channel, topic: Topic) -> Node:
    days = topic.retention_ms // 86_400_000
    settings: Node = {"cleanup.policy": list(topic.cleanup), "retention.ms": topic.retention_ms}
    if largest := topic.config.get("max.message.bytes"):
        settings["max.message.bytes"] = int(largest)
    return {
        "address": topic.name,
        "description": f"{channel.words} Kept for {days} days.",
        "messages": {channel.message: {"$ref": f"#/components/messages/{channel.message}"}},
        "bindings": {"kafka": {"topic": topic.name, "topicConfiguration": settings, "bindingVersion": _KAFKA}},
    }


def _operation(channel: Channel) -> Node:
    at = f"#/channels/{channel.topic}"
    return {
        "action": channel.action,
        "channel": {"$ref": at},
        "messages": [{"$ref": f"{at}/messages/{channel.message}"}],
    }


def _message(channel: Channel, examples: dict[str, Any]) -> Node:
    dead = channel.message == "dead-letter"
    return {
        "name": channel.message,
        "title": channel.title,
        "contentType": "application/octet-stream" if dead else _JSON,
        "headers": _dead_letter_headers() if dead else _cloudevents(*_EVENTS[channel.message]),
        "payload": _BYTES if dead else _payload(channel.message),
        "bindings": {"kafka": {"key": {"type": "string", "description": channel.key}, "bindingVersion": _KAFKA}},
    } | ({} if dead else {"examples": _examples(channel.message, examples)})


_BYTES = {
    "type": "string",
    "format": "binary",
    "description": "the refused register, or the refused mark's JSON; the form in a file: dead-letter.v1.schema.json",
}


def _payload(message: str) -> Node:
    return {"schemaFormat": _JSON_SCHEMA, "schema": {"$ref": f"./{message}.v1.schema.json"}}


def _examples(message: str, examples: dict[str, Any]) -> list[Node]:
    return [{"name": name, "payload": value} for name, value in examples.items() if name.startswith(message)]


_EVENTS = {
    "register": (
        REGISTER_TYPE,
        "what sent it, a URI reference",
        "the register_id where it can be read, else any unique text",
    ),
    "delivery": (DELIVERY_TYPE, DELIVERY_SOURCE, "delivery_id:attempt:state"),
    "alert": (ALERT_TYPE, ALERT_SOURCE, "alert_id:sequence, the same for the same change"),
}


def _cloudevents(type_: str, source: str, id_: str) -> Node:
    """Describe the headers of CloudEvents 1.0 in Kafka's binary mode."""
    return _headers(
        {
            "ce_specversion": {"const": "1.0"},
            "ce_id": {"description": id_},
            "ce_type": {"const": type_},
            "ce_source": {"const": source} if source.startswith("urn:") else {"description": source},
            "ce_time": {"format": "date-time", "description": "time of publication"},
            "content-type": {"const": _JSON},
        },
        optional=("ce_time",) if type_ == REGISTER_TYPE else (),
    )


def _dead_letter_headers() -> Node:
    letter = {name: words for name, words in FIELDS["DeadLetter"].items() if name not in {"origin", "value"}}
    fields = letter | {f"origin_{name}": words for name, words in FIELDS["Origin"].items()}
    named = {DEAD_LETTER_PREFIX + name: words for name, words in fields.items()}
    needed = {DEAD_LETTER_PREFIX + "reason", DEAD_LETTER_PREFIX + "detail"}
    return {"description": "as text; a field that is null has no header"} | _headers(
        named, optional=tuple(named.keys() - needed)
    )


def _headers(properties: Node, optional: Sequence[str]) -> Node:
    return {
        "type": "object",
        "properties": {name: {"type": "string"} | words for name, words in properties.items()},
        "required": [name for name in properties if name not in optional],
        "additionalProperties": True,
    }
