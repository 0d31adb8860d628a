"""The invented half-term: the same for the same seed, plausible, and with every story in it."""

import json
import re
from collections import Counter
from datetime import date, datetime
from typing import Any

import pytest

from streams.attendance.codes import ABSENT, INDEX, POSSIBLE
from streams.contract.messages import PupilKey
from streams.simulate import half_term, registers, stories
from streams.simulate.calendar import school_days_later, weekdays

REGEX = PupilKey.__metadata__[0].pattern


@pytest.fixture(scope="module")
def sent() -> list[dict[str, Any]]:
    lines = (item.line for item in half_term(1) if not _poisoned(item.line))
    return [json.loads(line) for line in lines]


def _poisoned(line: bytes) -> bool:
    return line in stories.poison(1)


def _first(sent: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [register for register in sent if register["register_id"].endswith(".0")]


def _codes(sent: list[dict[str, Any]], pupil: str, urn: int) -> dict[tuple[str, str], str]:
    held = {}
    for register in sent:
        for mark in register["marks"]:
            if mark["pupil"] == pupil and register["urn"] == urn:
                held[register["date"], register["session"]] = mark["code"]
    return held


def test_one_seed_gives_the_same_registers_every_time() -> None:
    """The half-term is a function of its seed."""
    assert list(registers(7)) == list(registers(7))


def test_another_seed_gives_other_children() -> None:
    """Two seeds share no pseudonym."""
    assert not _pupils(1) & _pupils(2)


def _pupils(seed: int) -> set[str]:
    lines = [item.line for item in half_term(seed) if item.line not in stories.poison(seed)]
    return {mark["pupil"] for line in lines for mark in json.loads(line)["marks"]}


def test_600_children_and_the_two_of_the_stories_are_on_roll() -> None:
    """Every child has a pseudonym of its own, in the contract's form."""
    pupils = _pupils(1)
    assert len(pupils) == 602
    assert all(re.fullmatch(REGEX, pupil) for pupil in pupils)


def test_every_form_sends_each_register_of_the_half_term_once(sent: list[dict[str, Any]]) -> None:
    """Twenty forms, 39 weekdays, two sessions: 1,560 registers, no two with one id."""
    first = _first(sent)
    assert len(first) == 20 * 39 * 2
    assert len({register["register_id"] for register in sent}) == len(sent)
    assert {register["date"] for register in first} == {day.isoformat() for day in weekdays()}


def test_lines_come_in_order_of_time_and_never_before_they_were_recorded() -> None:
    """A line is sent after its marks were made, and after the lines sent before it."""
    items = half_term(1)
    times = [item.at for item in items]
    assert times == sorted(times)
    for item in items:
        if not _poisoned(item.line):
            register = json.loads(item.line)
            marks = [mark.get("recorded_at", register["recorded_at"]) for mark in register["marks"]]
            assert max(map(datetime.fromisoformat, marks)) <= item.at


def test_about_two_marks_in_a_hundred_are_amended_later(sent: list[dict[str, Any]]) -> None:
    """Amendments are 1 to 3 percent of the marks."""
    marks = sum(len(register["marks"]) for register in sent)
    amended = sum(len(register["marks"]) for register in sent if not register["register_id"].endswith(".0"))
    assert 0.01 < amended / marks < 0.03


def test_absence_is_what_schools_see(sent: list[dict[str, Any]]) -> None:
    """Between 4 and 9 percent of the possible sessions are missed, all codes are known to the engine."""
    codes = Counter(INDEX[mark["code"]] for register in _first(sent) for mark in register["marks"])
    possible = sum(codes[code] for code in POSSIBLE)
    assert 0.04 < sum(codes[code] for code in ABSENT) / possible < 0.09


def test_reasons_not_known_at_first_are_mostly_learnt(sent: list[dict[str, Any]]) -> None:
    """Of the marks N, more than nine in ten get a later version."""
    unknown = {_key(register, mark) for register in _first(sent) for mark in register["marks"] if mark["code"] == "N"}
    later = {
        _key(register, mark)
        for register in sent
        for mark in register["marks"]
        if not register["register_id"].endswith(".0")
    }
    assert len(unknown & later) / len(unknown) > 0.9


def _key(register: dict[str, Any], mark: dict[str, Any]) -> tuple[str, ...]:
    return mark["pupil"], str(register["urn"]), register["date"], register["session"]


def test_inset_days_are_closed_for_everyone(sent: list[dict[str, Any]]) -> None:
    """On an INSET day every mark is `#`, on others none is."""
    closed = {(register["date"], mark["code"] == "#") for register in sent for mark in register["marks"]}
    assert {day for day, inset in closed if inset} == {"2025-09-02", "2025-10-13"}
    assert ("2025-10-13", False) not in closed


def test_a_class_is_written_down_as_absent_and_corrected_on_the_friday(sent: list[dict[str, Any]]) -> None:
    """The wrong template touches one form for three days, and each of its registers is amended with what was so."""
    wrong = [r for r in sent if r["register_id"].startswith("990001-5.2025-09-23.AM")]
    absent = {mark["pupil"] for mark in wrong[0]["marks"] if mark["code"] == "O"}
    corrected = {
        mark["pupil"]: mark["code"] for r in wrong[1:] for mark in r["marks"] if r["recorded_at"][:10] == "2025-09-26"
    }
    assert len(absent) >= 25
    assert absent >= set(corrected)
    assert set(corrected.values()) <= {"/", "L"}
    assert len(corrected) >= 25


def test_one_register_arrives_five_days_late() -> None:
    """The late register is sent on 7 October and says that it was taken on the 2nd."""
    (late,) = [item for item in half_term(1) if b'"990002-6.2025-10-02.PM.0"' in item.line]
    assert late.at == stories.LATE_ARRIVAL
    assert json.loads(late.line)["recorded_at"].startswith("2025-10-02T13:")


def test_a_child_moves_school_and_is_never_on_both_rolls(sent: list[dict[str, Any]]) -> None:
    """Exactly one child has a mark at the first school before 29 September and at the second from then on."""
    schools: dict[str, dict[int, list[str]]] = {}
    for register in sent:
        for mark in register["marks"]:
            schools.setdefault(mark["pupil"], {}).setdefault(register["urn"], []).append(register["date"])
    (mover,) = [rolls for rolls in schools.values() if len(rolls) == 2 and 990001 in rolls]
    assert max(mover[990001]) < "2025-09-29" <= min(mover[990002])


def test_a_dual_registered_child_is_expected_elsewhere_by_both_schools_once(sent: list[dict[str, Any]]) -> None:
    """In every open session one of its schools has D, and in exactly one session both have."""
    pupils = {mark["pupil"] for r in sent for mark in r["marks"] if mark["code"] == "D"}
    (pupil,) = pupils
    first, second = _codes(sent, pupil, 990002), _codes(sent, pupil, 990003)
    assert first.keys() == second.keys()
    assert [session for session in first if first[session] == second[session] == "D"] == [("2025-09-18", "PM")]


def test_poison_has_a_line_for_each_kind_of_refusal() -> None:
    """Six poisoned lines are sent among the others."""
    lines = list(registers(1))
    assert [line for line in lines if _poisoned(line)] == stories.poison(1)
    assert len(stories.poison(1)) == 6


@pytest.mark.parametrize(
    ("number", "then"),
    [(1, date(2025, 10, 14)), (5, date(2025, 10, 20)), (40, date(2025, 10, 24))],
)
def test_school_days_skip_weekends_and_inset(number: int, then: date) -> None:
    """School days are counted over weekends and INSET days, and end with the half-term."""
    assert school_days_later(date(2025, 10, 10), number) == then
