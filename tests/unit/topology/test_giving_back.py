"""What a load took for a moment is handed back, where the C library can."""

import ctypes
from types import SimpleNamespace

import pytest

from streams.topology.giving_back import give_back


def test_all_that_is_free_is_handed_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept for the next who asks."""
    kept: list[int] = []
    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace(malloc_trim=kept.append))
    give_back()
    assert kept == [0]


def test_a_c_library_that_hands_nothing_back_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """There are some that have no such call."""
    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace())
    give_back()
