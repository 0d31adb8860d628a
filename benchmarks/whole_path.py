"""The whole path on a real Kafka: registers in, alerts committed, by one `firstbell worker` as a user starts it."""

from contextlib import ExitStack
from functools import partial
from pathlib import Path

from benchmarks.child import Child
from benchmarks.gate import Expected, check
from benchmarks.group import Group, wait_until
from benchmarks.log import Log, Part
from benchmarks.result import Result, Stopwatch
from benchmarks.worker import running, settings_for
from streams.contract.topics import REGISTER_MAX_BYTES
from streams.kafka.admin import Admin, topics_of
from streams.kafka.lines import lines
from streams.kafka.producer import Sender
from streams.kafka.registers import RegisterSender
from streams.settings import Settings

_LEAST_RATE = 1000  # marks a second; a run that is slower is given up


def whole_path(bootstrap: str, log: Log, expected: Expected, directory: Path, profile: Path | None = None) -> Result:
    """Measure *log*, from the first register that is sent to the last alert that a committed reader sees.

    1. make the topics, start the worker, wait until it is ready; send what comes before, and wait for its end;
    2. start the clock; send the measured part as `firstbell send` does, as fast as Kafka takes it;
    3. stop the clock when the worker's group has committed the end of `registers` and then of `marks`, which it does
       only behind the transactions that hold the alerts;
    4. end the worker, and hold what it did to *expected*.

    Args:
        bootstrap: the broker.
        log: what to send.
        expected: what `firstbell replay` gave for the same log.
        directory: for the worker's log.
        profile: where to write the worker's profile, by cProfile, which makes it several times slower.

    Raises:
        Mismatch: the alerts are not those of the replay. ChildGone: the worker ended. TooSlowError: it hangs.
    """
    settings = settings_for(bootstrap)
    Admin(settings).create(topics_of(settings))
    with ExitStack() as stack:
        worker = stack.enter_context(running(settings, directory / "worker.log", profile))
        group = Group(bootstrap, settings.app_id, settings.partitions)
        stack.callback(group.close)
        _pass(settings, log.before, group, worker)
        watch = Stopwatch(worker.cpu)
        _pass(settings, log.measured, group, worker)
        timing = watch.stop()
    return Result("whole path", log.measured.marks, timing, check(settings, log, expected))


def _pass(settings: Settings, part: Part, group: Group, worker: Child) -> None:
    """Send *part* and wait until every alert of it is committed."""
    topics = topics_of(settings)
    sender = Sender(settings)
    registers = RegisterSender(sender, topics.registers.name, lambda: "")
    with part.file.open("rb") as file:
        registers.send_all(lines(file, REGISTER_MAX_BYTES), part.file.name)
    sender.flush()
    within = 60 + part.marks / _LEAST_RATE
    for topic in (topics.registers.name, topics.marks.name):
        wait_until(f"the end of {topic}", partial(group.is_at_end, topic), worker.check, within)
