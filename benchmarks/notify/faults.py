"""The notifier under faults, on a real Kafka and a real Redis: what was tried, lost, doubled, wrong.

    python -m benchmarks.notify.faults [--trials 3] [--burst 10000]

Every trial has topics, a Redis and a receiver of its own. Alerts are raised, the fault comes, then all are withdrawn.
lost: a change that should have come and did not. doubled: one that came again, with the same id and the same bytes.
wrong: the same id with other bytes, the same change by two ids, or changes in the wrong order.
"""

import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from streams.contract.deliveries import decode_delivery
from streams.contract.messages import Alert, Cause
from streams.contract.topics import Topics
from streams.kafka.admin import Admin, topics_of
from streams.settings import Settings
from tests.support import stream
from tests.support.alerts import alert
from tests.support.broker import Broker
from tests.support.notifier_process import NotifierProcess, file_of, publish
from tests.support.recording import Recorder
from tests.support.redis_server import RedisServer
from tests.support.waiting import until

_WITHIN = 600.0  # s: the burst takes minutes on a busy machine
_FEW = 20  # alerts a trial


@dataclass
class Trial:
    """One installation, and the alerts raised in it."""

    settings: Settings
    topics: Topics
    kafka: Broker
    redis: RedisServer
    hook: Recorder
    file: Path
    folder: Path
    raised: list[Alert] = field(default_factory=list)
    running: list[NotifierProcess] = field(default_factory=list)

    def notifier(self, point: str | None = None) -> NotifierProcess:
        """Make a notifier, that kills itself at *point*."""
        return NotifierProcess(self.settings, self.folder, self.file, point=point)

    def raise_(self, number: int) -> None:
        """Publish so many raises."""
        fresh = [_raised(each) for each in range(number)]
        self.raised += fresh
        publish(self.settings, self.topics, *fresh)

    def withdraw(self) -> None:
        """Publish that all of them should never have been."""
        publish(self.settings, self.topics, *(_withdrawn(each) for each in self.raised))

    def until_raises_came(self) -> None:
        """Wait until every alert was told of: one that is withdrawn before is told to nobody."""
        self.wait(lambda: len({each for got in self.hook.got for each, _, _ in got.told}) == len(self.raised))

    def until_all_came(self) -> None:
        """Wait until every change came, and is on record as delivered."""
        self.wait(lambda: len({each for got in self.hook.got for each in got.told}) == self.wanted)
        self.wait(lambda: self._delivered() == len({got.delivery_id for got in self.hook.got}))

    def wait(self, holds: Callable[[], bool]) -> None:
        """Wait until *holds*; a notifier that ended meanwhile is started again, as whoever runs it would."""

        def holds_or_helps() -> bool:
            for each in self.running:
                if not each.running:
                    each.__enter__()
            return holds()

        until(holds_or_helps, _WITHIN)

    def _delivered(self) -> int:
        found = [decode_delivery(each.value or b"") for each in stream.read(self.settings, self.topics.deliveries.name)]
        return len({each.delivery_id for each in found if each.state == "delivered"})

    @property
    def wanted(self) -> int:
        """How many changes should come."""
        return 2 * len(self.raised)


@dataclass
class Count:
    """What came of the trials of one fault."""

    trials: int = 0
    tried: int = 0
    lost: int = 0
    doubled: int = 0
    wrong: int = 0

    def add(self, trial: Trial) -> None:
        """Judge one trial by what its receiver got."""
        got = trial.hook.got
        contents = {(each.delivery_id, each.body) for each in got}
        changes = [each for _, told in {each.delivery_id: each.told for each in got}.items() for each in told]
        heard = {each.alert_id: list[str]() for each in trial.raised}
        for alert_id, _, change in changes:  # in the order in which they first came
            heard[alert_id].append(change)
        self.trials += 1
        self.tried += trial.wanted
        self.lost += trial.wanted - len(set(changes))
        self.doubled += len(got) - len(contents)
        self.wrong += len(contents) - len({each.delivery_id for each in got})
        self.wrong += len(changes) - len(set(changes))
        self.wrong += sum(each != ["raised", "withdrawn"] for each in heard.values())


