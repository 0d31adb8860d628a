"""What lines of a file give, written and ready to be ordered: of their schools, and of a share of their pupils."""

from collections.abc import Sequence
from itertools import chain

from msgspec import Struct

from streams.attendance.straight import Straight
from streams.attendance.walk import Engine
from streams.contract.batches import BatchRegister
from streams.contract.codec import encode_alert, encode_dead_letter_line
from streams.contract.messages import Alert, DeadLetter
from streams.pipeline.ledgers import Ledgers
from streams.pipeline.lines import Read
from streams.pipeline.refusals import from_file
from streams.pipeline.replay import taken
from streams.pipeline.speed import PATIENT


class Placed(Struct, array_like=True, frozen=True, gc=False):
    """A line to write, what it is counted as, and the place of its mark in the register (before all: of schools)."""

    place: int
    kind: tuple[str, str]
    line: bytes


class Part(Struct, array_like=True, frozen=True, gc=False):
    """What one line of a file gave in one share: alerts and dead letters, each in the order of their places."""

    alerts: list[Placed]
    dead_letters: list[Placed]
    marks: int


class Share:
    """The ledgers of a share of the pupils, or of all."""

    def __init__(self, engine: Engine) -> None:
        self._ledgers = Ledgers(engine, from_file("-"), speed=PATIENT, hand=Straight)

    def take(self, source: str, registers: Sequence[BatchRegister]) -> list[Part]:
        """Take registers of the file *source*, with the marks of these pupils; return what each gave, in order."""
        self._ledgers.origin_of = from_file(source)
        return [_part(each.places, each.alerts, each.refused, each.taken) for each in taken(self._ledgers, registers)]


def part_of(read: Read) -> Part:
    """Return what a line gave before its marks were taken."""
    return _part(read.places, read.schools, read.refused, 0)


def joined(parts: Sequence[Part]) -> Part:
    """Return what one line gave in several places as one: in the order of places, which no two have in common."""
    alerts, letters = [part.alerts for part in parts], [part.dead_letters for part in parts]
    return Part(_in_order(alerts), _in_order(letters), sum([part.marks for part in parts]))


def _in_order(placed: list[list[Placed]]) -> list[Placed]:
    return sorted(chain.from_iterable(placed), key=lambda one: one.place) if any(placed) else []


def _part(places: list[int], alerts: list[Alert], refused: list[DeadLetter], marks: int) -> Part:
    if not alerts and not refused:
        return Part([], [], marks)
    return Part([_alert(*each) for each in zip(places, alerts, strict=True)], list(map(_letter, refused)), marks)


def _alert(place: int, alert: Alert) -> Placed:
    return Placed(place, (alert.rule, alert.change), encode_alert(alert) + b"\n")


def _letter(letter: DeadLetter) -> Placed:
    return Placed(letter.mark or 0, (letter.reason, ""), encode_dead_letter_line(letter) + b"\n")
