"""Persistent absence alone, as Faust's manual would have it: one event and one table write a mark, typed Records.

    BENCH_BOOTSTRAP=127.0.0.1:9092 BENCH_NAME=bench faust -A benchmarks.rivals.plain_faust worker -l info --without-web

It knows that a mark may be amended (the latest recorded holds), or it would be wrong; and it counts on where a mark
comes after all others, and walks the year anew only where not, which is kind to it. What it leaves out: every other
rule, a second school, the end of the year, refusals, and a promise beyond at-least-once.
"""

import os
from datetime import datetime
from typing import Any

import faust
from faust.types import StreamT

NAME = os.environ.get("BENCH_NAME", "bench")
AWAY = frozenset(["C", "C1", "C2", "E", "I", "J1", "M", "R", "S", "T", "G", "N", "O", "U"])
THERE = frozenset(["/", "\\", "L", "B", "K", "P", "V", "W"])

app = faust.App(
    NAME,
    broker=f"kafka://{os.environ.get('BENCH_BOOTSTRAP', '127.0.0.1:9092')}",
    topic_partitions=int(os.environ.get("BENCH_PARTITIONS", "4")),
    topic_allow_declare=False,  # made beforehand
    topic_disable_leader=True,
    broker_commit_interval=1.0,  # as Firstbell's, since the clock stops at a commit; Faust's own is 2.8 s
    web_enabled=False,
)


class Mark(faust.Record):
    """One mark. `recorded_at` is ISO 8601 with an offset."""

    pupil: str
    date: str
    session: str
    code: str
    recorded_at: str


class Child(faust.Record):
    """What is kept of a child: every session's code and when it was recorded, the counts, whether the rule is on."""

    held: dict[str, list[str]]
    possible: int = 0
    absent: int = 0
    last: str = ""
    on: bool = False

    def take(self, mark: Mark) -> None:
        """Take a mark; where it is amended, the latest recorded holds."""
        session = f"{mark.date}/{mark.session}"
        held = self.held.get(session)
        if held and datetime.fromisoformat(held[1]) >= datetime.fromisoformat(mark.recorded_at):
            return
        self.held[session] = [mark.code, mark.recorded_at]
        if session > self.last:
            self.last = session
            self.count(mark.code)
        else:
            self.count_anew()

    def count_anew(self) -> None:
        """Walk the year."""
        self.possible, self.absent, self.on = 0, 0, False
        for _, (code, _) in sorted(self.held.items()):
            self.count(code)

    def count(self, code: str) -> None:
        """Count one session, and see what the rule says after it."""
        self.absent += code in AWAY
        self.possible += code in AWAY or code in THERE
        if self.on:
            self.on = self.possible >= 20 and 100 * self.absent >= 9 * self.possible
        else:
            self.on = self.possible >= 20 and 10 * self.absent >= self.possible


class Alert(faust.Record):
    """A child became persistently absent, or is so no more."""

    pupil: str
    on: bool


marks = app.topic(f"{NAME}-marks", key_type=str, value_type=Mark)
alerts = app.topic(f"{NAME}-alerts", key_type=str, value_type=Alert)
children = app.Table("children", default=lambda: Child(held={}), value_type=Child)


@app.agent(marks)
async def watch(stream: StreamT[Any]) -> None:
    """Take every mark; tell when the rule turns on or off."""
    async for mark in stream:
        child = children[mark.pupil]
        was_on = child.on
        child.take(mark)
        children[mark.pupil] = child
        if child.on != was_on:
            await alerts.send(key=mark.pupil, value=Alert(pupil=mark.pupil, on=child.on))
