"""Marks read, and entered on a board, all at once come out as they do one by one."""

import json
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from streams.attendance.codes import CODES
from streams.board.entries import Entries, entries_of
from streams.board.roll import Roll
from streams.board.session_marks import SessionMarks
from streams.contract.batches import BatchMark
from streams.contract.sheets import sheet
from streams.pipeline import compiled_marks
from streams.pipeline.forms import PUPIL, pupils_in
from streams.pipeline.splitting import partition_of, split
from tests.support.hostile import registers
from tests.unit.pipeline.examples import line, read

A, B = "a" * 26, "b" * 26
PUPILS = [A, B, "c234567" + "d" * 19]
NO_PUPILS = [
    A[:25],
    A + "a",
    A.upper(),
    A[:25] + "1",
    A[:25] + "\n",
    "é" + A[:25],
    "\U0001f600" + A[:25],
    "",
    "\x00" * 26,
]
SENT = [*CODES, "H", "Y", "F", "", "\\", "/", "J"]
NO_CODES = ["?", "i", "//", "é", " "]

plain_marks = st.fixed_dictionaries(
    {"pupil": st.sampled_from(PUPILS), "code": st.sampled_from(SENT)},
    optional={"minutes_late": st.none() | st.integers(0, 600), "recorded_at": st.none()},
)
bare_marks = st.fixed_dictionaries(
    {"pupil": st.sampled_from(PUPILS), "code": st.sampled_from(SENT)},
    optional={"minutes_late": st.sampled_from([0, 9, 10, 599, 600, 601, None])},
)
odd_marks = st.fixed_dictionaries(
    {"pupil": st.sampled_from(PUPILS + NO_PUPILS), "code": st.sampled_from(SENT + NO_CODES)},
    optional={
        "minutes_late": st.integers(-1, 601),
        "recorded_at": st.sampled_from(["2024-09-09T08:06:00Z", "soon", 5]),
    },
)
days = st.sampled_from(["2024-08-18", "2024-08-19", "2024-09-09", "2024-09-10", "2024-09-11"])  # recorded on the 9th


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    marks = draw(st.lists(plain_marks, max_size=8))
    if draw(st.booleans()):
        marks = draw(st.permutations(marks + draw(st.lists(odd_marks, min_size=1, max_size=2))))
    return line(marks=marks, date=draw(days), session=draw(st.sampled_from(["AM", "PM"])))


@st.composite
def respelled(draw: st.DrawFn) -> bytes:
    """A line as others write JSON: other spaces, other order, escapes, or with something changed in it."""
    spaces = st.sampled_from(["", " ", "\n", "\t ", "\r"])
    marks = draw(st.lists(bare_marks, min_size=1, max_size=3))
    said = json.loads(line(date=draw(days), session=draw(st.sampled_from(["AM", "PM"]))))
    said["marks"] = [dict(draw(st.permutations(list(mark.items())))) for mark in marks]
    between = draw(spaces) + "," + draw(spaces), draw(spaces) + ":" + draw(spaces)
    value = json.dumps(said, separators=between, indent=draw(st.none() | st.just(1)), ensure_ascii=draw(st.booleans()))
    return changed(draw, value.encode()) if draw(st.integers(0, 2)) else value.encode()


def changed(draw: st.DrawFn, value: bytes) -> bytes:
    """A stretch of *value* taken out, and another or something hostile put in its place, also once more."""
    start, end = sorted(draw(st.tuples(st.integers(0, len(value)), st.integers(0, len(value)))))
    copied = value[start : min(end, start + 60)]
    new = draw(st.sampled_from(HOSTILE) | st.just(copied + copied) | st.binary(max_size=3))
    return value[:start] + new + value[start + draw(st.integers(0, 3)) :]


HOSTILE = [
    *[
        b"\\",
        b"\\u002f",
        b'"',
        b"\x00",
        b"\xff",
        "é".encode(),
        b"{",
        b"}",
        b"]",
        b",",
        b"0",
        b"600",
        b"1e2",
        b"-",
        b"null",
    ],
    *[b',"code":"C"', b',"pupil":"' + A.encode() + b'"', b',"minutes_late":5', b',"minutes_late":005', b',"x":[{}]'],
    *[b',"marks":[]', b',"date":"2024-09-09"', b',"recorded_at":null', b"[" * 3, b'{"pupil":"' + A.encode() + b'"}'],
]


@pytest.fixture(autouse=True, scope="module")
def _loaded() -> None:
    compiled_marks.load()


def at_length(value: bytes) -> Any:  # noqa: ANN401 - an intake
    with patch("streams.pipeline.intake.read_plain_register", return_value=None):
        return read(value)


def one_by_one(value: bytes) -> Any:  # noqa: ANN401 - an intake
    with patch("streams.pipeline.intake.read_plain", return_value=None):
        return at_length(value)


