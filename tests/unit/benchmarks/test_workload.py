import json
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from benchmarks.calendar import LAST_DAY, sessions
from benchmarks.workload import FORM, Workload
from streams.attendance.walk import Engine
from streams.books import load_book
from streams.pipeline.replay import Replay

SMALL = Workload(pupils=1_000, sessions=60)


@pytest.fixture(scope="module")
def log() -> list[dict]:
    return [json.loads(register.line) for register in SMALL.registers()]


def _kind(register: dict) -> str:
    return register["register_id"].rsplit(".", 1)[1].rstrip("0123456789")


def test_same_seed_same_bytes() -> None:
    """The same seed gives the same bytes, and another seed gives others."""
    few = Workload(pupils=90, sessions=6)
    lines = [register.line for register in few.registers()]
    assert lines == [register.line for register in few.registers()]
    assert lines != [register.line for register in Workload(pupils=90, sessions=6, seed=2).registers()]


def test_shares_of_order(log: list[dict]) -> None:
    """96 % of marks come in order, 3 % amend one of the same day, 1 % an older one, each to a third of a percent."""
    counts = Counter[str]()
    for register in log:
        counts[_kind(register)] += len(register["marks"])
    shares = {kind: 100 * number / counts.total() for kind, number in counts.items()}
    assert shares == pytest.approx({"form": 96, "amend": 3, "late": 1}, abs=1 / 3)


def test_registers_are_of_thirty(log: list[dict]) -> None:
    """A form's register has 30 marks, each child once a session; the last form has those who are left."""
    forms = [register for register in log if _kind(register) == "form"]
    assert Counter(len(register["marks"]) for register in forms).most_common(1)[0][0] == FORM
    first = [register for register in forms if register["date"] == "2024-09-03" and register["session"] == "AM"]
    pupils = [mark["pupil"] for register in first for mark in register["marks"]]
    assert len(pupils) == len(set(pupils)) == SMALL.pupils


def test_late_by_days_to_weeks(log: list[dict]) -> None:
    """Corrections of old marks are recorded between a day and five weeks after their session, and change it."""
    lags = [
        (date.fromisoformat(register["recorded_at"][:10]) - date.fromisoformat(register["date"])).days
        for register in log
        if _kind(register) == "late"
    ]
    assert min(lags) >= 1
    assert 14 < max(lags) <= 35


def test_amendments_hold(log: list[dict]) -> None:
    """Every amendment is recorded after what it amends, so that it holds, and its code is another."""
    held: dict[tuple[str, str, str], tuple[str, str]] = {}
    for register in log:
        for mark in register["marks"]:
            slot = (mark["pupil"], register["date"], register["session"])
            version = (register["recorded_at"], mark["code"])
            assert slot not in held or (held[slot][0] < version[0] and held[slot][1] != version[1])
            held[slot] = version


def test_nothing_is_refused(log: list[dict]) -> None:
    """The engine takes every mark of the log, and register ids are never used twice."""
    replay = Replay(Engine(load_book(None)))
    fed = [replay.feed(register.line, number) for number, register in enumerate(SMALL.registers(), 1)]
    assert not any(one.refused for one in fed)
    assert sum(one.marks for one in fed) == sum(len(register["marks"]) for register in log)
    assert len({register["register_id"] for register in log}) == len(log)


def test_starts_in_mid_year() -> None:
    """A log may begin on any school day; holidays have no sessions."""
    first = next(iter(Workload(pupils=30, sessions=2, start=date(2024, 12, 24)).registers()))
    assert json.loads(first.line)["date"] == "2025-01-06"


def test_sessions_are_in_order() -> None:
    """Sessions follow each other, the morning first, on weekdays of one school year."""
    year = sessions(date(2024, 9, 3), 390)
    assert all((a.date, a.half) < (b.date, b.half) for a, b in pairwise(year))
    assert year[-1].date == LAST_DAY


def test_too_many_sessions() -> None:
    """More sessions than the school year has are refused, with how many it has."""
    with pytest.raises(ValueError, match="has 390 sessions, not 391"):
        sessions(date(2024, 9, 3), 391)
