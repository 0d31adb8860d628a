"""A replay: lines of files in, alerts and dead letters out, counted as it goes."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from streams.attendance.walk import Engine
from streams.board.school import Schools
from streams.contract.codec import encode_alert, encode_dead_letter_line
from streams.pipeline.replay import Fed, Replay


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

_TOLD_EVERY = 256  # lines


def replay(
    sources: Iterable[Source],
    engine: Engine,
    *,
    alerts: Sink,
    dead_letters: Sink | None,
    seen: Seen,
    schools: Schools | None = None,
) -> Totals:
    """Feed every line of *sources*, in order, through the engine.

    Args:
        sources: files of registers, one JSON object a line; blank lines are passed over.
        engine: the rule book made ready.
        alerts: takes each alert as a line.
        dead_letters: takes each dead letter as a line; None where they are only counted.
        seen: told of progress.
        schools: what is known of schools beforehand.
    """
    totals = Totals()
    state = Replay(engine, schools=schools)
    for source in sources:
        state.name_source(source.name)
        for number, line in _told(source.lines, seen):
            if line.strip():
                fed = state.feed(line, number)
                totals.add(fed)
                _write(fed, alerts, dead_letters)
    return totals


def _write(fed: Fed, alerts: Sink, dead_letters: Sink | None) -> None:
    for alert in fed.alerts:
        alerts(encode_alert(alert) + b"\n")
    if dead_letters is not None:
        for letter in fed.refused:
            dead_letters(encode_dead_letter_line(letter) + b"\n")


def _told(lines: BinaryIO, seen: Seen) -> Iterator[tuple[int, bytes]]:
    unsaid = 0
    for number, line in enumerate(lines, 1):
        yield number, line.removesuffix(b"\n")
        unsaid += len(line)
        if number % _TOLD_EVERY == 0:
            seen(unsaid)
            unsaid = 0
    seen(unsaid)