def killed(point: str) -> Callable[[Trial], None]:
    """Make the fault of a notifier killed at *point* of its first send, another taking over."""

    def fault(trial: Trial) -> None:
        with trial.notifier(point) as doomed:
            doomed.until_ready(within=_WITHIN)
            trial.raise_(_FEW)
            until(lambda: not doomed.running, _WITHIN)
        with trial.notifier() as after:
            after.until_ready(within=_WITHIN)
            trial.until_raises_came()
            trial.withdraw()
            trial.until_all_came()

    return fault


def meanwhile(fault: Callable[[Trial], None], number: int = _FEW) -> Callable[[Trial], None]:
    """Make a fault that comes while two notifiers work, between raises, and again between withdrawals."""

    def run(trial: Trial) -> None:
        with trial.notifier() as one, trial.notifier() as two:
            one.until_ready(within=_WITHIN)
            two.until_ready(within=_WITHIN)
            trial.running = [one, two]
            trial.raise_(number // 2)
            fault(trial)
            trial.raise_(number - number // 2)
            trial.until_raises_came()
            trial.withdraw()
            fault(trial)
            trial.until_all_came()

    return run


def _restart_redis(trial: Trial) -> None:
    trial.redis.kill()
    trial.redis.start()


def _nothing(_: Trial) -> None:
    """No fault."""


@contextmanager
def installation(kafka: Broker) -> Iterator[Trial]:
    """Give a trial everything that it needs."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        redis, hook = stack.enter_context(RedisServer(folder)), stack.enter_context(Recorder())
        prefix = f"faults-{uuid.uuid4().hex[:8]}."
        settings = Settings(
            bootstrap=kafka.bootstrap,
            redis=redis.url,
            session_timeout=6,
            heartbeat_interval=1,
            prefix=prefix,
            app_id=prefix.rstrip("."),
            partitions=4,
        )
        topics = topics_of(settings)
        Admin(settings).create(topics)
        yield Trial(settings, topics, kafka, redis, hook, file_of(folder, {"hook": hook.url}, lease="5s"), folder)


def _raised(number: int) -> Alert:
    day = datetime.now(UTC).date().isoformat()
    cause = Cause("r", day, "AM", "O", f"{day}T09:05:00+00:00")
    return alert(alert_id=uuid.uuid4().hex, cause=cause, pupil="abcdefghijklmnop"[number % 16] * 26)


def _withdrawn(raised: Alert) -> Alert:
    return msgspec.structs.replace(raised, sequence=2, change="withdrawn", reason="correction", evidence={})


@click.command()
@click.option("--trials", default=3, help="Trials of each fault.")
@click.option("--burst", default=10_000, help="Alerts at once in the last row; 0 leaves it out.")
@click.option("--only", default="", help="Only faults with this in their name.")
def main(trials: int, burst: int, only: str) -> None:
    """Try every fault and print a table."""
    faults: dict[str, Callable[[Trial], None]] = {
        "kill -9 after the intent, before the send": killed("before-send"),
        "kill -9 after the send, before its record": killed("before-record"),
        "kill -9 after the record, before Redis knows": killed("after-record"),
        "FLUSHALL, twice, two notifiers at work": meanwhile(lambda trial: trial.redis.wipe()),
        "Redis killed and started empty, twice": meanwhile(_restart_redis),
        "Kafka restarted, twice": meanwhile(lambda trial: trial.kafka.restart()),
    }
    click.echo("| fault | trials | tried | lost | doubled, same id | wrong |\n| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder, Broker(Path(folder) / "kafka") as kafka:
        for name, fault in faults.items():
            if only in name:
                _row(kafka, name, fault, trials)
        if burst:
            _row(kafka, f"{burst:,} alerts at once, none", meanwhile(_nothing, burst), 1)


def _row(kafka: Broker, name: str, fault: Callable[[Trial], None], trials: int) -> None:
    count = Count()
    for _ in range(trials):
        with installation(kafka) as trial:
            fault(trial)
            count.add(trial)
    cells = (count.trials, count.tried, count.lost, count.doubled, count.wrong)
    click.echo(f"| {name} | " + " | ".join(f"{each:,}" for each in cells) + " |")


if __name__ == "__main__":
    main()
