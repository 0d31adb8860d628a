"""SIGTERM and Ctrl-C as an event that a loop can look at."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def stop_on_signals() -> Iterator[Event]:
    """Give an event that the first SIGTERM or Ctrl-C sets; a second one ends the process as ever. Main thread only."""
    stop = Event()
    before = {int(number): signal.getsignal(number) for number in _SIGNALS}

    def ask(number: int, _frame: object) -> None:
        stop.set()
        signal.signal(number, before[number])

    for number in _SIGNALS:
        signal.signal(number, ask)
    try:
        yield stop
    finally:
        for old, handler in before.items():
            signal.signal(old, handler)
