"""A register is refused as a whole for one reason, the first that fits; or it is read."""

import pytest

from streams.pipeline.forms import MAX_MARKS
from tests.unit.pipeline.examples import (
    FROM,
    GOOD,
    HERE,
    PUPIL,
    TOPIC,
    line,
    mark,
    only,
    read,
    read_from_topic,
    reasons,
    taken,
    without,
)

RECEIVED = 1_725_869_100_000  # 2024-09-09T08:05:00Z, as the good register was recorded
DAY = 24 * 3600 * 1000


def test_a_good_register_is_taken_whole() -> None:
    """Its marks, codes as read, time and place of origin."""
    intake = read(line(mark("/"), mark("\\", "b" * 26), mark("J", "c" * 26)))
    assert (reasons(intake), taken(intake)) == ([], [0, 1, 2])
    assert intake.register is not None
    assert (intake.register.urn, intake.register.origin, intake.register.received_ms) == (HERE, (-1, 7), -1)
    assert intake.register.marks[0].code == 0
    assert [each.sent for each in intake.register.marks] == [None, "\\", "J"]


def test_a_record_of_a_topic_keeps_its_offset_and_time_stamp() -> None:
    """They are the place and time by which the stream knows it."""
    intake = read_from_topic(line(), RECEIVED)
    assert intake.register is not None
    assert (intake.register.origin, intake.register.received_ms) == ((3, 41), RECEIVED)


@pytest.mark.parametrize("marks", [[], [{"pupil": PUPIL, "code": "/"}] * MAX_MARKS])
def test_a_register_may_have_no_marks_and_up_to_2000(marks: list[object]) -> None:
    """Twice the same pupil is two marks."""
    assert taken(read(line(marks=marks))) == list(range(len(marks)))


NOT_JSON = [
    b"{", b"", b"register", b"{}{}", b"\xef\xbb\xbf" + line(), line() + b"\0", line()[:-1], b'{"urn": 100001,}',
    b"{'urn': 100001}", b'{"x": NaN}', b'{"x": -Infinity}', b'{"x": 01}', b'{"x": "\t"}', b'{"x": "\\q"}',
    line().decode().encode("utf-16"), b"\xff" + line(), line(register_id="?").replace(b"?", b"\xff"),
    line(note="?").replace(b"?", b"\xff"), line(mark(note="?")).replace(b"?", b"\xc3"),
    b"[" * 100_000, line(note=1).replace(b" 1}", b"[" * 100_000 + b"]" * 100_000 + b"}"),
]  # fmt: skip


@pytest.mark.parametrize("value", NOT_JSON, ids=lambda value: repr(value[:12]) + repr(value[-8:]))
def test_bytes_that_are_no_json_in_utf8_are_refused(value: bytes) -> None:
    """A byte order mark, NaN, a stray byte in a field that no one reads, a hundred thousand brackets: not-json."""
    letter = only(read(value).refused)
    assert (letter.reason, letter.mark, letter.value, letter.origin) == ("not-json", None, value, FROM)
    assert (letter.register_id, letter.urn, letter.date, letter.session) == (None, None, None, None)


@pytest.mark.parametrize("value", [b"[]", b"null", b"5", b'"text"', b"true", b"1e999", b"[" + line() + b"]"])
def test_json_that_is_no_object_is_no_register(value: bytes) -> None:
    """It is JSON, so the reason is not-a-register."""
    assert reasons(read(value)) == [("not-a-register", None)]


