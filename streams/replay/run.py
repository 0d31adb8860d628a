"""A replay: lines of files in, alerts and dead letters out, counted as it goes."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from streams.attendance.walk import Engine
from streams.contract.codec import encode_alert, encode_dead_letter_line
from streams.pipeline.replay import Fed, Line, Replay


class Source(NamedTuple):
    """A file of registers: the name its dead letters give, and its lines."""

    name: str
    lines: BinaryIO


@dataclass
class Totals:
    """What went in and what came out."""

    registers: int = 0
    marks: int = 0
    alerts: Counter[tuple[str, str]] = field(default_factory=Counter)
    dead_letters: Counter[str] = field(default_factory=Counter)

    def add(self, fed: Fed) -> None:
        """Count what one line gave."""
        self.registers += 1
        self.marks += fed.marks
        self.alerts.update((alert.rule, alert.change) for alert in fed.alerts)
        self.dead_letters.update(letter.reason for letter in fed.refused)


Sink = Callable[[bytes], object]
Seen = Callable[[int], None]
"""Told of the bytes read since it was last told, now and then."""

_AT_ONCE = 256 << 10  # bytes; some thousand marks


def replay(sources: Iterable[Source], engine: Engine, *, alerts: Sink, dead_letters: Sink | None, seen: Seen) -> Totals:
    """Feed every line of *sources*, in order, through the engine.

    Args:
        sources: files of registers, one JSON object a line; blank lines are passed over.
        engine: the rule book made ready.
        alerts: takes each alert as a line.
        dead_letters: takes each dead letter as a line; None where they are only counted.
        seen: told of progress.
    """
    totals = Totals()
    state = Replay(engine)
    for source in sources:
        state.name_source(source.name)
        for lines in _gathered(source.lines, seen):
            for fed in state.feed_all(lines):
                totals.add(fed)
                _write(fed, alerts, dead_letters)
    return totals


def _write(fed: Fed, alerts: Sink, dead_letters: Sink | None) -> None:
    for alert in fed.alerts:
        alerts(encode_alert(alert) + b"\n")
    if dead_letters is not None:
        for letter in fed.refused:
            dead_letters(encode_dead_letter_line(letter) + b"\n")


def _gathered(file: BinaryIO, seen: Seen) -> Iterator[list[Line]]:
    """Yield the lines that are not blank, some at once, telling of progress each time."""
    gathered, size = list[Line](), 0
    for number, line in enumerate(file, 1):
        size += len(line)
        if line.strip():
            gathered.append(Line(number, line.removesuffix(b"\n")))
        if size >= _AT_ONCE:
            yield gathered
            seen(size)
            gathered, size = [], 0
    yield gathered
    seen(size)
