"""What a load took for a moment is handed back, where the C library can."""

import asyncio
import ctypes
from concurrent.futures import ThreadPoolExecutor
from threading import current_thread
from types import SimpleNamespace

import pytest

from streams.topology.giving_back import give_back, give_back_aside


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


def test_handed_back_in_a_thread_nobody_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop of the worker goes on meanwhile."""
    threads: list[str] = []
    trim = SimpleNamespace(malloc_trim=lambda _: threads.append(current_thread().name))
    monkeypatch.setattr(ctypes, "CDLL", lambda _: trim)
    with ThreadPoolExecutor(1, thread_name_prefix="aside") as pool:
        asyncio.run(give_back_aside(pool))
    assert threads == ["aside_0"]
