"""Whatever the codes of a pupil's sessions, held short and written out they are the same."""

from hypothesis import given
from hypothesis import strategies as st

from streams.attendance.codes import CODES, INDEX
from streams.attendance.days import in_full, shortened

PRESENT = st.integers(0, 40).map(lambda days: bytes((INDEX["/"], INDEX["\\"])) * days)
OTHERS = st.lists(st.integers(0, len(CODES) - 1), max_size=4).map(bytes)
MANY = st.lists(PRESENT | OTHERS, max_size=20).map(b"".join)


@given(MANY, MANY)
def test_what_is_held_short_and_joined_comes_back_joined(one: bytes, other: bytes) -> None:
    """And it is never longer."""
    assert in_full(shortened(one) + shortened(other)) == one + other
    assert len(shortened(one)) <= len(one)
