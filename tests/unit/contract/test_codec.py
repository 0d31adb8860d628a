"""Alerts and dead letters survive the way to bytes and back, and carry no pupil where they must not."""

import base64
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.contract.codec import (
    alert_headers,
    dead_letter_from,
    dead_letter_headers,
    decode_alert,
    decode_dead_letter_line,
    encode_alert,
    encode_dead_letter_line,
)
from streams.contract.messages import Alert, Cause, DeadLetter, Origin, Session
from tests.unit.contract.strategies import alerts, dead_letters, text

PUPIL = "abcdefghijklmnopqrstuvwxyz"
ALERT = Alert(
    alert_id="0" * 32,
    sequence=3,
    change="raised",
    reason="mark",
    rule="persistent-absence",
    rulebook="england-2024@1",
    pupil=PUPIL,
    urn=100001,
    from_=Session("2024-10-01", "AM"),
    to=None,
    cause=Cause("r-1", "2024-10-01", "AM", "O", "2024-10-01T09:05:00+01:00"),
    evidence={"possible": 33, "absent": 4},
    severity="high",
    audience=["school", "la-attendance"],
    restricted=False,
)
PUBLISHED = datetime(2024, 10, 1, 8, 6, 0, 123000, tzinfo=UTC)


@given(alerts)
def test_alert_round_trip(alert: Alert) -> None:
    """An alert decoded from its bytes is the alert that was encoded."""
    assert decode_alert(encode_alert(alert)) == alert


def test_alert_has_the_fields_of_the_rules() -> None:
    """The JSON of an alert has exactly the fields that rules.md names, `from` among them, and no line end."""
    value = encode_alert(ALERT)
    assert list(msgspec.json.decode(value)) == [
        *("alert_id", "sequence", "change", "reason", "rule", "rulebook", "pupil", "urn", "from", "to"),
        *("cause", "evidence", "severity", "audience", "restricted"),
    ]
    assert b"\n" not in value


def test_alert_ignores_unknown_fields() -> None:
    """A reader of this version takes an alert to which a later version has added a field."""
    later = msgspec.json.decode(encode_alert(ALERT)) | {"added_later": 1}
    assert decode_alert(msgspec.json.encode(later)) == ALERT


def test_alert_headers_are_cloudevents() -> None:
    """The headers are those of CloudEvents 1.0 binary mode, the id being alert and sequence, the time in UTC."""
    at = PUBLISHED.astimezone(timezone(timedelta(hours=1)))
    assert alert_headers(ALERT, at) == [
        ("ce_specversion", b"1.0"),
        ("ce_id", b"0" * 32 + b":3"),
        ("ce_type", b"uk.firstbell.alert.v1"),
        ("ce_source", b"urn:firstbell:stream"),
        ("ce_time", b"2024-10-01T08:06:00.123Z"),
        ("content-type", b"application/json"),
    ]


def test_alert_headers_name_no_pupil() -> None:
    """No header of an alert carries the pupil."""
    assert not any(PUPIL.encode() in value for _, value in alert_headers(ALERT, PUBLISHED))


def test_alert_headers_want_an_aware_time() -> None:
    """A time of publication without an offset is refused, since it would be read as another instant elsewhere."""
    with pytest.raises(ValueError, match="offset"):
        alert_headers(ALERT, PUBLISHED.replace(tzinfo=None))


@given(dead_letters)
def test_dead_letter_round_trip_by_headers(letter: DeadLetter) -> None:
    """A dead letter put together from its headers and value is the one that was sent."""
    assert dead_letter_from(dead_letter_headers(letter), letter.value) == letter


@given(dead_letters)
def test_dead_letter_round_trip_by_line(letter: DeadLetter) -> None:
    """A dead letter decoded from its line is the one that was written, and the line is one line."""
    line = encode_dead_letter_line(letter)
    assert decode_dead_letter_line(line) == letter
    assert b"\n" not in line


@given(dead_letters, text)
def test_foreign_headers_are_ignored(letter: DeadLetter, foreign: str) -> None:
    """Headers that others add to a record change nothing of the dead letter."""
    headers = [("x_" + foreign, b"\xff"), *dead_letter_headers(letter), ("traceparent", None)]
    assert dead_letter_from(headers, letter.value) == letter


@pytest.mark.parametrize("name", ["dl_reason", "dl_detail"])
def test_dead_letter_without_reason_or_detail_is_none(name: str) -> None:
    """A record that lacks the reason or the detail is no dead letter."""
    headers = [pair for pair in dead_letter_headers(_letter()) if pair[0] != name]
    with pytest.raises(msgspec.DecodeError):
        dead_letter_from(headers, b"{}")


@pytest.mark.parametrize("header", [("dl_urn", b"many"), ("dl_reason", b"because"), ("dl_detail", b"\xff")])
def test_dead_letter_with_an_impossible_header_is_none(header: tuple[str, bytes]) -> None:
    """A header whose value cannot be of its field is an error, and not taken as null."""
    headers = [pair for pair in dead_letter_headers(_letter()) if pair[0] != header[0]]
    with pytest.raises(msgspec.DecodeError):
        dead_letter_from([*headers, header], b"{}")


def test_line_of_a_topic_dead_letter() -> None:
    """The file form names every field, null where not known, and the value in base64."""
    assert msgspec.json.decode(encode_dead_letter_line(_letter())) == {
        "reason": "not-json",
        "detail": "no JSON",
        "origin": {"topic": "firstbell.registers", "partition": 3, "offset": 17},
        **dict.fromkeys(("register_id", "urn", "date", "session", "mark")),
        "value": base64.b64encode(b"\xffnot json").decode(),
    }


def test_line_of_a_file_dead_letter() -> None:
    """The origin in a file is its name and line, the partition being null."""
    letter = msgspec.structs.replace(_letter(), origin=Origin(file="registers.jsonl", line=5))
    origin = msgspec.json.decode(encode_dead_letter_line(letter))["origin"]
    assert origin == {"file": "registers.jsonl", "partition": None, "line": 5}


@given(st.binary(max_size=64))
def test_any_bytes_can_be_a_refused_register(value: bytes) -> None:
    """Whatever bytes were refused come back as they were."""
    letter = msgspec.structs.replace(_letter(), value=value)
    assert decode_dead_letter_line(encode_dead_letter_line(letter)).value == value


def test_half_a_surrogate_pair_is_no_poison() -> None:
    """A register id that JSON can hold and UTF-8 cannot becomes a dead letter like any other."""
    letter = msgspec.structs.replace(_letter(), register_id="r-\ud800")
    assert dead_letter_from(dead_letter_headers(letter), letter.value).register_id == "r-?"
    assert decode_dead_letter_line(encode_dead_letter_line(letter)).register_id == "r-?"


def _letter() -> DeadLetter:
    return DeadLetter(
        reason="not-json",
        detail="no JSON",
        origin=Origin(topic="firstbell.registers", partition=3, offset=17),
        register_id=None,
        urn=None,
        date=None,
        session=None,
        mark=None,
        value=b"\xffnot json",
    )
