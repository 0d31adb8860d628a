"""Plain marks are read by compiled code, and only they; that it reads them right is a property."""

import json
import sys
from typing import Any

import pytest

import streams.pipeline
from streams.contract.sheets import Sheet
from streams.pipeline import compiled_marks
from streams.pipeline.forms import MAX_MARKS
from tests.unit.pipeline.examples import FRIEND, PUPIL, SIBLING, mark

SLOT = 1_477_602  # a morning of 2024


@pytest.fixture(autouse=True)
def _loaded() -> None:
    compiled_marks.load()


def read(*marks: Any) -> Sheet | None:  # noqa: ANN401 - whatever is sent
    return compiled_marks.marks_of(json.dumps(marks).encode(), SLOT, 5)


@pytest.mark.parametrize(
    "plain",
    [
        mark("/"),
        mark("\\"),
        mark("Y7"),
        mark("H"),
        mark(""),
        mark("L", minutes_late=0),
        mark("L", minutes_late=600),
        mark("L", minutes_late=None),
        {"minutes_late": 12, "code": "L", "pupil": PUPIL},
    ],
)
def test_a_plain_mark_is_read(plain: dict[str, Any]) -> None:
    """Alone, and between others."""
    assert all(found is not None for found in (read(plain), read(mark(pupil=SIBLING), plain, mark(pupil=FRIEND))))


@pytest.mark.parametrize(
    "odd",
    [
        mark("?"),
        mark("Y77"),
        mark("é"),
        mark(5),  # type: ignore[arg-type]
        mark(pupil=PUPIL[:25]),
        mark(pupil=PUPIL + "a"),
        mark(pupil=PUPIL.upper()),
        mark("L", minutes_late=601),
        mark("L", minutes_late=-1),
        mark("L", minutes_late=5.0),
        mark(recorded_at="2024-09-09T08:06:00Z"),
        mark(recorded_at=None),
        {"pupil": PUPIL},
        {"code": "/"},
        {},
        [],
        None,
    ],
)
def test_with_one_that_is_not_plain_none_is_read(odd: Any) -> None:  # noqa: ANN401 - whatever is sent
    """It is looked at by itself, the other way."""
    assert read(odd) is None
    assert read(mark(), odd) is None


@pytest.mark.parametrize("value", [b"", b"[", b"[]", b"{}", b"null", b'[{"pupil":"', b"\x00"])
def test_what_is_no_list_of_marks_is_not_read(value: bytes) -> None:
    """Nor is a list of none."""
    assert compiled_marks.marks_of(value, SLOT, 5) is None


def test_each_end_of_a_list_cut_short_is_met() -> None:
    """It is never read beyond."""
    whole = json.dumps([mark("L", minutes_late=5), mark("\\")]).encode()
    assert {compiled_marks.marks_of(whole[:size], SLOT, 5) for size in range(len(whole))} == {None}


def test_as_many_marks_are_read_as_a_register_may_have() -> None:
    """More are refused, the other way, also where their number does not fit 16 bits."""
    most = read(*[mark()] * MAX_MARKS)
    assert most is not None
    assert len(most) == MAX_MARKS
    assert read(*[mark()] * (MAX_MARKS + 1)) is None
    assert read(*[mark()] * ((1 << 16) + 1)) is None


def test_without_numba_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """All is read the other way: slower, and the same."""
    monkeypatch.delattr(streams.pipeline, "kernel_marks", raising=False)
    monkeypatch.setitem(sys.modules, "streams.pipeline.kernel_marks", None)
    monkeypatch.setattr(compiled_marks, "_read_marks", None)
    compiled_marks.load()
    assert not compiled_marks.is_loaded()
    assert read(mark()) is None
