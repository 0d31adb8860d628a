"""A rival, measured: its children's half year in, then registers; its sets of children must be ours."""

import uuid
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import msgspec
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]

from benchmarks.child import Child
from benchmarks.england.expected import Standing
from benchmarks.england.inputs import PARTITIONS, Part
from benchmarks.england.sending import Keyed, send
from benchmarks.gate import Mismatch
from benchmarks.group import Group, wait_until
from benchmarks.result import Result, Stopwatch
from benchmarks.rivals.field import Rival
from benchmarks.rivals.ledger import RULES
from streams.contract.topics import declare
from streams.kafka.reader import Reader
from streams.settings import Settings

_READY_WITHIN = 120.0  # s, openings included
_LEAST_RATE = 500  # marks a second; a run that is slower is given up

_decode = msgspec.json.Decoder().decode


def rival_speed(
    bootstrap: str, rival: Rival, *, begin: Iterable[Keyed], part: Part, standing: Standing, directory: Path
) -> Result:
    """Measure *rival* over the registers of *part*, from the first one sent until its group has committed all.

    Before that it takes what its children *begin* with, and so is ready, and warm.

    Raises:
        Mismatch: its children are not ours. ChildGone: it ended. TooSlowError: it hangs.
    """
    name, settings = f"rival-{uuid.uuid4().hex[:8]}", Settings(bootstrap=bootstrap)
    topic = _make_topics(bootstrap, name)
    given = {"BENCH_BOOTSTRAP": bootstrap, "BENCH_NAME": name, "BENCH_STATE": str(directory / f"{name}-state")}
    with ExitStack() as stack:
        group = Group(bootstrap, name, PARTITIONS)
        stack.callback(group.close)
        send(settings, topic, begin)
        child = Child(rival.command(), rival.environment | given, directory / f"{name}.log")
        running = stack.enter_context(child)
        done = partial(group.is_at_end, topic)
        wait_until(f"{rival.name} has its openings", done, running.check, _READY_WITHIN)
        watch = Stopwatch(running.cpu)
        send(settings, topic, part.registers)
        wait_until(f"{rival.name}'s end", done, running.check, 60 + part.marks / _LEAST_RATE)
        timing = watch.stop()
    return Result(f"{rival.name}, {rival.promise}", part.marks, timing, check(_told(settings, name), standing))


def _make_topics(bootstrap: str, name: str) -> str:
    """Make what it reads and writes, the first just as ours; its changelog it makes itself."""
    like = declare(prefix=f"{name}-", app_id=name, partitions=PARTITIONS).registers
    topics = [
        NewTopic(like.name, PARTITIONS, 1, config=like.config),
        NewTopic(f"{name}-alerts", PARTITIONS, 1),
        NewTopic(f"{name}-changelog", PARTITIONS, 1, config={"cleanup.policy": "compact"}),  # of the bare loop
    ]
    admin = AdminClient({"bootstrap.servers": bootstrap})
    for made in admin.create_topics(topics).values():
        made.result()
    return like.name


def _told(settings: Settings, name: str) -> Standing:
    """Give by rule the children of whom its last alert says that it is on."""
    told: dict[str, dict[str, bool]] = {rule: {} for rule in RULES.values()}
    with Reader(settings, f"{name}-alerts") as reader:
        for record in reader.to_end():
            alert = _decode(record.value or b"")
            told[alert["rule"]][alert["pupil"]] = alert["on"]
    return {rule: {pupil for pupil, on in last.items() if on} for rule, last in told.items()}


def check(theirs: Standing, ours: Mapping[str, set[str]]) -> str:
    """Hold a rival's sets to ours, for the rules that it does; say in words what was found equal.

    Raises:
        Mismatch: they are not, or there is nobody in one of them.
    """
    for rule, children in theirs.items():
        both = len(children & ours[rule])
        if children != ours[rule]:
            raise Mismatch(f"{rule} at the end: {len(children)} and {len(ours[rule])}, {both} in both")
        if not children:
            raise Mismatch(f"nobody has {rule}: the log is too short for the gate to show anything")
    return ", ".join(f"{len(children):,} {rule}" for rule, children in theirs.items()) + ", as ours"
