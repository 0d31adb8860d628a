"""Knowing a source that has gone bad."""

import pytest

from streams.topology import breaker
from streams.topology.breaker import Breaker


def saw(of: Breaker, source: bytes, registers: str) -> list[bool]:
    """Show it registers, `x` bad and `.` good; give whether the source went bad with each."""
    return [of.saw(source, bad=each == "x") for each in registers]


def test_it_goes_bad_with_more_than_the_share_and_is_told_once() -> None:
    """Half of the last hundred may be bad; one more may not."""
    of = Breaker(100, 50)
    assert saw(of, b"a", "." * 49 + "x" * 50 + "x" * 10).count(True) == 1
    assert saw(Breaker(100, 50), b"a", ".x" * 200).count(True) == 0
    assert of.bad == 1


def test_it_is_well_again_when_the_last_ones_are() -> None:
    """And may go bad again, which is told again."""
    of = Breaker(4, 50)
    assert saw(of, b"a", "xxx...xxx") == [False, False, True, False, False, False, False, False, True]


def test_a_new_source_goes_bad_before_it_has_sent_the_whole_number() -> None:
    """As soon as its bad ones are more than may be among so many."""
    assert saw(Breaker(100, 50), b"a", "x" * 51)[-2:] == [False, True]


def test_sources_are_apart() -> None:
    """One that is bad does not make another so."""
    of = Breaker(4, 50)
    saw(of, b"a", "xxx")
    assert saw(of, b"b", "....") == [False] * 4
    assert of.bad == 1
    saw(of, b"a", "...")
    assert of.bad == 0


def test_sources_heard_of_longest_ago_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys come from outside: there may be any number of them; and who is forgotten is not counted."""
    monkeypatch.setattr(breaker, "MOST_SOURCES", 2)
    of = Breaker(2, 50)
    saw(of, b"a", "xx")
    saw(of, b"b", "xx")
    assert of.bad == 2
    saw(of, b"c", ".")
    assert of.bad == 1
    assert saw(of, b"a", "xx") == [False, True]
