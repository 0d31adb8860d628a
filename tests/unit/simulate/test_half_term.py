"""The demo's half-term: the same for the same seed, three schools of a county, and every story in it."""

import json
import re
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from streams.attendance.codes import ABSENT, INDEX, POSSIBLE
from streams.contract.messages import PupilKey
from streams.simulate import half_term, registers, stories
from streams.simulate.half_term import Sent, invented
from streams.simulate.roll import pseudonym

REGEX = PupilKey.__metadata__[0].pattern
FIRST, SECOND, THIRD = invented(1)
POISON = [line for _, line in stories.poison(1)]


@pytest.fixture(scope="module")
def items() -> list[Sent]:
    return [item for item in half_term(1) if item.line not in POISON]


@pytest.fixture(scope="module")
def sent(items: list[Sent]) -> list[dict[str, Any]]:
    return [json.loads(item.line) for item in items]


def _codes(sent: list[dict[str, Any]], pupil: str, urn: int) -> dict[tuple[str, str], str]:
    return {
        (register["date"], register["session"]): mark["code"]
        for register in sent
        if register["urn"] == urn
        for mark in register["marks"]
        if mark["pupil"] == pupil
    }


def _of(items: list[Sent], urn: int, day: str, half: str) -> list[tuple[datetime, dict[str, Any]]]:
    """Every line of one school and session, with when it was sent."""
    read = [(item.at, json.loads(item.line)) for item in items]
    return [(at, r) for at, r in read if (r["urn"], r["date"], r["session"]) == (urn, day, half)]


def test_one_seed_gives_the_same_registers_every_time() -> None:
    """The half-term is a function of its seed."""
    assert list(registers(7)) == list(registers(7))


def test_another_seed_gives_other_children(sent: list[dict[str, Any]]) -> None:
    """Two seeds share no pseudonym."""
    others = [json.loads(item.line) for item in half_term(2) if item.line not in [p for _, p in stories.poison(2)]]
    assert not _pupils(sent) & _pupils(others)


def _pupils(sent: list[dict[str, Any]]) -> set[str]:
    return {mark["pupil"] for register in sent for mark in register["marks"]}


def test_about_600_children_have_pseudonyms_of_their_own(sent: list[dict[str, Any]]) -> None:
    """Some join after the half-term; every pseudonym has the contract's form."""
    pupils = _pupils(sent)
    assert 570 <= len(pupils) <= 602
    assert all(re.fullmatch(REGEX, pupil) for pupil in pupils)


def test_no_two_registers_have_one_id(sent: list[dict[str, Any]]) -> None:
    """Amendments and corrections count on from the register they mend."""
    assert len({register["register_id"] for register in sent}) == len(sent)


def test_lines_come_in_order_of_time_say_so_and_never_before_they_were_recorded(items: list[Sent]) -> None:
    """A line is sent after its marks were made, and says when it was received."""
    times = [item.at for item in items]
    assert times == sorted(times)
    for item in items:
        register = json.loads(item.line)
        marks = [mark.get("recorded_at", register["recorded_at"]) for mark in register["marks"]]
        assert max(map(datetime.fromisoformat, marks)) <= item.at
        assert datetime.fromisoformat(register["received_at"]) == item.at


def test_absence_is_what_schools_see(sent: list[dict[str, Any]]) -> None:
    """Between 4 and 10 percent of the possible sessions are missed, stories left out; the engine knows all codes."""
    codes = Counter(
        INDEX[mark["code"]]
        for register in sent
        if register["register_id"].endswith(".0") and register["date"] != "2025-10-09"
        for mark in register["marks"]
    )
    possible = sum(codes[code] for code in POSSIBLE)
    assert 0.04 < sum(codes[code] for code in ABSENT) / possible < 0.10


def test_a_class_is_written_down_as_absent_and_corrected_on_the_friday(sent: list[dict[str, Any]]) -> None:
    """Everyone in one form is O or away for a reason; those who were O are amended with what was so."""
    name = stories.form_of(FIRST, 4)
    wrong, *later = [r for r in sent if r["register_id"].startswith(f"{name}.2025-09-23.AM")]
    absent = {mark["pupil"] for mark in wrong["marks"] if mark["code"] == "O"}
    (corrected,) = [r["marks"] for r in later if r["recorded_at"].startswith("2025-09-26T11:00")]
    assert len(absent) >= 10
    assert not {"/", "L"} & {mark["code"] for mark in wrong["marks"]}
    assert {mark["pupil"] for mark in corrected} <= absent
    assert {mark["code"] for mark in corrected} <= {"/", "L"}


def test_one_school_sends_no_register_of_an_afternoon_until_the_next_morning(items: list[Sent]) -> None:
    """Every line of that session is sent after eight on 1 October."""
    of_session = _of(items, SECOND.urn, "2025-09-30", "PM")
    assert len(of_session) >= len(SECOND.forms)
    assert min(at for at, _ in of_session) == stories.FOUND


def test_a_cold_school_is_first_written_down_as_away_and_then_as_closed(items: list[Sent]) -> None:
    """All marks of the day are N; from the next morning on all are Y4."""
    for half in ("AM", "PM"):
        held: dict[str, set[str]] = {"first": set(), "then": set()}
        for at, register in _of(items, THIRD.urn, "2025-10-09", half):
            moment = "first" if at < stories.SHUT_AFTER_ALL else "then"
            held[moment] |= {mark["code"] for mark in register["marks"]}
        assert held == {"first": {"N"}, "then": {"Y4"}}


def test_one_register_arrives_five_days_late(items: list[Sent]) -> None:
    """The late register is sent on 7 October and says that it was taken on the 2nd."""
    wanted = f'"{stories.form_of(SECOND, 5)}.2025-10-02.PM.0"'.encode()
    (late,) = [item for item in items if wanted in item.line]
    assert late.at == stories.LATE_ARRIVAL
    assert json.loads(late.line)["recorded_at"].startswith("2025-10-02T1")


def test_a_child_moves_school_and_takes_its_absences_along(sent: list[dict[str, Any]]) -> None:
    """It has marks at the first school before 29 September and at the third from then on, and six absences."""
    pupil = pseudonym(1, "moves")
    before, after = _codes(sent, pupil, FIRST.urn), _codes(sent, pupil, THIRD.urn)
    assert max(before) < ("2025-09-29", "AM") <= min(after)
    assert Counter(code for code in [*before.values(), *after.values()] if code in "IO") == {"I": 2, "O": 4}


def test_a_dual_registered_child_is_expected_elsewhere_by_both_schools_once(sent: list[dict[str, Any]]) -> None:
    """In exactly one session both of its schools have D."""
    pupil = pseudonym(1, "shared")
    first, second = _codes(sent, pupil, SECOND.urn), _codes(sent, pupil, FIRST.urn)
    both = [session for session in first if first[session] == second.get(session) == "D"]
    assert both == [("2025-09-18", "PM")]


def test_poison_has_a_line_for_each_kind_of_refusal() -> None:
    """Six poisoned lines are sent among the others."""
    assert [line for line in registers(1) if line in POISON] == POISON
    assert len(POISON) == 6


def test_nothing_is_sent_once_the_half_term_is_over() -> None:
    """What the office learns later is not told."""
    last = half_term(1)[-1].at
    assert last - datetime.fromisoformat("2025-10-24T18:00:00+01:00") <= timedelta(0)
