"""Amendments strewn through the time that follows: the log has those of a session one after the other at its end."""

from collections import deque
from collections.abc import Iterable, Iterator

from benchmarks.measures.cutting import size_of

_CLASS = 10  # marks; an amendment has fewer


def strewn(lines: Iterable[bytes], every: int) -> Iterator[bytes]:
    """Yield *lines*, of which an amendment waits its turn: one comes behind *every* so many registers of classes.

    Those whose turn would be after the last class are left out.
    """
    waiting, since = deque[bytes](), 0
    for line in lines:
        if size_of(line) < _CLASS:
            waiting.append(line)
            continue
        yield line
        since += 1
        if waiting and since >= every:
            yield waiting.popleft()
            since = 0
