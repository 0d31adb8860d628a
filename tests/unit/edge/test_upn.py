"""UPNs: what is one, and what seems to hold one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.edge.upn import check_letter, read_upn, seems_to_hold_upn
from tests.support.upns import upns

REST = st.from_regex(r"[0-9]{11}[0-9A-HJ-NP-RT-Z]", fullmatch=True)


@pytest.mark.parametrize("text", ["R201100018042", "H801200001001", "T20110001804V"])
def test_the_published_examples_are_upns(text: str) -> None:
    """The examples of the DfE's own test data have the right check letter."""
    assert read_upn(text) is not None


@pytest.mark.parametrize("text", ["r201100018042", " R201 1000 18042\n"])
def test_case_and_spaces_do_not_matter(text: str) -> None:
    """A UPN typed loosely is the same child."""
    assert read_upn(text) == read_upn("R201100018042")


@pytest.mark.parametrize(
    "text",
    ["", "R20110001804", "R2011000180422", "Q201100018042", "I201100018042", "R20110001804O", "R20110001804\u0662"],
)
def test_what_has_not_the_form_or_check_letter_is_none(text: str) -> None:
    """Too short, too long, another check letter, letters that no UPN has, digits that are not ASCII."""
    assert read_upn(text) is None


def test_an_authority_below_201_is_none() -> None:
    """The check letter being right is not enough."""
    assert read_upn(check_letter("200100018042") + "200100018042") is None


def test_a_last_letter_makes_it_temporary() -> None:
    """And a last digit does not."""
    found = [read_upn(text) for text in ("T20110001804V", "R201100018042")]
    assert [upn.is_temporary for upn in found if upn] == [True, False]


@given(REST)
def test_of_all_check_letters_one_is_right(rest: str) -> None:
    """Any slip in the first character is found."""
    rest = "201" + rest[3:]
    right = [letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if read_upn(letter + rest)]
    assert right == [check_letter(rest)]


@given(upns(), st.integers(1, 12), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_found(upn: str, place: int, digit: str) -> None:
    """The weights and 23 have no common factor, so one digit taken for another never passes."""
    other = upn[:place] + digit + upn[place + 1 :]
    assert other == upn or not upn[place].isdigit() or read_upn(other) is None


def test_its_repr_does_not_say_it() -> None:
    """A UPN in a traceback or a log line stays unsaid."""
    assert "201" not in repr(read_upn("R201100018042"))


@given(upns())
def test_a_text_that_holds_one_is_seen(upn: str) -> None:
    """As a word in any case, and in capitals inside a longer one."""
    assert seems_to_hold_upn(upn)
    assert seems_to_hold_upn(f"am-{upn.lower()}-1")
    assert seems_to_hold_upn(f"100001{upn}AM")


@pytest.mark.parametrize(
    "text", ["8f6c1f5e-am", "2024-10-01/AM/100001", "0f9e6a52-8c52-4b7e-9d3a-1a2b3c4d5e6f", "r" * 40]
)
def test_common_ids_hold_none(text: str) -> None:
    """UUIDs, dates and numbers of schools pass."""
    assert not seems_to_hold_upn(text)
