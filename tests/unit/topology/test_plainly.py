"""Records handed on as they lie."""

import asyncio
from typing import Any

import faust
import pytest
from faust.types import Message

from streams.topology.consumer import SteadyTransport
from streams.topology.plainly import RawSchema, SilentProducer


@pytest.fixture
def app() -> faust.App:
    return faust.App("test", broker="kafka://127.0.0.1:1")


def _decoded(app: faust.App, schema: Any, message: Message) -> Any:  # noqa: ANN401 - Faust's own have no types
    topic = app.topic("t", schema=schema)
    return asyncio.run(topic.decode(message, propagate=True))


@pytest.mark.parametrize("value", [b'{"a": 1}', b"\xff", b"", None])
def test_an_event_is_that_of_fausts_own_raw_codecs(app: faust.App, value: bytes | None) -> None:
    """Key, value, headers and the record itself; a tombstone too."""
    message: Any = Message("t", 3, 41, 1.5, 0, [("h", b"x")], b"key", value, None)
    slow = faust.Schema(key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")
    one, other = (_decoded(app, schema, message) for schema in (RawSchema(key_type=bytes, value_type=bytes), slow))
    assert one.message is other.message is message
    assert (one.key, one.value, one.headers) == (other.key, other.value, other.headers) == (b"key", value, {"h": b"x"})


def test_nobody_waits_for_a_producer_that_sends_nothing(app: faust.App) -> None:
    """It is the one that the stream's transport makes."""
    assert SteadyTransport.Producer is SilentProducer
    producer: Any = SteadyTransport(app.conf.broker, app).create_producer(loop=None)
    with pytest.raises(StopIteration):
        producer.buffer.wait_until_ebb().send(None)
