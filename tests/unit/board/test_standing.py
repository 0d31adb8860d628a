"""Whether a school should send registers, by DfE's register."""

from datetime import date

import pytest

from streams.board.school import School
from streams.board.standing import standing

DAY = date(2024, 9, 9)


@pytest.mark.parametrize(
    ("school", "expected"),
    [
        (None, "unknown"),
        (School(urn=100001), "open"),
        (School(urn=100001, status="Open, but proposed to close", opened=DAY, closed=DAY), "open"),
        (School(urn=100001, status="Closed"), "closed"),
        (School(urn=100001, status="Proposed to open"), "closed"),
        (School(urn=100001, status="Open", opened=date(2024, 9, 10)), "closed"),
        (School(urn=100001, status="Open", closed=date(2024, 9, 8)), "closed"),
    ],
)
def test_a_school_stands_as_of_the_day(school: School | None, expected: str) -> None:
    """Its first and its last day are days of school."""
    assert standing(school, DAY) == expected
