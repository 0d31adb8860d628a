"""`firstbell topics` and the admin behind it, on a real Kafka."""

import json

import pytest
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

from streams.cli.topics import require
from streams.contract.topics import Topics
from streams.errors import WrongTopics
from streams.kafka.admin import Admin, Difference, topics_of
from streams.kafka.trial import try_transaction
from streams.settings import Settings
from tests.support.command import firstbell
from tests.support.waiting import until


def test_create_makes_every_topic_once_and_says_so(settings: Settings) -> None:
    """The first run makes all, the second none, and check finds them as declared."""
    number = len(list(topics_of(settings)))
    first = firstbell("topics", "create", settings=settings)
    again = firstbell("topics", "create", settings=settings)
    check = firstbell("topics", "check", settings=settings)
    assert (first.returncode, first.stdout.count(": made\n")) == (0, number)
    assert (again.returncode, again.stdout.count(": was there\n")) == (0, number)
    assert (check.returncode, check.stdout) == (0, "All topics are as declared; transactions work.\n")


def test_check_names_each_setting_that_differs(settings: Settings, topics: Topics) -> None:
    """A changed retention and other partitions are named with what they are and should be; the exit code is 1."""
    _alter(settings, topics.alerts.name, "retention.ms", "1000")
    done = firstbell("topics", "check", "--json", "--set", "partitions=5", settings=settings)
    found = [Difference(**entry) for entry in json.loads(done.stdout)]
    assert done.returncode == 1
    assert Difference(topics.alerts.name, "retention.ms", "94608000000", "1000") in found
    assert {each.topic for each in found if each.setting == "partitions"} == {topic.name for topic in topics}
    assert len(found) == 1 + len(list(topics))


def test_check_says_which_topics_are_missing(settings: Settings) -> None:
    """Where nothing was made, each topic is one line that says missing."""
    done = firstbell("topics", "check", settings=settings)
    assert done.returncode == 1
    assert done.stdout.count(": topic is missing, should be there\n") == len(list(topics_of(settings)))


def test_log_append_time_is_what_a_register_gets(settings: Settings, topics: Topics) -> None:
    """The registers topic has log append time set, and not by a default of the broker."""
    entries = _configs(settings, topics.registers.name)
    assert entries["message.timestamp.type"].value == "LogAppendTime"
    assert not entries["message.timestamp.type"].is_default


def test_a_broker_that_is_not_there_is_one_clear_line(settings: Settings) -> None:
    """Nothing listens: exit 2 and one line with the address."""
    nobody = settings.model_copy(update={"bootstrap": "127.0.0.1:1", "request_timeout": 2})
    done = firstbell("topics", "check", settings=nobody)
    assert done.returncode == 2
    assert done.stderr.startswith("firstbell: Kafka at 127.0.0.1:1 does not answer (")
    assert done.stderr.count("\n") == 1


def test_the_trial_of_a_transaction_leaves_nothing(settings: Settings, topics: Topics) -> None:
    """It may be tried again and again, and writes no record to any topic."""
    assert try_transaction(settings, topics.registers.name) == []
    assert try_transaction(settings, topics.registers.name) == []


def test_what_kafka_will_not_make_is_said(settings: Settings) -> None:
    """Three copies on one broker: exit 1, and the line names the topic and Kafka's reason."""
    done = firstbell("topics", "create", "--set", "replication=3", settings=settings)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert f"topic {settings.prefix}registers was not made: " in done.stderr
    assert "replication" in done.stderr


def test_a_topic_made_by_another_meanwhile_is_no_error(settings: Settings, topics: Topics) -> None:
    """Creating what exists, as when two start at once, makes nothing and fails nothing."""
    admin = Admin(settings)
    admin.existing = dict  # type: ignore[method-assign] # as it was before the other one came
    assert admin.create(topics) == []


def test_a_worker_refuses_what_it_would_run_wrong_on(settings: Settings, topics: Topics) -> None:
    """A retention of its own is the operator's affair; time stamps that schools set are not."""
    _alter(settings, topics.alerts.name, "retention.ms", "1000")
    require(settings)
    _alter(settings, topics.registers.name, "message.timestamp.type", "CreateTime")
    with pytest.raises(WrongTopics, match=r"message\.timestamp\.type is CreateTime, should be LogAppendTime; see"):
        require(settings)


@pytest.mark.parametrize("name", ["registers", "ledgers"])
def test_copies_are_checked(settings: Settings, topics: Topics, name: str) -> None:
    """A declaration of three copies differs from the one there is."""
    declared = topics_of(settings.model_copy(update={"replication": 3}))
    topic = getattr(declared, name)
    assert Admin(settings).check([topic]) == [Difference(getattr(topics, name).name, "replication", "3", "1")]


def _alter(settings: Settings, topic: str, setting: str, value: str) -> None:
    entry = ConfigEntry(setting, value, incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry])
    client = AdminClient({"bootstrap.servers": settings.bootstrap})
    client.incremental_alter_configs([resource])[resource].result()
    until(lambda: _configs(settings, topic)[setting].value == value)


def _configs(settings: Settings, topic: str) -> dict[str, ConfigEntry]:
    resource = ConfigResource(ResourceType.TOPIC, topic)
    client = AdminClient({"bootstrap.servers": settings.bootstrap})
    return client.describe_configs([resource])[resource].result()
