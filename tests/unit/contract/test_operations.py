"""What operators did, written down and read back."""

from streams.contract.messages import Origin
from streams.contract.operations import (
    Operation,
    decode_operation,
    encode_operation,
    operation_headers,
    operation_key,
    place_of,
)

DEED = Operation(operation="redrive", subject="firstbell.registers/3/41/0", at="2024-09-09T08:00:00Z")


def test_an_operation_reads_back() -> None:
    """Key, headers and value."""
    assert decode_operation(operation_headers(), encode_operation(DEED)) == DEED
    assert operation_key(DEED) == b"redrive:firstbell.registers/3/41/0"


def test_other_actions_are_passed_over() -> None:
    """The topic is shared with what people do to alerts."""
    assert decode_operation([("ce_type", b"uk.firstbell.action.v1")], encode_operation(DEED)) is None
    assert decode_operation(operation_headers(), b"{}") is None
    assert decode_operation(operation_headers(), None) is None


def test_places_are_written_alike_everywhere() -> None:
    """A register, one of its marks, a line of a file."""
    assert place_of(Origin(topic="t", partition=3, offset=41)) == "t/3/41"
    assert place_of(Origin(topic="t", partition=3, offset=41), 0) == "t/3/41/0"
    assert place_of(Origin(file="f.jsonl", line=2)) == "f.jsonl:2"
