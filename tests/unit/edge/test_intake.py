"""The one check of what comes in."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.contract.codec import REGISTER_TYPE
from streams.contract.messages import Origin
from streams.contract.register import Register
from streams.edge.intake import Door, check_draft, check_json
from streams.edge.pseudonym import pseudonymiser
from streams.edge.verdicts import Checked
from streams.pipeline.intake import read_register
from tests.support.upns import ANNA, BEN, TEMPORARY, upns

NOW_MS = 1_727_770_000_000  # 1 October 2024, 09:06 in London
PUPIL = "abcdefghijklmnopqrstuvwxyz"
DOOR = Door("gateway", "sims", pseudonymiser(bytes(range(32))), lambda: NOW_MS)
REGISTER: dict[str, Any] = {
    "register_id": "am-1",
    "urn": 100001,
    "date": "2024-10-01",
    "session": "AM",
    "recorded_at": "2024-10-01T09:05:00+01:00",
    "marks": [{"upn": ANNA, "code": "/"}],
}


def _with(**fields: object) -> Checked:
    return check_draft(REGISTER | fields, DOOR)


def _mark(**fields: object) -> Checked:
    """Check a register of a good mark and one with *fields*."""
    return _with(marks=[{"pupil": PUPIL, "code": "/"}, fields])


def _value(checked: Checked) -> dict[str, Any]:
    assert checked.event
    value: dict[str, Any] = json.loads(checked.event.value)
    return value


def test_a_upn_gives_way_to_its_pseudonym() -> None:
    """The event names the child by 26 characters, and is a register of the contract."""
    checked = _with(marks=[{"upn": ANNA, "code": "/"}, {"upn": BEN, "code": "L", "minutes_late": 3}])
    assert checked.event
    assert ANNA.encode() not in checked.event.value
    register = msgspec.json.decode(checked.event.value, type=Register)
    assert [(mark.code, mark.minutes_late) for mark in register.marks] == [("/", None), ("L", 3)]
    assert len({mark.pupil for mark in register.marks}) == 2


def test_a_upn_however_written_is_the_same_child() -> None:
    """Lower case and spaces give the same pseudonym."""
    loose = f" {ANNA[:4].lower()} {ANNA[4:]}"
    marks = _value(_with(marks=[{"upn": ANNA, "code": "/"}, {"upn": loose, "code": "/"}]))["marks"]
    assert marks[0]["pupil"] == marks[1]["pupil"]


def test_a_pseudonym_goes_on_as_it_is() -> None:
    """A sender that has the key, such as another instance, may send pupils."""
    assert _value(_mark(pupil=PUPIL, code="O"))["marks"][1] == {"pupil": PUPIL, "code": "O"}


def test_the_event_is_keyed_by_school_and_says_where_it_came_in() -> None:
    """CloudEvents in binary mode, of the type that files are sent with; `source` is the door's, whatever was sent."""
    checked = _with(source="whatever")
    assert checked.event
    headers = dict(checked.event.headers)
    assert checked.event.key == b"100001"
    assert (headers["ce_id"], headers["ce_source"]) == (b"am-1", b"urn:firstbell:gateway:sims")
    assert headers["ce_type"].decode() == REGISTER_TYPE
    assert _value(checked)["source"] == "sims"


def test_the_same_draft_gives_the_same_bytes() -> None:
    """So that a register sent twice is twice the same."""
    assert _with().event == check_json(json.dumps(REGISTER).encode(), DOOR).event


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        ({"upn": "Q999000024002", "code": "/"}, "bad-upn"),
        ({"upn": "", "code": "/"}, "bad-upn"),
        ({"upn": 7, "code": "/"}, "not-a-mark"),
        ({"code": "/"}, "not-a-mark"),
        ({"upn": ANNA, "pupil": PUPIL, "code": "/"}, "not-a-mark"),
        ({"upn": ANNA}, "not-a-mark"),
        ({"upn": ANNA, "code": "/", "minutes_late": "3"}, "not-a-mark"),
        ({"upn": ANNA, "code": "/", "name": "Anna"}, "unknown-field"),
        ({"upn": ANNA, "code": "/", "comment": None}, "unknown-field"),
        ({"pupil": ANNA, "code": "/"}, "bad-pupil"),
        ({"upn": ANNA, "code": "late"}, "unknown-code"),
        ({"upn": ANNA, "code": "\ud800"}, "unknown-code"),
        ({"upn": ANNA, "code": "/", "recorded_at": "9 am"}, "bad-recorded-at"),
        ({"upn": ANNA, "code": "/", "recorded_at": [[]]}, "bad-recorded-at"),
        ({"upn": ANNA, "code": "/", "recorded_at": "2024-10-03T09:05:00+01:00"}, "recorded-in-future"),
        ({"upn": ANNA, "code": "/", "recorded_at": "2024-09-20T09:05:00+01:00"}, "future-session"),
    ],
)
def test_a_bad_mark_is_refused_alone(mark: dict[str, Any], reason: str) -> None:
    """By its place and reason, without what was in it; the other goes on."""
    checked = _mark(**mark)
    assert [(refused.mark, refused.reason) for refused in checked.refused] == [(1, reason)]
    assert (checked.marks, checked.taken, len(_value(checked)["marks"])) == (2, 1, 1)
    assert ANNA not in str(checked.refused)
    assert "Anna" not in str(checked.refused)


