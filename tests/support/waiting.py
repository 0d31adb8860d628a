"""Waiting for what can only be looked at, not awaited: a process that ends, a setting that spreads."""

import time
from collections.abc import Callable

_LOOK_AGAIN = 0.05  # s


def until(holds: Callable[[], bool], within: float = 30) -> None:
    """Look until *holds*; fail where it does not within so many seconds."""
    end = time.monotonic() + within
    while not holds():
        assert time.monotonic() < end, f"not so within {within} s"
        time.sleep(_LOOK_AGAIN)
