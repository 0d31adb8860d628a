"""Codes stand in the order of the rules, and are read by the date of their session."""

import pytest

from streams.attendance.codes import ABSENT, CATEGORIES, CODES, INDEX, NO_SCHOOL_DAY, POSSIBLE, Category, readings
from tests.unit.attendance.examples import at

ORDER = r"/ \ L   B K P V W J   C C1 C2 E I J1 M R S T   G N O U   Q Y1 Y2 Y3 Y4 Y5 Y6 Y7 X Z #   D   -"
BEST_FIRST = ORDER.split()
BEFORE, SINCE = "2024-08-18", "2024-08-19"


def read(code: str, session: str) -> str | None:
    index = readings(at(session)).get(code)
    return None if index is None else CODES[index]


def test_codes_are_ordered_as_the_rules_write_them() -> None:
    """The better of two codes is the one written first."""
    assert list(CODES) == BEST_FIRST


@pytest.mark.parametrize(
    ("category", "codes"),
    [
        (Category.ATTENDING, "/ \\ L"),
        (Category.OFF_SITE, "B K P V W J"),
        (Category.AUTHORISED, "C C1 C2 E I J1 M R S T"),
        (Category.UNAUTHORISED, "G N O U"),
        (Category.NOT_POSSIBLE, "Q Y1 Y2 Y3 Y4 Y5 Y6 Y7 X Z #"),
        (Category.ELSEWHERE, "D"),
        (Category.NO_MARK, "-"),
    ],
)
def test_each_code_has_its_category(category: Category, codes: str) -> None:
    """Every code is of the group it is written in, and of no other."""
    assert [code for code in CODES if CATEGORIES[INDEX[code]] is category] == codes.split()


def test_absence_is_authorised_and_unauthorised_together() -> None:
    """The codes of both kinds of absence are absent, and no others."""
    assert {CODES[i] for i in ABSENT} == set(BEST_FIRST[BEST_FIRST.index("C") : BEST_FIRST.index("Q")])


def test_possible_sessions_are_attended_off_site_or_missed() -> None:
    """D, no mark, and what was not a possible session are outside the denominator."""
    assert {CODES[i] for i in POSSIBLE} == set(BEST_FIRST[: BEST_FIRST.index("Q")])


def test_closure_and_no_mark_make_no_school_day() -> None:
    """Only #, Z, Y4 and - leave a date without school."""
    assert {CODES[i] for i in NO_SCHOOL_DAY} == {"#", "Z", "Y4", "-"}


@pytest.mark.parametrize("code", [code for code in BEST_FIRST if code not in {"/", "\\", "J"}])
@pytest.mark.parametrize("session", [f"{BEFORE}/AM", f"{SINCE}/PM"])
def test_codes_in_force_read_as_themselves_on_any_date(code: str, session: str) -> None:
    """New codes are read on old dates too."""
    assert read(code, session) == code


@pytest.mark.parametrize(
    ("code", "before", "since"),
    [("J", "J", "J1"), ("H", "C", "C"), ("Y", "Y7", "Y7"), ("F", "C", "C"), ("", "-", "-")],
)
def test_old_codes_are_read_by_session_date(code: str, before: str, since: str) -> None:
    """J becomes an absence on 19 August 2024 and not a day before; the others always meant what they mean now."""
    assert (read(code, f"{BEFORE}/PM"), read(code, f"{SINCE}/AM")) == (before, since)


@pytest.mark.parametrize("sent", ["/", "\\"])
@pytest.mark.parametrize("day", [BEFORE, SINCE])
def test_present_is_read_by_the_half_of_the_day(sent: str, day: str) -> None:
    """A morning's code in the afternoon is the afternoon's, and the other way round."""
    assert (read(sent, f"{day}/AM"), read(sent, f"{day}/PM")) == ("/", "\\")


@pytest.mark.parametrize("code", ["?", "n", "I01", " ", "/ ", "Y8", "C3", "--", "J2", "\uff2e"])
def test_a_code_that_is_none_is_not_read(code: str) -> None:
    """A lower-case letter, a sub-code or a space is unknown, never guessed at."""
    assert read(code, f"{SINCE}/AM") is None
