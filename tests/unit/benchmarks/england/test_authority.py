import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.england import ledgers
from benchmarks.england.authority import Authority
from benchmarks.england.registers import registers
from streams.attendance.ledger import Version
from streams.attendance.pupil import Pupil

SMALL = Authority(pupils=70, history=12, sessions=2)


def test_amendments_are_two_percent() -> None:
    """Of the marks under the clock 2 % amend another, to a third of a percent; the others are one a child a session."""
    authority = Authority(pupils=6_000, history=4, sessions=4)
    counts = Counter[bool]()
    for register in registers(authority):
        counts[".class" in json.loads(register.line)["register_id"]] += register.marks
    assert counts[True] == 24_000
    assert 100 * counts[False] / counts.total() == pytest.approx(2, abs=1 / 3)


def test_same_seed_same_registers() -> None:
    """The same seed gives the same bytes; another gives others."""
    assert list(registers(SMALL)) == list(registers(Authority(pupils=70, history=12, sessions=2)))
    assert list(registers(SMALL)) != list(registers(Authority(pupils=70, history=12, sessions=2, seed=2)))


def _held(pupil: Pupil) -> list[Version]:
    return [version for _, _, version in sorted(pupil.ledger.versions())]


def test_ledgers_hold_the_history(tmp_path: Path) -> None:
    """What is loaded has every child's codes, each at its own school, also of those who go another's way."""
    authority = Authority(pupils=400, history=6, kinds=30)
    loaded = ledgers.loaded(ledgers.make(authority, 1, tmp_path), 0)
    assert len(loaded) == 400
    for child in (3, 393):
        pupil = loaded.get(authority.keys[child])
        assert [version.code for version in _held(pupil)] == authority.codes[:6, child % 30].tolist()
        assert {urn for _, urn, _ in pupil.ledger.versions()} == {authority.urn_of(child)}
        assert pupil.book is not None


def test_ledgers_are_made_once(tmp_path: Path) -> None:
    """What was made is found again, and another size has a folder of its own."""
    made = ledgers.make(SMALL, 1, tmp_path)
    stamp = made.stat().st_mtime_ns
    assert ledgers.make(SMALL, 1, tmp_path) == made
    assert made.stat().st_mtime_ns == stamp
    assert ledgers.folder(Authority(pupils=71, history=12), 1, tmp_path) != made
