"""An installation to measure: a Kafka and its topics, in a folder, and workers as they are asked for."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from benchmarks import worker
from benchmarks.child import Child
from benchmarks.england.sending import keyed, send
from benchmarks.group import Group, wait_until
from benchmarks.measures.cutting import size_of
from benchmarks.worker import Workers
from streams.contract.topics import Topics
from streams.kafka.admin import Admin, topics_of
from streams.settings import Settings
from tests.support.broker import FULL_SPEED, Broker
from tests.support.ports import free_port

_LEAST_RATE = 200  # marks a second; a run that is slower is given up
_PATIENCE = 180.0  # s more than that


@dataclass(frozen=True)
class Site:
    """A broker that runs, and the settings of an installation on it whose topics are made."""

    directory: Path
    kafka: Broker
    settings: Settings

    @property
    def topics(self) -> Topics:
        """Name its topics."""
        return topics_of(self.settings)

    def second(self) -> Settings:
        """Give the settings of one more worker of the same group."""
        return self.settings.model_copy(update={"metrics_port": free_port()})

    def log_of(self, name: str) -> Path:
        """Name the file of a worker's log."""
        return self.directory / f"{name}.log"

    @contextmanager
    def working(self, name: str = "worker") -> Iterator[Child]:
        """Run a worker until the block is left; it is ready when the block begins."""
        with worker.running(self.settings, self.log_of(name)) as child:
            yield child

    @contextmanager
    def sharing(self, number: int) -> Iterator[Workers]:
        """Run *number* workers until the block is left; all are ready when the block begins."""
        with worker.sharing(self.settings, number, self.directory) as workers:
            yield workers

    @contextmanager
    def group(self) -> Iterator[Group]:
        """Look at the workers' group."""
        with ExitStack() as stack:
            found = Group(self.settings.bootstrap, self.settings.app_id, self.settings.partitions)
            stack.callback(found.close)
            yield found

    def broker_process(self) -> psutil.Process:
        """Give Java's process."""
        found: psutil.Process = psutil.Process(self.kafka.pid).children()[0]
        return found

    def send(self, lines: list[bytes], child: Child | Workers) -> int:
        """Send *lines* as fast as Kafka takes them, wait until all is committed, and return how many marks they have.

        Raises:
            ChildGone: the worker ended. TooSlowError: it hangs.
        """
        records, marks = [keyed(line) for line in lines], sum(map(size_of, lines))
        send(self.settings, self.topics.registers.name, records)
        self.wait_for_all(child, marks)
        return marks

    def wait_for_all(self, child: Child | Workers, marks: int) -> None:
        """Wait until the group has committed the ends of `registers` and of `marks`, where *marks* are under way.

        Raises:
            ChildGone: the worker ended. TooSlowError: it hangs.
        """
        with self.group() as group:
            for topic in (self.topics.registers.name, self.topics.marks.name):
                at_end = partial(group.is_at_end, topic)
                wait_until(f"the end of {topic}", at_end, child.check, _PATIENCE + marks / _LEAST_RATE)


@contextmanager
def made(directory: Path) -> Iterator[Site]:
    """Start a Kafka in *directory* and make the topics; both are gone when the block is left."""
    directory.mkdir(parents=True, exist_ok=True)
    with Broker(directory / "kafka", jvm=FULL_SPEED) as kafka:
        settings = worker.settings_for(kafka.bootstrap)
        Admin(settings).create(topics_of(settings))
        yield Site(directory, kafka, settings)