@given(value=lines() | registers())
def test_a_register_read_at_once_is_as_mark_by_mark(value: bytes) -> None:
    """Marks, and dead letters in their order; whether by compiled code or not."""
    assert read(value) == at_length(value) == one_by_one(value)


@settings(max_examples=200)
@given(value=respelled())
def test_a_register_read_by_compiled_code_is_as_any(value: bytes) -> None:
    """However it is written, and whatever is wrong with it."""
    assert read(value) == at_length(value)


@example(texts=[A[:25], A + "a"])
@given(texts=st.lists(st.sampled_from(PUPILS + NO_PUPILS) | st.text(max_size=30)))
def test_pupils_checked_at_once_are_as_each_checked(texts: list[str]) -> None:
    """Those too short beside those too long, as well."""
    fit = all(PUPIL.fullmatch(text) for text in texts)
    assert pupils_in(texts) == ("".join(texts).encode() if fit else None)


@given(values=st.lists(registers(faults=False), max_size=4), partitions=st.integers(1, 5))
def test_each_mark_goes_to_its_pupils_partition(values: list[bytes], partitions: int) -> None:
    """In the order in which they were, and none is lost."""
    taken = [register for register in (read(value).register for value in values) if register is not None]
    parts = split(taken, partitions)
    wanted: dict[int, list[tuple[str, BatchMark]]] = {}
    for register in taken:
        for mark in register.marks:
            wanted.setdefault(partition_of(mark.pupil, partitions), []).append((register.register_id, mark))
    found = {
        number: [(each.register_id, mark) for each in part for mark in each.marks] for number, part in parts.items()
    }
    assert found == wanted
    with patch("streams.pipeline.splitting._FEW", -1):  # as many are split, in columns
        in_columns = split(taken, partitions)
    assert list(in_columns.items()) == list(parts.items())


class _Slow(Roll):
    """A roll on which nobody is found to stand in a row."""

    def row(self, pupils: bytes) -> int | None:  # noqa: ARG002 - as the roll has it
        return None


CHILDREN = [f"{number:026d}" for number in range(8)]
TIMES = st.sampled_from([1_700_000_000, 1_700_000_001, 2**32 - 1, 2**32, 2**33])


@st.composite
def sheets(draw: st.DrawFn) -> list[BatchMark]:
    """A class, or a part of one; of some the order is another."""
    first, number = draw(st.integers(0, 7)), draw(st.integers(1, 5))
    children = CHILDREN[first : first + number]
    if draw(st.integers(0, 4)) == 0:
        children = draw(st.lists(st.sampled_from(CHILDREN), min_size=1, max_size=4))
    at, codes = draw(TIMES), st.integers(0, len(CODES) - 1)
    return [BatchMark(child, index, draw(codes), draw(st.just(at) | TIMES)) for index, child in enumerate(children)]


def _entries(roll: Roll, marks: list[BatchMark]) -> Entries:
    sent = sheet(marks)
    return entries_of(sent, roll.places(sent.letters))


def stands(session: SessionMarks, roll: Roll) -> object:
    fields = [getattr(session, name) for name in SessionMarks.__slots__]
    return (dict(roll), list(roll), fields)


@given(entered=st.lists(st.tuples(st.integers(0, 2), sheets()), max_size=12), renamed=st.none() | st.integers(0, 11))
def test_a_class_entered_at_once_is_as_mark_by_mark(
    entered: list[tuple[int, list[BatchMark]]], renamed: int | None
) -> None:
    """In some sessions of one school, with somebody renamed meanwhile: what changed, and all that is kept."""
    at_once, each = (Roll(), [SessionMarks() for _ in range(3)]), (_Slow(), [SessionMarks() for _ in range(3)])
    for step, (session, marks) in enumerate(entered):
        outcomes = []
        for roll, sessions in (at_once, each):
            if step == renamed:
                roll.rename({CHILDREN[1]: "z" * 26})
            entered = sessions[session].enter(_entries(roll, marks), 1_700_000_000_000 + step)
            outcomes.append((entered, stands(sessions[session], roll)))
        assert outcomes[0] == outcomes[1]


def test_a_class_that_comes_again_is_found_in_its_row() -> None:
    """Else all would be entered one by one, and the property say nothing."""
    roll, marks = Roll(), [BatchMark(child, index, 0, 5) for index, child in enumerate(CHILDREN)]
    SessionMarks().enter(_entries(roll, marks[:6]), 0)
    rows = [CHILDREN[2:6], CHILDREN[5:7], [CHILDREN[7]], []]
    assert [roll.row("".join(row).encode()) for row in rows] == [2, None, None, None]
    with patch.object(SessionMarks, "_put", side_effect=AssertionError):
        assert SessionMarks().enter(_entries(roll, marks[2:6]), 0).all_new
