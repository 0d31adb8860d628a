"""What the boards are read against, kept up to date by a plain consumer: the schools, when each was heard, the erased.

All are of the whole authority, so that what a worker says of a school does not depend on how many workers there are.
Schools are on their compacted topic. When they were heard is in the boards' changelog, whose pages each say when their
register was received: reading them takes less than reading registers again.
"""

import asyncio
from collections.abc import Callable

import structlog
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

from streams.board.county import County
from streams.board.feeds import Feeds
from streams.board.school import Schools
from streams.errors import Undelivered
from streams.kafka.records import Record
from streams.kafka.schools import Held, take
from streams.topology.engine import ErasedLike, Hear
from streams.topology.failstop import FailStop
from streams.topology.plan import Plan
from streams.topology.turns import to_its_end

_AT_ONCE = 5_000  # records a call
_WAIT = 0.5  # s for so many
_EOF = KafkaError._PARTITION_EOF  # noqa: SLF001 - librdkafka's local errors have such names

log = structlog.get_logger("firstbell.worker")


class Reference:
    """The county as this worker knows it. Changed and read in the event loop's thread only."""

    def __init__(
        self, plan: Plan, make: Callable[[], Consumer], hear: Hear, erased: ErasedLike, fail_stop: FailStop
    ) -> None:
        self._plan = plan
        self._make = make
        self._hear = hear
        self._fail_stop = fail_stop
        self._held = Held({}, [])
        self._schools = Schools()
        self._feeds = Feeds()
        self._erased = erased
        self.listed = 0
        """How many records of the list of the erased were read."""
        self._reading = {(topic, number) for topic in self._topics() for number in range(plan.partitions)}
        self._loaded = asyncio.Event()

    def county(self) -> County:
        """Give what is known now; its schools do not change any more."""
        return County(self._schools, self._feeds, self._erased.refuses if len(self._erased) else None)

    async def loaded(self) -> None:
        """Wait until all topics were read to where they ended."""
        await self._loaded.wait()

    async def run(self) -> None:
        """Follow all topics, for ever."""
        try:
            with self._make() as consumer:
                consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for topic, number in self._reading])
                while True:
                    read = asyncio.to_thread(consumer.consume, _AT_ONCE, _WAIT)
                    self.take(await to_its_end(read))
        except KafkaException as error:
            self._fail_stop("reading the schools", Undelivered(f"they cannot be read: {error.args[0].str()}"))
        except Exception as error:  # noqa: BLE001 - whatever it is
            self._fail_stop("reading the schools", error)

    def take(self, messages: list[Message]) -> None:
        """Take what was read."""
        if not messages:
            return
        known, wrong = dict(self._held.schools), len(self._held.unreadable)
        for message in messages:
            self._take(message)
        for record in self._held.unreadable[wrong:]:
            log.warning("a record is no school", partition=record.partition, offset=record.offset, why=record.why)
        if self._held.schools != known:
            self._schools = Schools(self._held.schools.values())
        if not self._reading and not self._loaded.is_set():
            hint = {} if len(self._schools) else {"hint": "import them by: firstbell schools import"}
            log.info("schools loaded", count=len(self._schools), **hint)
            self._loaded.set()

    def _take(self, message: Message) -> None:
        error, place = message.error(), (message.topic() or "", message.partition() or 0)
        if error is not None:
            if error.code() != _EOF:
                raise KafkaException(error)
            self._reading.discard(place)
        elif place[0] == self._plan.topics.schools:
            take(Record.of(message), self._held)
        elif place[0] == self._plan.topics.erased:
            self._erased.load((message.key() or b"").decode(errors="replace"), message.value())
            self.listed += 1
        else:
            self._hear(self._feeds, message.key() or b"", message.value())

    def _topics(self) -> tuple[str, str, str]:
        return self._plan.topics.schools, self._plan.topics.boards, self._plan.topics.erased
