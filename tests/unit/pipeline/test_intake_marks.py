"""A mark is refused alone, with its very bytes, for the first reason that fits; the rest of its register goes on."""

import json

import pytest

from streams.attendance.codes import CODES
from tests.unit.pipeline.examples import PUPIL, line, mark, only, read, read_from_topic, reasons, taken

RECEIVED = 1_725_869_100_000  # 2024-09-09T08:05:00Z

NOT_MARKS: list[object] = [
    5, None, [], "mark", True, {}, {"code": "/"}, {"pupil": PUPIL}, {"pupil": 5, "code": "/"},
    {"pupil": None, "code": "/"}, {"pupil": PUPIL, "code": None}, {"pupil": PUPIL, "code": 5},
    mark(minutes_late=-1), mark(minutes_late=601), mark(minutes_late="5"), mark(minutes_late=5.0),
    mark(minutes_late=True), mark(minutes_late=[]),
]  # fmt: skip


@pytest.mark.parametrize("wrong", NOT_MARKS, ids=repr)
def test_a_mark_of_another_form_takes_only_itself_out(wrong: object) -> None:
    """Those before and after it are taken."""
    intake = read(line(mark(), wrong, mark("O")))
    assert (reasons(intake), taken(intake)) == ([("not-a-mark", 1)], [0, 2])


@pytest.mark.parametrize("minutes", [0, 600, None])
def test_minutes_late_are_optional(minutes: int | None) -> None:
    """0 to 600, null as if absent; they come through."""
    intake = read(line(mark("L", minutes_late=minutes)))
    assert intake.register is not None
    assert intake.register.marks[0].minutes_late == minutes


@pytest.mark.parametrize(
    "pupil",
    [PUPIL.upper(), PUPIL[:25], PUPIL + "a", "1" + PUPIL[1:], PUPIL + "\n", "", " " + PUPIL[1:], "é" * 26, "\ud800"],
)
def test_a_pupil_that_is_no_pseudonym_is_refused(pupil: str) -> None:
    """Exactly 26 of a-z and 2-7."""
    intake = read(line(mark(pupil=pupil), mark()))
    assert (reasons(intake), taken(intake)) == ([("bad-pupil", 0)], [1])


@pytest.mark.parametrize("wrong", ["2024-09-09", "2024-09-09T09:05:00", "", "soon", 1725869100, [], True, {}, "\ud800"])
def test_a_time_of_its_own_must_be_one(wrong: object) -> None:
    """The register's good time does not stand in for it."""
    intake = read(line(mark(recorded_at=wrong), mark()))
    assert (reasons(intake), taken(intake)) == ([("bad-recorded-at", 0)], [1])


