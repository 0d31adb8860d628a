import json
from base64 import b64decode

import pytest

from benchmarks.england.authority import Authority
from benchmarks.england.registers import registers
from benchmarks.gate import Mismatch
from benchmarks.rivals import ledger
from benchmarks.rivals.ledger import PERSISTENT, TEN_IN_TEN
from benchmarks.rivals.openings import openings
from benchmarks.rivals.side import check
from streams.attendance.walk import Engine
from streams.books import load_book
from streams.pipeline.replay import Line, Replay

AUTHORITY = Authority(pupils=240, history=0, sessions=44)


def _taken(lines: list[bytes]) -> dict[str, bytes]:
    held: dict[str, bytes] = {}
    for line in lines:
        register = json.loads(line)
        where = ledger.seat(register["date"], register["session"])
        for mark in register["marks"]:
            before = held.get(mark["pupil"], ledger.EMPTY)
            held[mark["pupil"]] = ledger.take(before, where, ledger.KINDS[mark["code"]])
    return held


def test_rivals_rules_are_ours() -> None:
    """On a log with amendments, a rival's ledgers have the children on whom our engine has an open alert."""
    lines = [register.line for register in registers(AUTHORITY)]
    replay = Replay(Engine(load_book(None)))
    replay.feed_all([Line(number, line) for number, line in enumerate(lines, 1)])
    pupils = [replay.ledgers.get(key) for key in AUTHORITY.keys]
    held = _taken(lines)
    for bit, rule in ledger.RULES.items():
        ours = {one.key for one in pupils if any(a.rule == rule and a.end is None for a in one.announced)}
        assert {key for key, its in held.items() if ledger.on(its) & bit} == ours
        assert ours


def test_openings_are_what_marks_would_have_made() -> None:
    """A ledger opened from the history is that of its marks one by one, also for those who go another's way."""
    lived = Authority(pupils=70, history=0, sessions=30, kinds=40)
    begun = Authority(pupils=70, history=30, sessions=0, kinds=40)
    lines = [line for _, _, line in registers(lived) if b".class" in line]
    marks = _taken(lines)
    opened = {
        child["pupil"]: ledger.opened(b64decode(child["weeks"]))
        for record in openings(begun)
        for child in json.loads(record.value)["opening"]
    }
    amended = {mark["pupil"] for line in lines for mark in json.loads(line)["marks"] if mark["code"] == "N"}
    plain = [key for key in lived.keys if key not in amended]
    assert [opened[key] for key in plain] == [marks[key] for key in plain]
    assert len(plain) > 20


def test_a_correction_is_counted_anew() -> None:
    """A mark of a week long past, or of one not seen before, changes the counts as if it had come in its order."""
    days = [f"2024-09-{day:02}" for day in (9, 10, 11, 12, 13, 16, 17, 18, 19, 20)]
    seats = [ledger.seat(day, half) for day in days for half in ("AM", "PM")]
    kinds = [3] * 10 + [1] * 10
    in_order = shuffled = ledger.EMPTY
    for where, kind in zip(seats, kinds, strict=True):
        in_order = ledger.take(in_order, where, kind)
    for where, kind in sorted(zip(seats, kinds, strict=True), key=lambda one: one[0].place):
        shuffled = ledger.take(shuffled, where, kind)
    assert shuffled == in_order
    assert ledger.on(in_order) == PERSISTENT | TEN_IN_TEN
    assert ledger.on(ledger.take(in_order, seats[0], 1)) == PERSISTENT


OURS = {"persistent-absence": {"a", "b"}, "unauthorised-10-in-10": {"b"}, "spells": {"c"}}


def test_gate_takes_equal_sets() -> None:
    """A rival whose children are ours, by each rule that it does, has a number."""
    theirs = {rule: OURS[rule] for rule in ledger.RULES.values()}
    assert check(theirs, OURS) == "2 persistent-absence, 1 unauthorised-10-in-10, as ours"


@pytest.mark.parametrize("wrong", [{"a"}, {"a", "b", "d"}, {"a", "d"}])
def test_gate_refuses_a_wrong_set(wrong: set[str]) -> None:
    """One child too few, too many, or another: no number."""
    with pytest.raises(Mismatch, match="persistent-absence at the end"):
        check({"persistent-absence": wrong}, OURS)


def test_gate_refuses_an_empty_set() -> None:
    """Where nobody is on, equal sets show nothing."""
    with pytest.raises(Mismatch, match="too short"):
        check({"persistent-absence": set()}, {"persistent-absence": set()})
