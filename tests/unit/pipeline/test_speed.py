"""The fast path is loaded when it is worth it; until then, and without numba, all goes the exact way."""

import sys
from threading import Event

import pytest

import streams.attendance
from streams.attendance.screen import Screen
from streams.pipeline.speed import FastPath, Speed
from tests.unit.pipeline.examples import ENGINE


def test_a_few_marks_do_not_have_it_loaded() -> None:
    """It takes longer than they do."""
    screen = Screen(ENGINE)
    assert not FastPath(screen, Speed(2, 5, wait=True)).is_for(4)
    assert not screen.ready


def test_many_marks_have_it_loaded_and_then_fewer_take_it() -> None:
    """From the second bound on it is there for all batches from the first."""
    fast = FastPath(Screen(ENGINE), Speed(2, 5, wait=True))
    assert [fast.is_for(marks) for marks in (5, 4, 2, 1)] == [True, True, True, False]


def test_nobody_waits_while_it_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those marks go the exact way."""
    going, screen = Event(), Screen(ENGINE)
    monkeypatch.setattr(screen, "load", going.wait)
    fast = FastPath(screen, Speed(2, 5))
    assert not fast.is_for(5)
    going.set()


def test_without_numba_all_goes_the_exact_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slower, and the same."""
    monkeypatch.delattr(streams.attendance, "kernel", raising=False)
    monkeypatch.setitem(sys.modules, "streams.attendance.kernel", None)
    screen = Screen(ENGINE)
    assert not FastPath(screen, Speed(1, 1, wait=True)).is_for(1_000)
    assert not screen.ready


@pytest.mark.parametrize(("pupils", "is_begun"), [(4, False), (5, True)])
def test_it_is_loaded_beside_the_ledgers_of_many_pupils(pupils: int, is_begun: bool) -> None:  # noqa: FBT001 - a table
    """Their first marks would take longest without it; those of a few are done before it is there."""
    fast = FastPath(Screen(ENGINE), Speed(2, 5, wait=True))
    for known in range(1, pupils + 1):
        fast.expect(known)
    assert (fast._thread is not None) == is_begun  # noqa: SLF001 - it shows nowhere else that it was begun
