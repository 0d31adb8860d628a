"""What flows in a trial, and how far the group is: the sender of registers and the sampler, each a thread."""

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from streams.contract.topics import Topics
from streams.errors import FirstbellError
from streams.kafka.clients import common, consumer, producer
from streams.settings import Settings
from streams.topology.offsets import Offsets
from tests.support.stream import school_of
from tests.trials.history import Sample

_STEP = 0.25  # s between two pieces of the flow
_SAMPLE_EVERY = 0.5  # s
_ASK_WITHIN = 3.0  # s
_PATIENT_MS = 300_000  # a school's system sends again until it is heard


class Sender(threading.Thread):
    """Sends the log at its pace; when it is at the end and faults go on, from its beginning again, until *over*."""

    def __init__(
        self, settings: Settings, topics: Topics, lines: Sequence[bytes], pace: int, over: threading.Event
    ) -> None:
        super().__init__(daemon=True)
        self.sent = 0
        self.failures: list[str] = []
        self._topic = topics.registers.name
        self._lines = lines
        self._piece = max(1, int(pace * _STEP))
        self._over = over
        patient = {"message.timeout.ms": _PATIENT_MS, "queue.buffering.max.messages": 1_000_000}
        self._producer = Producer(producer(settings) | patient)

    def run(self) -> None:
        """Send."""
        lines = cycle(self._lines)
        while not self._over.is_set() or self.sent < len(self._lines):
            rush = self._over.is_set()  # nothing more will happen: the rest at once
            for line in islice(lines, min(500, len(self._lines) - self.sent) if rush else self._piece):
                self._producer.produce(self._topic, line, school_of(line), on_delivery=self._answered)
                self.sent += 1
            self._producer.poll(0 if rush else _STEP)
            if not rush:
                time.sleep(_STEP)
        if left := self._producer.flush(_PATIENT_MS / 1000):
            self.failures.append(f"{left} not delivered")

    def _answered(self, error: object, _message: object) -> None:
        if error is not None:
            self.failures.append(str(error))


class Sampler(threading.Thread):
    """Notes how far the group is, again and again, until *over*."""

    def __init__(self, settings: Settings, topics: Topics, clock: Callable[[], float]) -> None:
        super().__init__(daemon=True)
        self.samples: list[Sample] = []
        self.over = threading.Event()
        self._topics = topics.registers.name, topics.marks.name
        self._partitions = range(settings.partitions)
        self._clock = clock
        self._offsets = Offsets(AdminClient(common(settings)), _ASK_WITHIN)
        self._group = Consumer(consumer(settings, settings.app_id))

    def run(self) -> None:
        """Sample."""
        while not self.over.wait(_SAMPLE_EVERY):
            with contextlib.suppress(KafkaException, FirstbellError):  # it cannot be asked now
                self.samples.append(self._sample())
        self._group.close()

    def drained(self, sent: int) -> bool:
        """Tell whether all that was *sent* is there and done, as of the last sample."""
        if not self.samples:
            return False
        last = self.samples[-1]
        done = last.registers_done == last.registers_end and last.marks_done == last.marks_end
        return done and sum(last.registers_end.values()) >= sent

    def _sample(self) -> Sample:
        registers, marks = self._topics
        # What is done is asked first, and where it ends last: so that "all done" is never said too early.
        registers_done = self._done(registers)
        registers_end = self._offsets.end(registers, self._partitions)
        marks_done = self._done(marks)
        return Sample(
            at=self._clock(),
            registers_done=registers_done,
            registers_end=registers_end,
            marks_done=marks_done,
            marks_end=self._offsets.end(marks, self._partitions),
        )

    def _done(self, topic: str) -> dict[int, int]:
        places = [TopicPartition(topic, partition) for partition in self._partitions]
        return {place.partition: max(0, place.offset) for place in self._group.committed(places, timeout=_ASK_WITHIN)}