WRONG: dict[str, list[object]] = {
    "register_id": ["", "r" * 101, 7, None, ["r"], True, "\ud800"],
    "urn": [99_999, 1_000_000, "100001", None, True, 100001.5, 100001.0, -100001, 10**30],
    "date": ["2024-02-30", "2024-9-9", "1999-12-31", "2101-01-01", "20240909", 20240909, None, "", "2024-09-09 ",
             "2024-09-0\u0669", "2024-W37-1"],
    "session": ["am", "PM ", "", 1, None, "EV", ["AM"]],
    "marks": [None, {}, "marks", 3, [mark()] * (MAX_MARKS + 1)],
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_field_that_does_not_fit_refuses_the_register(name: str, value: object) -> None:
    """The other fields are still named in its dead letter."""
    letter = only(read(line(**{name: value})).refused)
    assert (letter.reason, letter.mark) == ("not-a-register", None)
    known = {field: getattr(letter, field) for field in ("register_id", "urn", "date", "session")}
    assert known == {field: None if field == name else GOOD[field] for field in known}
    assert name in letter.detail


@pytest.mark.parametrize("name", ["register_id", "urn", "date", "session", "marks"])
def test_a_field_that_is_missing_refuses_the_register(name: str) -> None:
    """Each is needed."""
    assert reasons(read(without(name))) == [("not-a-register", None)]


@pytest.mark.parametrize("value", [5, None, {}, ["x"]])
def test_a_source_that_is_no_text_refuses_the_register(value: object) -> None:
    """It is optional, but it is text."""
    assert reasons(read(line(source=value))) == [("not-a-register", None)]


@pytest.mark.parametrize("digits", [19, 30, 5000])
def test_a_number_of_thousands_of_digits_is_read_and_refused(digits: int) -> None:
    """Python will not turn so many digits into a number; the register is refused, or ignores the field."""
    many = b"9" * digits
    assert reasons(read(line().replace(b"100001", many))) == [("not-a-register", None)]
    assert reasons(read(line(later="?").replace(b'"?"', many))) == []
    assert reasons(read(line(mark(minutes_late=1), mark()).replace(b'late": 1', b'late": ' + many))) == [
        ("not-a-mark", 0)
    ]


def test_fields_that_are_not_named_are_ignored() -> None:
    """Whatever they hold, half a surrogate pair too."""
    assert reasons(read(line(mark(note={"deep": [1]}), comment="\ud800", later=[None]))) == []


def test_of_a_field_given_twice_the_last_counts() -> None:
    """As in most readers of JSON."""
    assert reasons(read(b'{"urn": 5, "marks": 7,' + line()[1:])) == []
    assert reasons(read(line()[:-1] + b', "urn": 5}')) == [("not-a-register", None)]


NO_INSTANT: list[object] = ["2024-09-09", "2024-09-09T09:05:00", "09:05", "", "soon", 1725869100, None, [], True]


@pytest.mark.parametrize("value", NO_INSTANT)
def test_a_register_without_its_own_time_is_refused(value: object) -> None:
    """Though its marks have good ones."""
    good = mark(recorded_at="2024-09-09T09:05:00Z")
    assert reasons(read(line(good, recorded_at=value))) == [("bad-recorded-at", None)]
    assert reasons(read(without("recorded_at"))) == [("bad-recorded-at", None)]


@pytest.mark.parametrize("value", [*NO_INSTANT])
def test_a_received_at_that_is_no_time_refuses_a_line_of_a_file(value: object) -> None:
    """Null too: it is optional by its absence. On a topic it is a field that is not looked at."""
    assert reasons(read(line(received_at=value))) == [("not-a-register", None)]
    assert reasons(read_from_topic(line(received_at=value), RECEIVED)) == []


@pytest.mark.parametrize(
    ("received", "refused"),
    [
        ("2024-09-08T08:05:00Z", []),
        ("2024-09-08T08:04:59.999999Z", [("recorded-in-future", None)]),
        ("2024-09-08T08:04:59Z", [("recorded-in-future", None)]),
        ("2030-01-01T00:00:00Z", []),
    ],
)
def test_a_register_recorded_more_than_a_day_after_it_was_received_is_refused(
    received: str, refused: list[tuple[str, None]]
) -> None:
    """24 hours to the microsecond are not more than 24 hours."""
    assert reasons(read(line(received_at=received))) == refused


def test_on_a_topic_the_brokers_time_stamp_decides() -> None:
    """The line's own received_at does not."""
    own = line(received_at="1999-01-01T00:00:00Z")
    assert reasons(read_from_topic(own, RECEIVED - DAY)) == []
    refused = read_from_topic(own, RECEIVED - DAY - 1)
    assert (reasons(refused), only(refused.refused).origin) == ([("recorded-in-future", None)], TOPIC)


def test_a_file_that_does_not_say_when_is_not_checked_for_the_future() -> None:
    """There is no clock in a replay."""
    assert reasons(read(line(recorded_at="9999-12-31T23:59:59Z"))) == []


ORDER: list[tuple[str, dict[str, object]]] = [
    ("not-a-register", {"urn": 5}),
    ("not-a-register", {"received_at": "soon"}),
    ("bad-recorded-at", {"recorded_at": "soon"}),
    ("recorded-in-future", {"received_at": "2000-01-01T00:00:00Z"}),
    ("not-a-mark", {"marks": [5]}),
]


@pytest.mark.parametrize("first", range(len(ORDER)))
def test_the_first_reason_that_fits_is_given(first: int) -> None:
    """Everything that comes later in the order is wrong too, and is not told."""
    fields: dict[str, object] = {}
    for _, wrong in reversed(ORDER[first:]):
        fields |= wrong
    (reason, _), *others = reasons(read(line(**fields)))
    assert (reason, others) == (ORDER[first][0], [])


def test_a_refusal_says_nothing_of_a_pupil() -> None:
    """Neither pseudonym nor comment is in the words."""
    for wrong in ({"urn": PUPIL}, {"register_id": ""}, {"recorded_at": PUPIL}, {"date": PUPIL}, {"source": 5}):
        assert PUPIL not in only(read(line(mark(note="comment"), **wrong)).refused).detail
