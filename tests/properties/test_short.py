"""Whatever the codes of a pupil's sessions, held short and written out they are the same."""

from hypothesis import given
from hypothesis import strategies as st

from streams.attendance.codes import CODES, INDEX
from streams.attendance.days import in_full, parted, shortened

PRESENT = st.integers(0, 40).map(lambda days: bytes((INDEX["/"], INDEX["\\"])) * days)
OTHERS = st.lists(st.integers(0, len(CODES) - 1), max_size=4).map(bytes)
MANY = st.lists(PRESENT | OTHERS, max_size=20).map(b"".join)


@given(MANY, MANY)
def test_what_is_held_short_and_joined_comes_back_joined(one: bytes, other: bytes) -> None:
    """And it is never longer."""
    assert in_full(shortened(one) + shortened(other)) == one + other
    assert len(shortened(one)) <= len(one)


@given(st.lists(MANY.map(shortened), max_size=4).map(b"".join), st.data())
def test_what_is_held_short_is_parted_where_asked(short: bytes, data: st.DataObject) -> None:
    """Also within days that one byte stands for."""
    codes = in_full(short)
    number = data.draw(st.integers(0, len(codes)))
    before, last = parted(short, number)
    assert (in_full(before), in_full(last)) == (codes[: len(codes) - number], codes[len(codes) - number :])
