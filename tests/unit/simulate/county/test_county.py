"""The stream: everything once, in order of time, and nothing in it that is only known to the truth."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from streams.attendance.codes import CODES, INDEX
from streams.simulate.county.county import County, Register
from streams.simulate.county.page import NOT_ON_ROLL
from streams.simulate.county.shelf import Shelf
from streams.simulate.county.truth import truth
from streams.simulate.lines import line
from tests.unit.simulate.county.places import LAST_DAYS, YEAR, county, everyone

SMALL = 400


def stream(made: County, days: range) -> Iterator[Register]:
    with Shelf() as shelf:
        places = made.plan(shelf, lambda upn: upn, lambda *_: None)
        yield from made.stream(shelf, places, days)


@pytest.fixture(scope="module")
def year() -> list[Register]:
    return list(stream(county(SMALL), range(LAST_DAYS)))


def test_one_seed_gives_one_stream(year: list[Register]) -> None:
    """The same registers in the same order."""
    assert list(stream(county(SMALL), range(LAST_DAYS))) == year


def test_registers_come_in_order_of_time_and_never_before_they_were_written(year: list[Register]) -> None:
    """What is sent is not older than what was sent before it, and not younger than its marks."""
    assert [register.sent for register in year] == sorted(register.sent for register in year)
    for register in year:
        assert max([register.recorded, *(entry.at for entry in register.entries if entry.at)]) <= register.sent


def test_no_two_registers_have_one_id(year: list[Register]) -> None:
    """Form, session and version make the id, and the line has it."""
    assert len({register.id for register in year}) == len(year)
    first = year[0]
    assert json.loads(written(first))["register_id"] == first.id


def written(register: Register) -> bytes:
    return line(register, register.session, register.version, register.recorded, register.entries, register.sent)


def test_in_the_end_the_registers_say_what_happened(year: list[Register]) -> None:
    """The latest mark of each child and session is what its page has, where its register came and it was learnt."""
    held: dict[tuple[str, int, int], tuple[Any, str]] = {}
    for register in year:
        session = 2 * YEAR.days.index(register.session.date) + (register.session.half == "PM")
        for entry in register.entries:
            key, at = (entry.pupil, register.urn, session), entry.at or register.recorded
            held[key] = max(held.get(key, (at, entry.code)), (at, entry.code))
    wrong, pages = Counter[str](), county(SMALL)
    for school in pages.schools:
        for enrolment in pages.enrolments(school):
            for session, code in enumerate(enrolment.codes):
                found = held.get((enrolment.child.upn, school.urn, session))
                if code == NOT_ON_ROLL:
                    assert found is None
                elif found and found[1] != CODES[code]:
                    wrong[found[1]] += 1
    assert set(wrong) <= {"N"}  # never learnt before the year was over
    assert wrong.total() < len(held) / 5000


def test_most_registers_come_within_the_hour_some_late_some_never(year: list[Register]) -> None:
    """The curve of the morning, and what goes wrong."""
    first = [register for register in year if register.version == 0]
    quick = sum(register.sent - register.recorded < timedelta(hours=1) for register in first)
    overnight = sum(register.sent.date() > register.session.date for register in first)
    expected = Counter((r.urn, r.name) for r in first)
    assert 0.96 < quick / len(first) < 0.995
    assert 0 < overnight < 0.02 * len(first)
    assert min(expected.values()) < 2 * LAST_DAYS


def test_days_can_be_a_part_of_the_year(year: list[Register]) -> None:
    """A week of it is the same week as in the whole, and ends with the last amendment of its registers."""
    week = range(20, 25)
    days = {YEAR.days[day] for day in week}
    part = list(stream(county(SMALL), week))
    assert sorted(r.id for r in part) == sorted(r.id for r in year if r.session.date in days)


def test_nothing_of_the_truth_is_in_a_register(year: list[Register]) -> None:
    """A mark has a pupil, a code, minutes and a time, and a register no field beyond the contract's."""
    fields: set[str] = set()
    for register in year[:2000]:
        read = json.loads(written(register))
        fields |= read.keys() | {f"mark.{name}" for mark in read["marks"] for name in mark}
    marks = {"mark.pupil", "mark.code", "mark.minutes_late", "mark.recorded_at"}
    own = {"register_id", "urn", "date", "session", "recorded_at", "received_at", "source", "marks"}
    assert fields <= own | marks


def test_the_truth_names_each_enrolment_its_type_and_its_days() -> None:
    """One line an enrolment, with the child as it is named in the registers."""
    made = county(SMALL)
    for enrolment in everyone(made)[:50]:
        read = json.loads(truth(enrolment, made.schools[0], "named-so", made.year))
        assert read["pupil"] == "named-so"
        assert read["type"] == enrolment.child.nature.type
        assert read["from"] <= read["to"]
        assert (read["begins"] is None) == (enrolment.began is None)


def test_every_mark_is_a_code(year: list[Register]) -> None:
    """All codes are of the table, and the child's first mark is there."""
    assert {entry.code for register in year for entry in register.entries} <= INDEX.keys()
