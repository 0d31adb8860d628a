"""Codes held short are the very codes when they are written out, and take a fraction where a pupil is mostly there."""

import pytest

from streams.attendance.codes import CODES, INDEX
from streams.attendance.days import in_full, shortened

PRESENT = bytes((INDEX["/"], INDEX["\\"]))
ALL = bytes(range(len(CODES)))


@pytest.mark.parametrize("codes", [b"", ALL, ALL[::-1], PRESENT, PRESENT[::-1] * 40, *(PRESENT * n for n in range(70))])
def test_codes_come_back_as_they_were(codes: bytes) -> None:
    """Whatever they are, in whichever order, and however many days in a row there are."""
    assert in_full(shortened(codes)) == codes
    assert in_full(shortened(codes) + shortened(codes[1:])) == codes + codes[1:]


def test_days_of_presence_are_held_by_their_number() -> None:
    """A month without an absence is a byte or four; a session with another code a byte."""
    assert len(shortened(PRESENT * 16)) == 1
    assert len(shortened(PRESENT * 23)) == 4
    assert len(shortened(PRESENT * 16 + ALL[2:] + PRESENT * 16)) == 2 + len(ALL) - 2