def test_a_marks_own_time_wins_over_the_registers() -> None:
    """Null is absent."""
    intake = read(line(mark(recorded_at="2024-09-09T08:06:00Z"), mark(recorded_at=None)))
    assert intake.register is not None
    assert [(each.recorded, each.recorded_at) for each in intake.register.marks] == [
        (RECEIVED // 1000 + 60, "2024-09-09T08:06:00Z"), (RECEIVED // 1000, None),
    ]  # fmt: skip


@pytest.mark.parametrize(("recorded", "refused"), [("2024-09-10T08:05:00Z", False), ("2024-09-10T08:05:00.001Z", True)])
def test_a_mark_recorded_more_than_a_day_after_receipt_is_refused(recorded: str, refused: bool) -> None:  # noqa: FBT001 - a case's answer
    """By the broker's time stamp on a topic, by the line's own in a file."""
    late = mark(recorded_at=recorded)
    wanted = [("recorded-in-future", 0)] if refused else []
    assert reasons(read_from_topic(line(late, mark()), RECEIVED)) == wanted
    assert reasons(read(line(late, mark(), received_at="2024-09-09T08:05:00Z"))) == wanted
    assert reasons(read(line(late, mark()))) == []


@pytest.mark.parametrize("code", ["?", "n", "I01", " ", "/ ", "--", "Y8", "\ud800", "\u0130", "N" * 5000])
def test_a_code_that_is_none_is_refused(code: str) -> None:
    """It is never read as another one."""
    intake = read(line(mark(code), mark()))
    assert (reasons(intake), taken(intake)) == ([("unknown-code", 0)], [1])


@pytest.mark.parametrize(
    ("day", "code", "read_as"),
    [
        ("2024-08-18", "J", "J"),
        ("2024-08-19", "J", "J1"),
        ("2024-09-09", "H", "C"),
        ("2024-09-09", "", "-"),
        ("2010-01-05", "C2", "C2"),
    ],
)
def test_a_code_is_read_by_the_date_of_its_session(day: str, code: str, read_as: str) -> None:
    """What was sent is kept beside it where it differs."""
    intake = read(line(mark(code), date=day))
    assert intake.register is not None
    (taken_mark,) = intake.register.marks
    assert (CODES[taken_mark.code], taken_mark.sent) == (read_as, None if code == read_as else code)


@pytest.mark.parametrize(
    ("recorded", "refused"),
    [
        ("2024-09-08T00:00:00+01:00", False),
        ("2024-09-07T23:59:59+01:00", True),
        ("2024-09-07T23:00:00Z", False),
        ("2024-09-07T22:59:59Z", True),
        ("2024-09-08T04:00:00+05:30", True),
        ("0001-01-01T00:00:00+14:00", True),
    ],
)
def test_a_session_more_than_a_day_after_its_mark_was_recorded_is_refused(recorded: str, refused: bool) -> None:  # noqa: FBT001 - a case's answer
    """Both dates in London, where summer time counts."""
    wanted = [("future-session", 0)] if refused else []
    assert reasons(read(line(mark(recorded_at=recorded), mark()))) == wanted
    assert reasons(read(line(recorded_at=recorded))) == wanted


ORDER: list[tuple[str, dict[str, object]]] = [
    ("not-a-mark", {"minutes_late": 601}),
    ("bad-pupil", {"pupil": "nobody"}),
    ("bad-recorded-at", {"recorded_at": "soon"}),
    ("recorded-in-future", {"recorded_at": "2024-09-12T00:00:00Z"}),
    ("unknown-code", {"code": "?"}),
    ("future-session", {"recorded_at": "2024-09-01T00:00:00Z"}),
]


@pytest.mark.parametrize("first", range(len(ORDER)))
def test_the_first_reason_that_fits_is_given(first: int) -> None:
    """Whatever comes later in the order is wrong as well, and is not told."""
    wrong = mark()
    for _, fields in reversed(ORDER[first:]):
        wrong |= fields
    intake = read_from_topic(line(mark(), wrong), RECEIVED)
    assert (reasons(intake), taken(intake)) == ([(ORDER[first][0], 1)], [0])


def test_a_refused_mark_keeps_its_very_bytes() -> None:
    """Spaces, order of fields, escapes and unknown fields are as they were sent."""
    sent = b'{ "code":"?","note" :"\\u00e9\\/", "pupil":"' + PUPIL.encode() + b'" ,"n":1.50e0}'
    whole = line(mark(), "?", mark()).replace(b'"?"', sent)
    letter = only(read(whole).refused)
    assert (letter.reason, letter.mark, letter.value) == ("unknown-code", 1, sent)
    assert (letter.register_id, letter.urn, letter.date, letter.session) == ("r-1", 100001, "2024-09-09", "AM")


@pytest.mark.parametrize("other", [mark(pupil="\ud800"), {"a": "\ud800"}, "\udfff", mark("?", note="\ud800")])
def test_half_a_surrogate_pair_anywhere_leaves_the_bytes_as_they_were(other: object) -> None:
    """The quick reader cannot hold such a register, and it is read all the same."""
    sent = b'{ "code":"?", "pupil":"' + PUPIL.encode() + b'","n":' + b"9" * 5000 + b"}"
    intake = read(line("?", mark(), other, note=["]", {"marks": [1]}]).replace(b'"?"', sent, 1))
    assert (taken(intake), [letter.mark for letter in intake.refused]) == ([1], [0, 2])
    assert [letter.value for letter in intake.refused] == [sent, json.dumps(other).encode()]


def test_marks_given_twice_are_those_given_last() -> None:
    """Their bytes too."""
    intake = read(b'{"marks": 5, "marks": [1, 2, 3],' + line(mark(), 5)[1:])
    assert [(letter.mark, letter.value) for letter in intake.refused] == [(1, b"5")]


@pytest.mark.parametrize("depth", [500, 900, 950, 990, 1000, 5000])
@pytest.mark.parametrize("beside", [b"5", b'"\\ud800"'])
def test_no_depth_of_nesting_is_too_much(depth: int, beside: bytes) -> None:
    """A mark nested deep is refused alone, or its register is; nothing is raised."""
    deep = b"[" * depth + b"]" * depth
    intake = read(line(mark(), 5, 6).replace(b"5, 6]", beside + b", " + deep + b"]"))
    assert reasons(intake) in ([("not-a-mark", 1), ("not-a-mark", 2)], [("not-json", None)])


def test_nothing_that_nests_is_raised_at_any_depth() -> None:
    """Also where the reader's limit falls between two of its steps."""
    for depth in range(880, 1020):
        deep = b"[" * depth + b"]" * depth
        for beside in (b"5", b'{"pupil": "\\ud800", "code": "/"}'):
            refused = read(line(5, 6).replace(b"5, 6]", beside + b", " + deep + b"]")).refused
            assert refused


def test_a_refusal_says_nothing_of_the_pupil() -> None:
    """Its words name the field, and neither pseudonym nor what was sent."""
    wrong = [mark("?"), mark(minutes_late=601), mark(pupil=PUPIL + "a"), mark(recorded_at=PUPIL), {"pupil": PUPIL}]
    for letter in read(line(*wrong)).refused:
        assert PUPIL not in letter.detail
        assert "?" not in letter.detail


def test_2000_bad_marks_are_2000_dead_letters() -> None:
    """Each with its index and bytes."""
    intake = read(line(marks=[mark(pupil=str(i)) for i in range(2000)]))
    assert [(letter.mark, json.loads(letter.value)["pupil"]) for letter in intake.refused] == [
        (i, str(i)) for i in range(2000)
    ]
