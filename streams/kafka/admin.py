"""Making the topics, and saying in what they differ from their declaration."""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from confluent_kafka import KafkaError, KafkaException

# Public by its manual, though the package does not mark them so.
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, ResourceType, TopicMetadata  # type: ignore[attr-defined]

from streams.contract.topics import Topic, Topics, declare
from streams.errors import FirstbellError, Unreachable, WrongTopics
from streams.kafka.clients import common
from streams.settings import Settings

T = TypeVar("T")

_LOOK_AGAIN = 0.05  # s
_FATAL = {"topic", "partitions", "cleanup.policy", "message.timestamp.type"}


@dataclass(frozen=True)
class Difference:
    """What is not as declared: in which topic, which setting, what it should be and is (None: absent)."""

    topic: str
    setting: str
    expected: str
    found: str | None

    @property
    def is_fatal(self) -> bool:
        """Whether a worker cannot run with it."""
        return self.setting in _FATAL

    def __str__(self) -> str:
        return f"{self.topic}: {self.setting} is {self.found or 'missing'}, should be {self.expected}"


def topics_of(settings: Settings) -> Topics:
    """Declare the topics of the installation that *settings* name."""
    return declare(
        prefix=settings.prefix,
        app_id=settings.app_id,
        partitions=settings.partitions,
        replication=settings.replication,
        min_in_sync_replicas=settings.min_in_sync_replicas,
    )


class Admin:
    """Asks Kafka about topics, and makes them. Each call is bounded by `request_timeout`."""

    def __init__(self, settings: Settings) -> None:
        self._timeout = settings.request_timeout
        self._bootstrap = settings.bootstrap
        self._trouble: list[str] = []  # what the connection said went wrong, in order
        self._client = AdminClient(common(settings) | {"error_cb": self._note})

    def existing(self) -> dict[str, tuple[int, int]]:
        """Give each topic's partitions and copies, by name.

        Raises:
            Unreachable: Kafka did not answer.
        """
        found = self._asked(lambda: self._client.list_topics(timeout=self._timeout))
        return {
            name: (len(topic.partitions), min((len(p.replicas) for p in topic.partitions.values()), default=0))
            for name, topic in found.topics.items()
        }

    def require(self, names: Iterable[str]) -> None:
        """Refuse to go on where one of the topics *names* does not exist.

        Raises:
            WrongTopics: so it is. Unreachable: Kafka did not answer.
        """
        there = self.existing()
        if missing := [name for name in names if name not in there]:
            raise WrongTopics(f"there is no topic {', '.join(missing)}; make the topics by: firstbell topics create")

    def create(self, topics: Iterable[Topic]) -> list[str]:
        """Make those of *topics* that do not exist, and give their names. Those that exist are left as they are.

        Raises:
            Unreachable: Kafka did not answer.
            FirstbellError: Kafka would not make one.
        """
        there = self.existing()
        wanted = [_new(topic) for topic in topics if topic.name not in there]
        if not wanted:
            return []
        answers = self._client.create_topics(wanted, operation_timeout=self._timeout, request_timeout=self._timeout)
        made = [name for name, answer in answers.items() if self._made(name, answer)]
        self._wait_for_leaders(set(answers))
        return made

    def check(self, topics: Iterable[Topic]) -> list[Difference]:
        """Give every difference between *topics* and what there is.

        Raises:
            Unreachable: Kafka did not answer.
        """
        there = self.existing()
        declared = list(topics)
        shapes = [difference for topic in declared for difference in _shape_differences(topic, there)]
        present = [topic for topic in declared if topic.name in there]
        return shapes + [difference for topic in present for difference in self._config_differences(topic)]

    def _wait_for_leaders(self, names: set[str]) -> None:
        """Wait until *names* can be written to: Kafka answers as soon as it means to make a topic."""
        for _ in range(int(self._timeout / _LOOK_AGAIN)):
            found = self._asked(lambda: self._client.list_topics(timeout=self._timeout)).topics
            if all(name in found and _is_led(found[name]) for name in names):
                return
            time.sleep(_LOOK_AGAIN)
        raise Unreachable(f"Kafka at {self._bootstrap} has made topics, but they have no leaders yet")

    def _config_differences(self, topic: Topic) -> list[Difference]:
        resource = ConfigResource(ResourceType.TOPIC, topic.name)
        answer = self._client.describe_configs([resource], request_timeout=self._timeout)[resource]
        found = {name: entry.value for name, entry in self._asked(lambda: answer.result(self._timeout)).items()}
        return [
            Difference(topic.name, setting, expected, found.get(setting))
            for setting, expected in topic.config.items()
            if not _same(expected, found.get(setting))
        ]

    def _made(self, name: str, answer: "Future[Any]") -> bool:
        try:
            answer.result(self._timeout * 2)
        except KafkaException as error:
            if error.args[0].code() == KafkaError.TOPIC_ALREADY_EXISTS:  # another made it meanwhile
                return False
            raise FirstbellError(f"topic {name} was not made: {error.args[0].str()}") from None
        return True

    def _asked(self, question: Callable[[], T]) -> T:
        try:
            return question()
        except (KafkaException, TimeoutError) as error:
            self._client.poll(0)
            raise unreachable(self._bootstrap, error, self._trouble) from None

    def _note(self, error: KafkaError) -> None:
        if error.code() != KafkaError._ALL_BROKERS_DOWN:  # noqa: SLF001 - its public name; it says no more than we do
            self._trouble.append(error.str())


def unreachable(bootstrap: str, error: Exception, trouble: Sequence[str] = ()) -> Unreachable:
    """Say in one line that Kafka at *bootstrap* did not answer, and why: the last *trouble*, else *error* itself."""
    said = error.args[0].str() if isinstance(error, KafkaException) else "no answer in time"
    why = trouble[-1] if trouble else said
    return Unreachable(f"Kafka at {bootstrap} does not answer ({why}); say where it is by --bootstrap HOST:PORT")


def _is_led(topic: TopicMetadata) -> bool:
    return bool(topic.partitions) and all(partition.leader >= 0 for partition in topic.partitions.values())


def _new(topic: Topic) -> NewTopic:
    return NewTopic(topic.name, topic.partitions, topic.replication, config=topic.config)


def _shape_differences(topic: Topic, there: dict[str, tuple[int, int]]) -> list[Difference]:
    if topic.name not in there:
        return [Difference(topic.name, "topic", "there", None)]
    partitions, replication = there[topic.name]
    pairs = [("partitions", topic.partitions, partitions), ("replication", topic.replication, replication)]
    return [Difference(topic.name, name, str(wanted), str(found)) for name, wanted, found in pairs if wanted != found]


def _same(expected: str, found: str | None) -> bool:
    """Compare as sets, since Kafka may list `compact,delete` in any order."""
    return found is not None and set(expected.split(",")) == set(found.replace(" ", "").split(","))
