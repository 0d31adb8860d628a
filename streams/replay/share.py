"""One process's share of a replay: what lines give of the pupils that are its own, written and ready to be ordered."""

from typing import NamedTuple

from streams.attendance.walk import Engine
from streams.board.school import Schools
from streams.contract.codec import encode_alert, encode_dead_letter_line
from streams.contract.messages import DeadLetter
from streams.pipeline.replay import Fed, Line, Replay


class Placed(NamedTuple):
    """A line to write, what it is counted as, and the place of its mark in the register (before all: of schools)."""

    place: int
    kind: tuple[str, str]
    line: bytes


class Part(NamedTuple):
    """What one line of a file gave in one share: alerts and dead letters, each in the order of their places."""

    alerts: list[Placed]
    dead_letters: list[Placed]
    marks: int


class Share:
    """Share *number* of *of*: the pupils whose partition it would be, and every so manieth school."""

    def __init__(self, engine: Engine, schools: Schools | None = None, number: int = 0, of: int = 1) -> None:
        self._replay = Replay(engine, schools=schools, share=(number, of))

    def feed(self, source: str, lines: list[Line]) -> list[Part]:
        """Take lines of the file *source*, none of them blank; return what each gave, in order."""
        if source != self._replay.file:
            self._replay.name_source(source)
        return [_part(fed) for fed in self._replay.feed_all(lines)]


def _part(fed: Fed) -> Part:
    alerts = [
        Placed(place, (alert.rule, alert.change), encode_alert(alert) + b"\n")
        for place, alert in zip(fed.places, fed.alerts, strict=True)
    ]
    return Part(alerts, [_letter(letter) for letter in fed.refused], fed.marks)


def _letter(letter: DeadLetter) -> Placed:
    return Placed(letter.mark or 0, (letter.reason, ""), encode_dead_letter_line(letter) + b"\n")
