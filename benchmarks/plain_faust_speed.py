"""The rival, measured: single marks in, its persistent-absence alerts out; its set must be ours."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]

from benchmarks.child import BIN, Child
from benchmarks.gate import Mismatch
from benchmarks.group import Group, wait_until
from benchmarks.log import Log, Part
from benchmarks.result import Result, Stopwatch
from streams.attendance.walk import Engine
from streams.books import load_book
from streams.kafka.producer import Sender
from streams.kafka.reader import Reader
from streams.pipeline.fold import fold
from streams.pipeline.replay import Replay
from streams.settings import Settings

PARTITIONS = Settings().partitions
RULE = "persistent-absence"
_APP = "benchmarks.rivals.plain_faust"
_LEAST_RATE = 100  # marks a second; a run that is slower is given up
_WARM_UP = {
    "pupil": "nobody",
    "date": "2024-09-02",
    "session": "AM",
    "code": "/",
    "recorded_at": "2024-09-02T09:00+01:00",
}

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


def plain_faust_speed(bootstrap: str, log: Log, directory: Path) -> Result:
    """Measure *log*, mark by mark, from the first one sent until the rival's group has committed the last.

    Raises:
        Mismatch: its children are not ours. ChildGone: it ended. TooSlowError: it hangs.
    """
    name = f"rival-{uuid.uuid4().hex[:8]}"
    _make_topics(bootstrap, name)
    environment = {"BENCH_BOOTSTRAP": bootstrap, "BENCH_NAME": name, "BENCH_PARTITIONS": str(PARTITIONS)}
    command = [
        str(BIN / "faust"),
        "-A",
        _APP,
        "--datadir",
        str(directory / name),
        "worker",
        "-l",
        "info",
        "--without-web",
    ]
    with ExitStack() as stack:
        group = Group(bootstrap, name, PARTITIONS)
        stack.callback(group.close)
        rival = stack.enter_context(Child(command, environment, directory / "rival.log"))
        _pass(bootstrap, f"{name}-marks", [_WARM_UP], group, rival)  # it has no other sign of being ready
        _pass(bootstrap, f"{name}-marks", _marks(log.before), group, rival)
        watch = Stopwatch(rival.cpu)
        _pass(bootstrap, f"{name}-marks", _marks(log.measured), group, rival)
        timing = watch.stop()
    return Result("plain Faust", log.measured.marks, timing, _check(bootstrap, name, log))


def _make_topics(bootstrap: str, name: str) -> None:
    topics = [NewTopic(f"{name}-{topic}", PARTITIONS, 1) for topic in ("marks", "alerts")]
    topics.append(NewTopic(f"{name}-children-changelog", PARTITIONS, 1, config={"cleanup.policy": "compact"}))
    admin = AdminClient({"bootstrap.servers": bootstrap})
    for made in admin.create_topics(topics).values():
        made.result()


def _marks(part: Part) -> Iterator[dict[str, Any]]:
    """Give each mark of each register by itself."""
    with part.file.open("rb") as lines:
        for line in lines:
            register = _decode(line)
            shared = {name: register[name] for name in ("date", "session", "recorded_at")}
            yield from (mark | shared for mark in register["marks"])


def _pass(bootstrap: str, topic: str, marks: Iterable[dict[str, Any]], group: Group, rival: Child) -> None:
    """Send *marks* and wait until all are done."""
    sender = Sender(Settings(bootstrap=bootstrap))
    for mark in marks:
        sender.send(topic, _encode(mark), key=mark["pupil"].encode(), headers=[], name=mark["date"])
    sender.flush()
    within = 120 + sender.deliveries.delivered / _LEAST_RATE
    wait_until("the rival's end", partial(group.is_at_end, topic), rival.check, within)


def _check(bootstrap: str, name: str, log: Log) -> str:
    with Reader(Settings(bootstrap=bootstrap), f"{name}-alerts") as reader:
        last = {alert["pupil"]: alert["on"] for record in reader.to_end() if (alert := _decode(record.value or b""))}
    theirs = {pupil for pupil, on in last.items() if on}
    ours = persistently_absent(log)
    if theirs != ours:
        raise Mismatch(f"persistently absent at the end: {len(theirs)} and {len(ours)}, {len(theirs & ours)} in both")
    if not ours:
        raise Mismatch("nobody is persistently absent: the log is too short for the gate to show anything")
    return f"{len(ours):,} children persistently absent, as ours"


def persistently_absent(log: Log) -> set[str]:
    """Give the children for whom the engine's alert of the rule is open at the end of *log*."""
    replay, alerts = Replay(Engine(load_book(None))), []
    for path in log.files:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                alerts += [alert for alert in replay.feed(line, number).alerts if alert.rule == RULE]
    standing = fold(alerts, replay.years())
    return {pupil for (pupil, _), intervals in standing.items() if any(end is None for _, end in intervals)}
