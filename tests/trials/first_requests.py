"""Whether what is sent to topics that were just made arrives: `python -m tests.trials.first_requests --in-flight 5`.

With more than one request in flight it does not always, on a busy machine, and every record is said to be delivered;
see docs/trials.md, seed 7.
"""

import tempfile
import time
from pathlib import Path
from random import Random

import click
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from streams.kafka.clients import common, producer
from streams.settings import Settings
from tests.support.broker import Broker

PARTITIONS, BESIDE, RECORDS = 9, 9, 200
_PAUSES = [0.0, 0.001, 0.003]  # s


@click.command()
@click.option("--in-flight", type=int, default=5, show_default=True, help="Requests; Firstbell's own is 1.")
@click.option("--topics", type=int, default=40, show_default=True)
def main(in_flight: int, topics: int) -> None:
    """Make topics, send to each at once, and count what arrived."""
    rng, lost = Random(1), 0  # noqa: S311 - no secrets here
    with Broker(Path(tempfile.mkdtemp())) as broker:
        settings = Settings(bootstrap=broker.bootstrap)
        for number in range(topics):
            missing = RECORDS - _arrived(settings, f"new-{number}", in_flight, rng)
            lost += missing > 0
            click.echo(f"topic {number + 1}: {missing} of {RECORDS} missing")
    click.echo(f"{in_flight} in flight: records were lost in {lost} of {topics} topics")


def _arrived(settings: Settings, topic: str, in_flight: int, rng: Random) -> int:
    """Send, and give how many records are there. That one was refused is an error."""
    names = [topic, *(f"{topic}-{number}" for number in range(BESIDE))]
    made = AdminClient(common(settings)).create_topics([NewTopic(name, PARTITIONS, 1) for name in names])
    made[topic].result(60)
    sending, refused = Producer(producer(settings) | {"max.in.flight": in_flight, "linger.ms": 0}), list[object]()
    for number in range(RECORDS):
        sending.produce(
            topic,
            b"%d" % number,
            partition=number % PARTITIONS,
            on_delivery=lambda error, _: error and refused.append(error),
        )
        sending.poll(0)
        time.sleep(rng.choice(_PAUSES))
    assert sending.flush(120) == 0
    assert not refused
    with Consumer(common(settings) | {"group.id": "count"}) as counting:
        places = [TopicPartition(topic, partition) for partition in range(PARTITIONS)]
        return sum((counting.get_watermark_offsets(place, timeout=60) or (0, 0))[1] for place in places)


if __name__ == "__main__":
    main()
