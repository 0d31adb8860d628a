"""Registers sent at a set rate, whatever becomes of them: an open loop, so that a stall is not left out of the count.

Each register has its time before the first is sent. One that could not be sent in time is sent late, and counted from
when it was due.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from benchmarks.measures.cutting import size_of
from streams.kafka.producer import Sender
from streams.kafka.registers import peek, register_headers

Clock = Callable[[], float]


def due_times(sizes: Iterable[int], rate: float) -> Iterator[float]:
    """Give, for registers of *sizes* marks, when each is due (s from the start) so that marks come at *rate* a second.

    Raises:
        ValueError: *rate* is not above 0.
    """
    if rate <= 0:
        raise ValueError(f"{rate:g} marks a second is no rate")
    return (before / rate for before in accumulate(sizes, initial=0))


@dataclass
class Sent:
    """When each register was due, by its id (s since 1970), and how late the latest was handed over (s)."""

    due: dict[str, float] = field(default_factory=dict)
    latest: float = 0.0
    marks: int = 0


class OpenLoop:
    """Sends lines to *topic* at *rate* marks a second. *clock* is in seconds since 1970."""

    def __init__(
        self,
        sender: Sender,
        topic: str,
        rate: float,
        clock: Clock = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._sender, self._topic, self._rate = sender, topic, rate
        self._clock, self._sleep = clock, sleep

    def send_all(self, lines: list[bytes]) -> Sent:
        """Send *lines*, each when it is due, and never wait for an answer before the last."""
        sent, began = Sent(), self._clock()
        for line, after in zip(lines, due_times(map(size_of, lines), self._rate), strict=False):
            self._wait(began + after)
            self._send(line, began + after, sent)
        self._sender.flush()
        return sent

    def _wait(self, due: float) -> None:
        ahead = due - self._clock()
        if ahead > 0:
            self._sleep(ahead)

    def _send(self, line: bytes, due: float, sent: Sent) -> None:
        key, register_id = peek(line)
        name = register_id or ""
        sent.due[name] = due
        sent.latest = max(sent.latest, self._clock() - due)
        sent.marks += size_of(line)
        self._sender.send(self._topic, line, key=key, headers=register_headers(name), name=name)
