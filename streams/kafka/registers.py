"""Lines of a file to records of the registers topic: the bytes as they are, with the key and headers they allow."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from msgspec import Raw, Struct

from streams.contract.codec import REGISTER_TYPE
from streams.contract.messages import Urn
from streams.contract.topics import REGISTER_MAX_BYTES
from streams.kafka.lines import Line
from streams.kafka.producer import Sender
from streams.kafka.records import Headers

REGISTER_SOURCE = "urn:firstbell:send"
_ID_MAX = 100  # characters


_NOTHING = Raw(b"")  # which no decoder takes


class _Peek(Struct):
    """The two fields that key and headers want, each on its own: one that is wrong does not hide the other."""

    urn: Raw = _NOTHING
    register_id: Raw = _NOTHING


_peek = msgspec.json.Decoder(_Peek)
_urn = msgspec.json.Decoder(Urn)
_text = msgspec.json.Decoder(str)


class RegisterSender:
    """Sends lines to *topic*. A register without an id that can be read gets one from *new_id* in its headers."""

    def __init__(self, sender: Sender, topic: str, new_id: Callable[[], str]) -> None:
        self._sender = sender
        self._topic = topic
        self._new_id = new_id

    def send_all(self, lines: Iterable[Line], name: str) -> None:
        """Send the lines of the file called *name*; one too large is counted as a failure, and the rest goes on."""
        for line in lines:
            where = f"{name}, line {line.number}"
            if line.value is None:
                self._sender.deliveries.failures.append((where, _too_large(line)))
            else:
                self._send(line.value, where, line.timestamp_ms)

    def _send(self, value: bytes, where: str, timestamp_ms: int) -> None:
        key, register_id = peek(value)
        headers = register_headers(register_id or self._new_id())
        self._sender.send(self._topic, value, key=key, headers=headers, name=where, timestamp_ms=timestamp_ms)


def peek(value: bytes) -> tuple[bytes, str | None]:
    """Give the key of a register's record (its URN in digits, empty where none can be read) and its id, or None."""
    seen = _read(_peek, value) or _Peek()
    urn, register_id = _read(_urn, seen.urn), _read(_text, seen.register_id)
    usable = register_id is not None and 1 <= len(register_id) <= _ID_MAX
    return str(urn).encode() if urn is not None else b"", register_id if usable else None


def register_headers(register_id: str) -> Headers:
    """Make the CloudEvents headers (binary mode) of a register."""
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", register_id.encode()),
        ("ce_type", REGISTER_TYPE.encode()),
        ("ce_source", REGISTER_SOURCE.encode()),
        ("content-type", b"application/json"),
    ]


def _read(decoder: "msgspec.json.Decoder[Any]", value: bytes | Raw) -> Any:  # noqa: ANN401 - what the decoder gives
    try:
        return decoder.decode(value)
    except (msgspec.DecodeError, UnicodeError):
        return None


def _too_large(line: Line) -> str:
    return f"{line.size:,} bytes are too large (at most {REGISTER_MAX_BYTES:,})"
