"""Alerts and dead letters to bytes and headers, and back. Decoders are built once.

An alert on its topic is JSON in CloudEvents 1.0 binary mode: the value is the alert alone, its context is in headers.
A dead letter on its topic has the refused bytes as value and the rest in headers; in a file it is one JSON line.
No header names a pupil.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec

from streams.contract.messages import Alert, DeadLetter, Origin

__all__ = [
    "ALERT_SOURCE",
    "ALERT_TYPE",
    "REGISTER_TYPE",
    "Headers",
    "alert_headers",
    "dead_letter_from",
    "dead_letter_headers",
    "decode_alert",
    "decode_dead_letter_line",
    "encode_alert",
    "encode_dead_letter_line",
]

Headers = list[tuple[str, bytes]]

REGISTER_TYPE = "uk.firstbell.register.v1"
ALERT_TYPE = "uk.firstbell.alert.v1"
ALERT_SOURCE = "urn:firstbell:stream"
DEAD_LETTER_PREFIX = "dl_"  # so that no other header can be taken for ours
_NUMBERS = frozenset({"urn", "mark", "origin_partition", "origin_offset", "origin_line"})
_ORIGIN = "origin_"

_encoder = msgspec.json.Encoder()
_alerts = msgspec.json.Decoder(Alert)
_dead_letters = msgspec.json.Decoder(DeadLetter)


def encode_alert(alert: Alert) -> bytes:
    """Encode *alert* as one JSON object, without a line end."""
    return _encoder.encode(alert)


def decode_alert(value: bytes) -> Alert:
    """Decode one alert; fields that are not known are ignored.

    Raises:
        msgspec.DecodeError: *value* is no alert.
    """
    return _alerts.decode(value)


def alert_headers(alert: Alert, published: datetime) -> Headers:
    """Make the CloudEvents headers of *alert*, *published* (an aware time) being the time of publication.

    Raises:
        ValueError: *published* has no offset from UTC.
    """
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", f"{alert.alert_id}:{alert.sequence}".encode()),
        ("ce_type", ALERT_TYPE.encode()),
        ("ce_source", ALERT_SOURCE.encode()),
        ("ce_time", _instant(published).encode()),
        ("content-type", b"application/json"),
    ]


@lru_cache(maxsize=16)  # those of a batch have one
def _instant(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError("the time of publication has no offset from UTC")
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def dead_letter_headers(letter: DeadLetter) -> Headers:
    """Make the headers of *letter*, one a field in UTF-8; a field that is null has none. Its value is the record's."""
    fields = {
        name: getattr(letter, name) for name in ("reason", "detail", "register_id", "urn", "date", "session", "mark")
    }
    fields |= {_ORIGIN + name: getattr(letter.origin, name) for name in Origin.__struct_fields__}
    return [(DEAD_LETTER_PREFIX + name, _utf8(str(value))) for name, value in fields.items() if value is not None]


def _utf8(text: str) -> bytes:
    """Encode *text*; half a surrogate pair, which JSON can hold and UTF-8 cannot, becomes `?` and fails no letter."""
    return text.encode("utf-8", "replace")


def dead_letter_from(headers: Iterable[tuple[str, bytes | None]], value: bytes | None) -> DeadLetter:
    """Put a dead letter together again from a record's *headers* and *value*; other headers are ignored.

    Raises:
        msgspec.DecodeError: a header that a dead letter must have is missing, or one has an impossible value.
    """
    fields = {name: _typed(name, raw) for name, raw in _ours(headers)}
    origin = {name.removeprefix(_ORIGIN): fields.pop(name) for name in list(fields) if name.startswith(_ORIGIN)}
    absent: dict[str, Any] = dict.fromkeys(("register_id", "urn", "date", "session", "mark"))
    return msgspec.convert(absent | fields | {"origin": origin, "value": value or b""}, DeadLetter)


def _ours(headers: Iterable[tuple[str, bytes | None]]) -> Iterable[tuple[str, bytes]]:
    for name, raw in headers:
        if name.startswith(DEAD_LETTER_PREFIX) and raw is not None:
            yield name.removeprefix(DEAD_LETTER_PREFIX), raw


def _typed(name: str, raw: bytes) -> str | int:
    try:
        return int(raw) if name in _NUMBERS else raw.decode()
    except ValueError as error:
        raise msgspec.DecodeError(f"the header {DEAD_LETTER_PREFIX}{name} of a dead letter cannot be read") from error


def encode_dead_letter_line(letter: DeadLetter) -> bytes:
    """Encode *letter* as one JSON object: every field named, null where not known, value in base64; no line end."""
    fields = {name: _plain(getattr(letter, name)) for name in letter.__struct_fields__}
    return _encoder.encode(fields | {"origin": _origin(letter.origin)})


def _plain(value: Any) -> Any:  # noqa: ANN401 - any field
    return _utf8(value).decode() if isinstance(value, str) else value


def _origin(origin: Origin) -> dict[str, str | int | None]:
    if origin.file is not None:
        return {"file": origin.file, "partition": None, "line": origin.line}
    return {"topic": origin.topic, "partition": origin.partition, "offset": origin.offset}


def decode_dead_letter_line(line: bytes) -> DeadLetter:
    """Decode one line of a dead-letter file.

    Raises:
        msgspec.DecodeError: *line* is no dead letter.
    """
    return _dead_letters.decode(line)
