"""Registers cut into stretches in which hardly any pupil comes twice."""

from hypothesis import given
from hypothesis import strategies as st

from streams.contract.batches import BatchMark, BatchRegister
from streams.contract.sheets import sheet
from streams.pipeline.stretches import stretches

ROLLS = st.lists(st.text("abcd", max_size=6), max_size=12)
"""Of each register its pupils."""


def _registers(rolls: list[str]) -> list[BatchRegister]:
    return [_register(number, roll) for number, roll in enumerate(rolls)]


def _register(number: int, roll: str) -> BatchRegister:
    marks = [BatchMark(letter * 26, index, 0, 0) for index, letter in enumerate(roll)]
    return BatchRegister(f"r{number}", 100001, 4, "", -1, (-1, number), sheet(marks))


def _rolls(registers: list[str], least: int) -> list[list[str]]:
    cut = stretches(_registers(registers), least)
    return [["".join([mark.pupil[0] for mark in register.marks]) for register in some] for some in cut]


def test_a_stretch_ends_where_a_pupil_comes_again() -> None:
    """What a pupil's marks flipped is told before its next one is taken."""
    assert _rolls(["ab", "cd", "c", "a", "b"], 1) == [["ab", "cd"], ["c", "a", "b"]]


def test_a_pupil_twice_in_one_register_ends_no_stretch() -> None:
    """The exact way takes those together."""
    assert _rolls(["ab", "cc", "d"], 1) == [["ab", "cc", "d"]]


def test_a_stretch_is_worth_a_batch() -> None:
    """A class that is marked again and again is not taken register by register."""
    assert _rolls(["ab", "ab", "ab", "ab", "ab"], 4) == [["ab", "ab"], ["ab", "ab"], ["ab"]]


@given(rolls=ROLLS, least=st.integers(1, 5))
def test_stretches_are_the_registers_in_order(rolls: list[str], least: int) -> None:
    """None is left out, and none taken twice."""
    cut = list(stretches(registers := _registers(rolls), least))
    assert [register for some in cut for register in some] == registers


@given(rolls=ROLLS)
def test_in_a_stretch_no_pupil_is_in_two_registers(rolls: list[str]) -> None:
    """Where every stretch is worth it."""
    for some in _rolls([roll for roll in rolls if roll], 1):
        whose = "".join(["".join(set(roll)) for roll in some])
        assert len(set(whose)) == len(whose)
