"""A replay on several processes, with the output of one: each does its share of the pupils, and parts are put in order.

The process that has the files reads each line once, puts it on the boards of schools, and splits its marks by pupil; so
a share gets its own marks only, in columns, as a record of `marks` has them. A pupil's marks are taken in the order of
the file, and what a line gave is ordered by the places of its marks in the register. A process is an executor with one
worker, so that each batch comes to every share, in order. It is sent bytes, and sends bytes.
"""

import gc
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from typing import NamedTuple, Protocol

import msgspec

from streams.attendance.book import RuleBook
from streams.attendance.walk import Engine
from streams.board.school import Schools
from streams.contract.batches import BatchRegister, decode_batch
from streams.errors import Stop
from streams.pipeline import compiled_marks
from streams.pipeline.lines import Line, Lines, Read
from streams.pipeline.splitting import encode_owned
from streams.replay.share import Part, Share, joined, part_of

_AHEAD = 3  # batches sent before the first of them is waited for: keeps all busy, and bounds the memory
_MANY = 50  # batches, some 900,000 marks: then the rest is worth a second to load the compiled reader here too

Batch = tuple[str, list[Line]]
"""The name of a file, and some of its lines."""

_encode_parts = msgspec.msgpack.Encoder().encode
_decode_parts = msgspec.msgpack.Decoder(list[Part]).decode


class Feed(Protocol):
    """Gives what each line of each batch gave, batch by batch."""

    def __call__(self, batches: Iterable[Batch]) -> Iterator[list[Part]]:
        """Work batches off, in order."""


class _Sent(NamedTuple):
    """A batch that was read, and what is to come of its pupils."""

    read: list[Read]
    parts: list[Future[bytes]]


@contextmanager
def shares(book: RuleBook, schools: Schools | None, processes: int) -> Iterator[Feed]:
    """Give the feed of so many processes; with one, it is this one."""
    lines = Lines(book, schools)
    if processes == 1:
        share = Share(Engine(book))
        yield lambda batches: (_fed_here(share, lines, batch) for batch in batches)
        return
    with ExitStack() as stack:
        executors = [stack.enter_context(_process(book)) for _ in range(processes)]
        yield lambda batches: _fed(executors, lines, batches)


def _fed_here(share: Share, lines: Lines, batch: Batch) -> list[Part]:
    read = lines.read(*batch)
    return together(read, [share.take(batch[0], registers_of(read))])


@contextmanager
def _process(book: RuleBook) -> Iterator[ProcessPoolExecutor]:
    executor = ProcessPoolExecutor(1, get_context("spawn"), _begin, (book, gc.get_threshold()))
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


def _fed(executors: list[ProcessPoolExecutor], lines: Lines, batches: Iterable[Batch]) -> Iterator[list[Part]]:
    ahead: deque[_Sent] = deque()
    try:
        for number, (source, some) in enumerate(batches):
            if number == _MANY:
                compiled_marks.load()
            ahead.append(_send(executors, source, lines.read(source, some)))
            if len(ahead) > _AHEAD:
                yield _came(ahead.popleft())
        while ahead:
            yield _came(ahead.popleft())
    except BrokenProcessPool:
        raise Stop("a process of the replay was ended from outside; what is written so far is not all") from None


def _send(executors: list[ProcessPoolExecutor], source: str, read: list[Read]) -> _Sent:
    parts = zip(executors, encode_owned(registers_of(read), len(executors)), strict=True)
    return _Sent(read, [executor.submit(_take, source, part) for executor, part in parts])


def _came(sent: _Sent) -> list[Part]:
    return together(sent.read, [_decode_parts(future.result()) for future in sent.parts])


def registers_of(read: Sequence[Read]) -> list[BatchRegister]:
    """Return the registers of lines, without those that were refused whole."""
    return [each.register for each in read if each.register is not None]


def together(read: Sequence[Read], shares: Sequence[Sequence[Part]]) -> list[Part]:
    """Return what each line gave: before its marks, and in each of the *shares* that took the registers of *read*."""
    given = zip(*shares, strict=True)
    return [joined([part_of(each), *(next(given) if each.register is not None else ())]) for each in read]


_share: Share
"""The share of this process, where it is one of several."""


def _begin(book: RuleBook, collect: tuple[int, int, int]) -> None:
    global _share  # noqa: PLW0603 - what is sent to a process finds nothing else there
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that sends us lines tells us when it is over
    gc.set_threshold(*collect)  # as in the process that sends us lines
    _share = Share(Engine(book))


def _take(source: str, batch: bytes) -> bytes:
    return _encode_parts(_share.take(source, decode_batch(batch).registers))
