"""Marks to the draft of a register."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streams.edge.draft import is_register_id
from streams.edge.grouping import draft_of

PUPIL = "abcdefghijklmnopqrstuvwxyz"


def _draft(*times: str) -> dict[str, Any]:
    marks = [{"pupil": PUPIL, "code": "/", "recorded_at": at} for at in times]
    return draft_of("file", urn=100001, date="2024-09-30", half="AM", marks=marks)


def test_the_earliest_time_is_the_registers_and_is_not_said_twice() -> None:
    """As instants, not as texts."""
    draft = _draft("2024-09-30T09:00:00+01:00", "2024-09-30T08:30:00+00:00", "2024-09-30T09:00:00+01:00")
    assert draft["recorded_at"] == "2024-09-30T09:00:00+01:00"
    assert [mark.get("recorded_at") for mark in draft["marks"]] == [None, "2024-09-30T08:30:00+00:00", None]


@given(st.lists(st.text(max_size=5), min_size=1, max_size=4))
def test_every_draft_has_an_id_that_the_edge_takes(times: list[str]) -> None:
    """Whatever is in it; times that are none are for the check to refuse."""
    assert is_register_id(_draft(*times)["register_id"])


def test_the_id_is_of_what_is_in_it() -> None:
    """The same marks the same id, other marks another."""
    assert _draft("2024-09-30T09:00:00Z") == _draft("2024-09-30T09:00:00Z")
    assert _draft("2024-09-30T09:00:00Z")["register_id"] != _draft("2024-09-30T09:00:01Z")["register_id"]
