"""The declaration of the topics."""

from streams.contract.topics import REGISTER_MAX_BYTES
from streams.kafka.admin import Difference, topics_of
from streams.settings import GATHER_MAX_BYTES, Settings


def test_names_follow_the_prefix_and_the_app() -> None:
    """Changelogs are named after the app, as Faust names them."""
    names = [topic.name for topic in topics_of(Settings(prefix="la.", app_id="wx"))]
    public = ["registers", "marks", "alerts", "actions", "deliveries", "dead-letters", "schools", "erased"]
    assert names == [*(f"la.{name}" for name in public), "wx-ledgers-changelog", "wx-boards-changelog"]


def test_every_topic_has_the_same_partitions_and_copies() -> None:
    """Faust wants source and changelog alike; nothing is left to a broker's defaults."""
    shape = Settings(partitions=5, replication=3, min_in_sync_replicas=2)
    for topic in topics_of(shape):
        assert (topic.partitions, topic.replication, topic.config["min.insync.replicas"]) == (5, 3, "2")
        assert "cleanup.policy" in topic.config


def test_sizes_leave_room_for_what_goes_in() -> None:
    """A register fits its topic, a gathered batch and one more fit marks, dead letters take twice any register."""
    topics = topics_of(Settings())
    most = {topic.name: int(topic.config.get("max.message.bytes", "0")) for topic in topics}
    assert most[topics.registers.name] > REGISTER_MAX_BYTES
    assert most[topics.marks.name] > GATHER_MAX_BYTES + most[topics.registers.name]
    assert most[topics.dead_letters.name] > 2 * most[topics.registers.name]


def test_a_difference_says_what_is_and_what_should_be() -> None:
    """In one line."""
    assert str(Difference("t", "retention.ms", "5", "4")) == "t: retention.ms is 4, should be 5"
    assert str(Difference("t", "topic", "there", None)) == "t: topic is missing, should be there"
