"""The engine fed line by line, with what it writes; and what a pupil's state says that folding must agree with."""

from typing import Any

import msgspec

from streams.attendance.pupil import Pupil
from streams.attendance.sessions import session_of, year_start
from streams.attendance.specification import Episode
from streams.attendance.walk import Engine, Walk
from streams.contract.codec import encode_alert, encode_dead_letter_line
from streams.contract.messages import Alert, DeadLetter, Origin, Session
from streams.pipeline.fold import Interval
from streams.pipeline.intake import read_line
from streams.pipeline.ledgers import Ledgers
from streams.pipeline.refusals import from_file
from streams.pipeline.replay import Replay
from streams.pipeline.since import LEAST, Since
from streams.pipeline.speed import ORDINARY, Speed
from streams.pipeline.stored import stored_records
from streams.pipeline.work import Outcome

FILE = "log"


NEVER = Speed(1 << 30, 1 << 30)  # so many marks never come together


class Stage:
    """The pupils' stage over a file, that keeps its changelog: what compaction would leave of every write, in order.

    So many marks together go the fast path: `Speed(1, 1)` takes all that can be, NEVER none. `most_rows` may be
    outstanding (`pipeline.since`).
    """

    def __init__(
        self,
        engine: Engine,
        changelog: dict[bytes, bytes] | None = None,
        speed: Speed = ORDINARY,
        most_rows: int = LEAST,
    ) -> None:
        self.engine = engine
        self.changelog: dict[bytes, bytes] = dict(changelog or {})
        self.ledgers = Ledgers(engine, from_file(FILE), speed=speed, since=Since(0, most_rows))
        self.screened = 0
        for key, value in self.changelog.items():
            self.ledgers.load(key, value)

    def feed(self, line: bytes, number: int) -> list[bytes]:
        """Take one line in a batch of its own; return its alerts and dead letters as bytes."""
        return self.feed_all([line], number)

    def feed_all(self, lines: list[bytes], number: int) -> list[bytes]:
        """Take lines, the first of this number, in one batch; return their alerts and dead letters, line by line."""
        read = [read_line(line, origin=Origin(file=FILE, line=number + i)) for i, line in enumerate(lines)]
        accepted = [register for register, _ in read if register is not None]
        work = self.ledgers.work()
        outcomes = iter(work.take(*accepted[:3]) + work.take(*accepted[3:]))
        self._write(dict(work.writes()))
        work.commit()
        self.screened += work.marks["screened"]
        return [said for register, refused in read for said in _said(refused, next(outcomes) if register else None)]

    def _write(self, writes: dict[bytes, bytes | None]) -> None:
        for key, value in writes.items():
            self.changelog.pop(key, None)
            if value is not None:
                self.changelog[key] = value

    def stored(self) -> dict[str, tuple[dict[int, bytes], bytes]]:
        """What the changelog says of each pupil: pages, and what was announced."""
        return _stored(Stage(self.engine, self.changelog, NEVER).ledgers)

    def held(self) -> dict[str, tuple[dict[int, bytes], bytes]]:
        """The same of the pupils in memory."""
        return _stored(self.ledgers)


def _stored(ledgers: Ledgers) -> dict[str, tuple[dict[int, bytes], bytes]]:
    found = {key: ledgers.get(key) for key in list(ledgers.keys())}
    return {key: (dict(pupil.ledger.pages), pupil.summary()) for key, pupil in found.items() if pupil is not None}


def _said(refused: list[DeadLetter], outcome: Outcome | None) -> list[bytes]:
    alerts, too_old = ([], []) if outcome is None else (outcome.alerts, outcome.refused)
    return [*map(encode_alert, alerts), *map(encode_dead_letter_line, [*refused, *too_old])]


def reopened(ledgers: Ledgers, engine: Engine) -> Ledgers:
    """The same pupils under another rule book, as after a restart."""
    new = Ledgers(engine, ledgers.origin_of)
    for key in list(ledgers.keys()):
        pupil = ledgers.get(key)
        assert pupil is not None
        for record in stored_records(pupil):
            new.load(*record)
    return new


def fed(engine: Engine, lines: list[bytes]) -> tuple[Replay, list[Alert]]:
    """Replay *lines*; return the state, and the alerts in order."""
    replay = Replay(engine)
    alerts = [alert for number, line in enumerate(lines, 1) for alert in replay.feed(line, number).alerts]
    return replay, alerts


def pupils(replay: Replay) -> list[Pupil]:
    return [pupil for key in list(replay.ledgers.keys()) if (pupil := replay.ledgers.get(key)) is not None]


def by_rule(engine: Engine, walk: Walk | None) -> dict[str, list[Episode]]:
    """The episodes of a walk by rule, in order of their start."""
    found = walk.episodes() if walk else {}
    return {engine.rules[place].id: sorted(spans, key=lambda span: span.start) for place, spans in found.items()}


def live(engine: Engine, replay: Replay) -> dict[tuple[str, str], list[Interval]]:
    """The live episodes of every pupil, in the form of `fold`."""
    found: dict[tuple[str, str], list[Interval]] = {}
    for pupil in pupils(replay):
        first = year_start(pupil.year or 0)
        for rule, spans in by_rule(engine, pupil.walk).items():
            kept = [_interval(span) for span in spans if span.end is None or span.end >= first]
            if kept:
                found[pupil.key, rule] = kept
    return found


def _interval(span: Episode) -> Interval:
    return Session(*session_of(span.start)), None if span.end is None else Session(*session_of(span.end))


def as_json(alert: Alert) -> dict[str, Any]:
    """An alert as the oracle gives it: without evidence, which it does not work out."""
    return msgspec.to_builtins(msgspec.structs.replace(alert, evidence={}))
