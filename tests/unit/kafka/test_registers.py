"""What key and headers a register's record gets."""

import pytest

from streams.kafka.lines import Line
from streams.kafka.producer import Deliveries
from streams.kafka.records import Headers
from streams.kafka.registers import RegisterSender, peek, register_headers


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'{"register_id": "r1", "urn": 100001, "marks": []}', (b"100001", "r1")),
        (b'{"urn": 100001, "register_id": 5}', (b"100001", None)),
        (b'{"urn": "100001", "register_id": "r1"}', (b"", "r1")),
        (b'{"urn": 99999, "register_id": ""}', (b"", None)),
        (b'{"urn": 100001.5, "register_id": "%s"}' % (b"x" * 101), (b"", None)),
        (b'{"urn": null}', (b"", None)),
        (b"[]", (b"", None)),
        (b"not json", (b"", None)),
        (b"\xff\xfe", (b"", None)),
        (b'{"urn": 100001, "register_id": "\xff"}', (b"100001", None)),
    ],
)
def test_key_and_id_are_what_can_be_read(line: bytes, expected: tuple[bytes, str | None]) -> None:
    """Each of the two is read by itself, and what is no register has an empty key."""
    assert peek(line) == expected


def test_headers_are_cloudevents_in_binary_mode() -> None:
    """The id is the register's own."""
    headers = dict(register_headers("r1"))
    assert headers["ce_specversion"] == b"1.0"
    assert headers["ce_id"] == b"r1"
    assert headers["ce_type"] == b"uk.firstbell.register.v1"
    assert headers["ce_source"]
    assert headers["content-type"] == b"application/json"


class _Pretend:
    """Stands where `Sender` does, and keeps what it is given."""

    def __init__(self) -> None:
        self.deliveries = Deliveries()
        self.sent: list[tuple[str, bytes, bytes, Headers, str]] = []

    def send(self, topic: str, value: bytes, *, key: bytes, headers: Headers, name: str, timestamp_ms: int) -> None:
        assert timestamp_ms == 0  # a file's lines are sent as of now
        self.sent.append((topic, value, key, headers, name))


def test_bytes_go_as_they_are_and_what_is_too_large_is_named_by_its_line() -> None:
    """Odd spacing stays; a register without an id gets a new one; the large line is a failure, and the rest goes on."""
    sender = _Pretend()
    registers = RegisterSender(sender, "registers", lambda: "new-id")  # type: ignore[arg-type] # as good as one
    odd = b' {"urn":100001 } '
    registers.send_all([Line(2, odd, len(odd)), Line(3, None, 1_000_001), Line(4, b"?", 1)], "f.jsonl")
    assert sender.sent == [
        ("registers", odd, b"100001", register_headers("new-id"), "f.jsonl, line 2"),
        ("registers", b"?", b"", register_headers("new-id"), "f.jsonl, line 4"),
    ]
    assert sender.deliveries.failures == [("f.jsonl, line 3", "1,000,001 bytes are too large (at most 1,000,000)")]
