"""What an operator did with the stream, as a record of the actions topic: the durable memory of tools, and an audit.

JSON, keyed by `operation:subject`, so that a reader of other actions can pass it over by its header.
"""

from collections.abc import Iterable
from typing import Literal

import msgspec
from msgspec import Struct

from streams.contract.messages import Origin

__all__ = ["OPERATION_TYPE", "Operation", "decode_operation", "encode_operation", "operation_key", "place_of"]

OPERATION_TYPE = "uk.firstbell.operation.v1"

Kind = Literal["redrive", "quarantine"]


class Operation(Struct, frozen=True, kw_only=True):
    """One deed: `subject` is what it was done to (a place, as `place_of` writes it), `at` when, ISO 8601 in UTC."""

    operation: Kind
    subject: str
    at: str
    detail: str = ""


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Operation)


def encode_operation(operation: Operation) -> bytes:
    """Encode *operation* as one JSON object."""
    return _encoder.encode(operation)


def operation_key(operation: Operation) -> bytes:
    """Give the key of its record."""
    return f"{operation.operation}:{operation.subject}".encode()


def operation_headers() -> list[tuple[str, bytes]]:
    """Make the headers of an operation's record."""
    return [("ce_specversion", b"1.0"), ("ce_type", OPERATION_TYPE.encode()), ("content-type", b"application/json")]


def decode_operation(headers: Iterable[tuple[str, bytes | None]], value: bytes | None) -> Operation | None:
    """Give the operation of a record of the actions topic, or None where it is another kind of action."""
    if ("ce_type", OPERATION_TYPE.encode()) not in list(headers):
        return None
    try:
        return _decoder.decode(value or b"")
    except msgspec.DecodeError:
        return None


def place_of(origin: Origin, mark: int | None = None) -> str:
    """Write where something came from: `TOPIC/PARTITION/OFFSET`, of a mark `…/INDEX`; of a file `FILE:LINE`."""
    where = (
        f"{origin.file}:{origin.line}" if origin.topic is None else f"{origin.topic}/{origin.partition}/{origin.offset}"
    )
    return where if mark is None else f"{where}/{mark}"
