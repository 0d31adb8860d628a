"""A replay on several processes, with the output of one: each does its share of the pupils, and parts are put in order.

Every process reads every line and leaves out the marks of other shares; a pupil's marks are so taken in the order of
the file, and what a line gave is ordered by the places of its marks in the register. A process is an executor with one
worker, so that each batch comes to every share, in order.
"""

import gc
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from itertools import chain
from multiprocessing import get_context
from typing import Protocol

from streams.attendance.book import RuleBook
from streams.attendance.walk import Engine
from streams.board.school import Schools
from streams.errors import Stop
from streams.pipeline.replay import Line
from streams.replay.share import Part, Placed, Share

_AHEAD = 3  # batches sent before the first of them is waited for: keeps all busy, and bounds the memory

Batch = tuple[str, list[Line]]
"""The name of a file, and some of its lines."""


class Feed(Protocol):
    """Gives what each line of each batch gave, batch by batch."""

    def __call__(self, batches: Iterable[Batch]) -> Iterator[list[Part]]:
        """Work batches off, in order."""


@contextmanager
def shares(book: RuleBook, schools: Schools | None, processes: int) -> Iterator[Feed]:
    """Give the feed of so many processes; with one, it is this one."""
    if processes == 1:
        share = Share(Engine(book), schools)
        yield lambda batches: (share.feed(*batch) for batch in batches)
        return
    with ExitStack() as stack:
        executors = [stack.enter_context(_process(book, schools, number, processes)) for number in range(processes)]
        yield lambda batches: _fed(executors, batches)


@contextmanager
def _process(book: RuleBook, schools: Schools | None, number: int, of: int) -> Iterator[ProcessPoolExecutor]:
    executor = ProcessPoolExecutor(1, get_context("spawn"), _begin, (book, schools, number, of, gc.get_threshold()))
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


def _fed(executors: list[ProcessPoolExecutor], batches: Iterable[Batch]) -> Iterator[list[Part]]:
    ahead: deque[list[Future[list[Part]]]] = deque()
    try:
        for batch in batches:
            ahead.append([executor.submit(_feed, *batch) for executor in executors])
            if len(ahead) > _AHEAD:
                yield _together(ahead.popleft())
        while ahead:
            yield _together(ahead.popleft())
    except BrokenProcessPool:
        raise Stop("a process of the replay was ended from outside; what is written so far is not all") from None


def _together(futures: list[Future[list[Part]]]) -> list[Part]:
    return [joined(parts) for parts in zip(*(future.result() for future in futures), strict=True)]


def joined(parts: Iterable[Part]) -> Part:
    """Return what one line gave in all shares as one: in the order of places, which no two shares have in common."""
    alerts, letters, marks = zip(*parts, strict=True)
    return Part(_in_order(alerts), _in_order(letters), sum(marks))


def _in_order(placed: Iterable[list[Placed]]) -> list[Placed]:
    return sorted(chain.from_iterable(placed), key=lambda one: one.place)


_share: Share
"""The share of this process, where it is one of several."""


def _begin(book: RuleBook, schools: Schools | None, number: int, of: int, collect: tuple[int, int, int]) -> None:
    global _share  # noqa: PLW0603 - what is sent to a process finds nothing else there
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that sends us lines tells us when it is over
    gc.set_threshold(*collect)  # as in the process that sends us lines
    _share = Share(Engine(book), schools, number, of)


def _feed(source: str, lines: list[Line]) -> list[Part]:
    return _share.feed(source, lines)
