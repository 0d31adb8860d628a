"""One trial of the notifier: an installation of its own, what is raised in it, and how what came of it is judged."""

import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from streams.contract.deliveries import DeliveryRecord, decode_delivery
from streams.contract.messages import Alert, Cause, Session
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

WITHIN = 600.0  # s: the burst takes minutes on a busy machine


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
    too_early: int = 0
    running: list[NotifierProcess] = field(default_factory=list)

    def notifier(self, point: str | None = None) -> NotifierProcess:
        """Make a notifier, that kills itself at *point*."""
        return NotifierProcess(self.settings, self.folder, self.file, point=point)

    def raise_(self, number: int) -> None:
        """Publish so many raises."""
        self.publish_raises([_raised(each) for each in range(number)])

    def publish_raises(self, fresh: Sequence[Alert]) -> None:
        """Publish these, all of which are to be told and withdrawn."""
        self.raised += fresh
        publish(self.settings, self.topics, *fresh)

    def withdraw(self, which: Sequence[Alert] | None = None) -> None:
        """Publish that all of them, or these alone, should never have been."""
        publish(self.settings, self.topics, *(_withdrawn(each) for each in which or self.raised))

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

        until(holds_or_helps, WITHIN)

    def until_held_back(self, number: int) -> None:
        """Wait until so many alerts are on record as inhibited."""
        self.wait(lambda: len({each.delivery_id for each in self._records() if each.reason == "inhibited"}) == number)

    def _delivered(self) -> int:
        return len({each.delivery_id for each in self._records() if each.state == "delivered"})

    def _records(self) -> list[DeliveryRecord]:
        found = stream.read(self.settings, self.topics.deliveries.name)
        return [decode_delivery(each.value or b"") for each in found]

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
        self.wrong += sum(each != ["raised", "withdrawn"] for each in heard.values()) + trial.too_early


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
    return alert(alert_id=uuid.uuid4().hex, cause=_cause(), pupil="abcdefghijklmnop"[number % 16] * 26)


def mass_absence() -> Alert:
    """Make a school's alert about today's morning."""
    cause = _cause()
    begins = Session(cause.date, cause.session)
    return alert(alert_id=uuid.uuid4().hex, cause=cause, rule="mass-absence", pupil=None, from_=begins)


def _cause() -> Cause:
    day = datetime.now(UTC).date().isoformat()
    return Cause("r", day, "AM", "O", f"{day}T09:05:00+00:00")


def _withdrawn(raised: Alert) -> Alert:
    return msgspec.structs.replace(raised, sequence=2, change="withdrawn", reason="correction", evidence={})