@pytest.mark.parametrize("mark", [None, 3, "x", [], {}])
def test_what_is_no_mark_is_refused_alone(mark: object) -> None:
    """Whatever stands in the list."""
    checked = _with(marks=[mark, {"upn": ANNA, "code": "/"}])
    assert [(refused.mark, refused.reason) for refused in checked.refused] == [(0, "not-a-mark")]
    assert checked.taken == 1


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"pupil_names": ["Anna"]}, "unknown-field"),
        ({"note": ""}, "unknown-field"),
        ({"register_id": f"100001-{ANNA}"}, "not-a-register"),
        ({"register_id": ANNA.lower()}, "not-a-register"),
        ({"register_id": f"am/{PUPIL}"}, "not-a-register"),
        ({"register_id": "Anna was ill"}, "not-a-register"),
        ({"register_id": None}, "not-a-register"),
        ({"source": ANNA}, "not-a-register"),
        ({"source": 5}, "not-a-register"),
        ({"received_at": ANNA}, "not-a-register"),
        ({"urn": "100001"}, "not-a-register"),
        ({"urn": 10**4000}, "not-a-register"),
        ({"date": "01/10/2024"}, "not-a-register"),
        ({"session": "am"}, "not-a-register"),
        ({"marks": None}, "not-a-register"),
        ({"marks": [{}] * 2001}, "not-a-register"),
        ({"recorded_at": "2024-10-01T09:05:00"}, "bad-recorded-at"),
        ({"recorded_at": "2024-10-02T09:08:00+01:00"}, "recorded-in-future"),
    ],
)
def test_a_bad_register_is_refused_whole(fields: dict[str, Any], reason: str) -> None:
    """With a reason, and without what was in it."""
    checked = _with(**fields)
    assert checked.event is None
    assert checked.refusal
    assert checked.refusal.reason == reason
    assert ANNA not in str(checked)
    assert "Anna" not in str(checked)


def test_recorded_within_a_day_of_the_edges_clock_is_taken() -> None:
    """24 hours to the second are not too much."""
    assert _with(recorded_at="2024-10-02T09:06:40+01:00").event
    assert _with(recorded_at="2024-10-02T09:06:41+01:00").event is None


def test_a_register_without_marks_goes_on_and_one_of_bad_marks_alone_does_not() -> None:
    """One says that a register was opened; the other must stay missing."""
    assert _value(_with(marks=[]))["marks"] == []
    checked = _with(marks=[{"upn": "x", "code": "/"}])
    assert checked.event is None
    assert checked.refusal
    assert (checked.refusal.reason, [mark.reason for mark in checked.refused]) == ("no-mark-taken", ["bad-upn"])


def test_temporary_upns_are_taken_and_flagged() -> None:
    """By their place; one that is refused for another reason is not."""
    marks = [{"upn": ANNA, "code": "/"}, {"upn": TEMPORARY, "code": "/"}, {"upn": TEMPORARY, "code": "late"}]
    checked = _with(marks=marks)
    assert (checked.taken, checked.temporary) == (2, (1,))


@pytest.mark.parametrize("value", [b"", b"{", b'"\xff"', b"[" * 100_000, b"NaN"])
def test_what_is_no_json_is_said_so(value: bytes) -> None:
    """Broken, not UTF-8, nested too deeply."""
    checked = check_json(value, DOOR)
    assert checked.refusal
    assert checked.refusal.reason == "not-json"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
_MARKS = st.fixed_dictionaries(
    {},
    optional={
        "upn": upns() | _JSON,
        "pupil": st.just(PUPIL) | _JSON,
        "code": st.sampled_from(["/", "O", "", "late"]) | _JSON,
        "minutes_late": st.integers(-5, 700) | _JSON,
        "recorded_at": st.sampled_from(["2024-10-01T09:05Z", "2024-12-01T09:05Z"]) | _JSON,
        "name": _JSON,
    },
)


@given(st.lists(_MARKS | _JSON, max_size=6))
def test_each_mark_is_taken_or_refused_and_the_stream_takes_all_that_are_taken(marks: list[Any]) -> None:
    """Nothing vanishes without a word, and what the edge takes gives no dead letter."""
    checked = _with(marks=marks)
    assert checked.taken + len(checked.refused) == len(marks)
    if checked.event:
        register, letters = read_register(checked.event.value, received_ms=NOW_MS, origin=Origin())
        assert register
        assert (len(register.marks), letters) == (checked.taken, [])
