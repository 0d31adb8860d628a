"""The correction that waits until a webhook has heard of what it will take back.

Without the wait it would be chance whether the notifier tells of an alert before its end comes, or settles both away.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from streams.attendance.book import RuleBook
from streams.attendance.walk import Engine
from streams.contract.messages import Alert
from streams.pipeline.replay import Replay

Sent = tuple[datetime, bytes]
"""When its school sent a register, and its line."""


class _Mark(Struct):
    pupil: str


class _Register(Struct):
    marks: list[_Mark]


_decode = msgspec.json.Decoder(_Register).decode


def taken_back(registers: Sequence[Sent], moment: datetime, book: RuleBook, rules: Collection[str]) -> frozenset[str]:
    """Give the ids of pupils' alerts by *rules* that hold until *moment* and that the registers sent then withdraw.

    By a replay of the registers of those pupils alone: what is known of a pupil depends on no other.
    """
    replay, on, withdrawn = Replay(Engine(book)), set[str](), set[str]()
    for number, (at, line) in enumerate(_about_the_same(registers, moment), start=1):
        for alert in replay.feed(line, number).alerts:
            if at == moment:
                withdrawn |= {alert.alert_id} if alert.change == "withdrawn" else set()
            elif alert.pupil and alert.rule in rules:
                (on.add if _holds(alert) else on.discard)(alert.alert_id)
    return frozenset(on & withdrawn)


def _holds(alert: Alert) -> bool:
    return alert.change in {"raised", "reopened"} or (alert.change == "revised" and alert.to is None)


def _about_the_same(registers: Sequence[Sent], moment: datetime) -> Iterator[Sent]:
    """Give the registers until *moment* that have a pupil of those sent just then."""
    pupils = {mark.pupil.encode() for at, line in registers if at == moment for mark in _decode(line).marks}
    for each in registers:
        if each[0] <= moment and any(pupil in each[1] for pupil in pupils):
            yield each


def held(registers: Iterable[Sent], moment: datetime, wait: Callable[[], None]) -> Iterator[Sent]:
    """Give *registers* in their order, and *wait* once before the first that was sent at *moment* or later."""
    waited = False
    for each in registers:
        if not waited and each[0] >= moment:
            wait()
            waited = True
        yield each
