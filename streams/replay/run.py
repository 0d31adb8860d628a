"""A replay: lines of files in, alerts and dead letters out, counted as it goes."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from streams.attendance.book import RuleBook
from streams.board.school import Schools
from streams.pipeline.lines import Line
from streams.replay.share import Part
from streams.replay.shares import Batch, shares


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

    def add(self, part: Part) -> None:
        """Count what one line gave."""
        self.registers += 1
        self.marks += part.marks
        if part.alerts:  # of most lines come none
            self.alerts.update([alert.kind for alert in part.alerts])
        if part.dead_letters:
            self.dead_letters.update([letter.kind[0] for letter in part.dead_letters])


Sink = Callable[[bytes], object]
Seen = Callable[[int], None]
"""Told of the bytes read since it was last told, now and then."""

_AT_ONCE = 1 << 20  # bytes; some 18,000 marks


def replay(
    sources: Iterable[Source],
    book: RuleBook,
    *,
    alerts: Sink,
    dead_letters: Sink | None,
    seen: Seen,
    schools: Schools | None = None,
    processes: int = 1,
) -> Totals:
    """Feed every line of *sources*, in order, through the engine.

    Args:
        sources: files of registers, one JSON object a line; blank lines are passed over.
        book: the rule book.
        alerts: takes each alert as a line.
        dead_letters: takes each dead letter as a line; None where they are only counted.
        seen: told of progress.
        schools: what is known of schools beforehand.
        processes: how many share the pupils; the output is the same.

    Raises:
        Stop: one of several processes was ended from outside.
    """
    totals = Totals()
    batches = (batch for source in sources for batch in _gathered(source, seen))
    with shares(book, schools, processes) as feed:
        for part in (part for parts in feed(batches) for part in parts):
            totals.add(part)
            _write(part, alerts, dead_letters)
    return totals


def _write(part: Part, alerts: Sink, dead_letters: Sink | None) -> None:
    for alert in part.alerts:
        alerts(alert.line)
    if dead_letters is not None:
        for letter in part.dead_letters:
            dead_letters(letter.line)


def _gathered(source: Source, seen: Seen) -> Iterator[Batch]:
    """Yield the lines that are not blank, some at once, telling of progress each time."""
    gathered, size = list[Line](), 0
    for number, line in enumerate(source.lines, 1):
        size += len(line)
        if not line.isspace():
            gathered.append(Line(number, line.removesuffix(b"\n")))
        if size >= _AT_ONCE:
            yield source.name, gathered
            seen(size)
            gathered, size = [], 0
    yield source.name, gathered
    seen(size)
