"""Ctrl-C and SIGTERM, which must end the demo wherever in its code they arrive."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible() -> Iterator[Callable[[], None]]:
    """Turn both signals into KeyboardInterrupt, and give a check that raises it again where one was lost.

    An exception that a signal handler raises is ignored where it lands in a finaliser, and becomes another one where a
    library in C or Rust catches it. So what was asked is remembered too: loops call the check, and so does the end.
    Main thread only.

    Raises:
        KeyboardInterrupt: a signal came, at once or when the block ends, in place of any error of the block.
    """
    asked = Event()

    def handle(_number: int, _frame: FrameType | None) -> None:
        asked.set()
        raise KeyboardInterrupt

    def check() -> None:
        if asked.is_set():
            raise KeyboardInterrupt

    before = {number: signal.signal(number, handle) for number in _SIGNALS}
    try:
        yield check
        check()
    except Exception:
        check()
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
