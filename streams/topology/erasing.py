"""Taking the names of the erased off the boards: out of the pages in the changelog, then out of memory.

The owner of a pupil's ledger puts the pupil on the list of the erased; whoever holds a board follows that list. It says
hashes only, so the rolls of what is held are gone through whenever the list has grown, and after loading.
"""

import asyncio
from collections.abc import Callable, Mapping

import structlog
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, Message, TopicPartition

from streams.errors import Undelivered
from streams.topology.durable import Durable
from streams.topology.engine import BoardsLike, Names, Renamed
from streams.topology.keeper import Held
from streams.topology.position import POSITION_KEY
from streams.topology.reading import AT_ONCE, EOF, WAIT
from streams.topology.records import page_records
from streams.topology.reference import Reference
from streams.topology.surroundings import Surroundings

log = structlog.get_logger("firstbell.worker")

Pages = Mapping[bytes, bytes]


class PagesOf:
    """Finds pages of boards with pupils in them. It blocks."""

    def __init__(self, topic: str, make: Callable[[], Consumer], renamed: Renamed, patience: float) -> None:
        self._topic = topic
        self._make = make
        self._renamed = renamed
        self._patience = patience  # s without a record

    def __call__(self, partition: int, names: Names) -> Pages:
        """Give the pages of *partition* in which a pupil of *names* is, with others in their places.

        Raises:
            Undelivered: Kafka does not answer.
        """
        found: dict[bytes, bytes] = {}

        def take(message: Message) -> None:
            key, value = message.key() or b"", message.value()
            if key == POSITION_KEY:
                return
            found.pop(key, None)
            other = None if value is None else self._renamed(key, value, names)
            if other is not None:
                found[key] = other

        try:
            with self._make() as consumer:
                _read_to_end(consumer, TopicPartition(self._topic, partition, OFFSET_BEGINNING), take, self._patience)
        except KafkaException as error:
            raise Undelivered(f"the changelog cannot be read: {error.args[0].str()}") from error
        return found


def _read_to_end(consumer: Consumer, place: TopicPartition, take: Callable[[Message], None], patience: float) -> None:
    """Give *take* every record of a partition from *place* on.

    Raises:
        Undelivered: for *patience* seconds there was no record. KafkaException: Kafka refuses.
    """
    consumer.assign([place])
    idle = 0.0
    while idle <= patience:
        messages = consumer.consume(AT_ONCE, timeout=WAIT)
        idle = 0.0 if messages else idle + WAIT
        for message in messages:
            error = message.error()
            if error is None:
                take(message)
            elif error.code() == EOF:
                return
            else:
                raise KafkaException(error)
    raise Undelivered(f"the changelog gave no record for {patience:g} s")


class Erasing:
    """Goes through what is held; *pages* is `PagesOf`."""

    def __init__(
        self,
        around: Surroundings,
        durable: Durable[BoardsLike],
        reference: Reference,
        pages: Callable[[int, Names], Pages],
    ) -> None:
        self._around = around
        self._durable = durable
        self._reference = reference
        self._pages = pages
        self._gone_through: dict[int, tuple[Held[BoardsLike], int]] = {}  # which, and how long the list was then

    async def tick(self) -> None:
        """Take off the boards who was erased since the last time.

        Raises:
            Undelivered: it was not written.
        """
        await self._reference.loaded()
        for held in self._durable.keeper.all():
            refuses, seen = self._reference.county().refuses, (held, self._reference.listed)
            if refuses is None or self._gone_through.get(held.partition) == seen:
                continue
            async with held.busy:
                if self._durable.keeper.holds(held) and await self._rename(held, held.state.erased(refuses)):
                    self._gone_through[held.partition] = seen

    async def _rename(self, held: Held[BoardsLike], names: Names) -> bool:
        if not names:
            return True
        pages = await asyncio.get_running_loop().run_in_executor(self._around.pool, self._pages, held.partition, names)
        records = [*page_records(self._durable.table.changelog, held.partition, pages.items())]
        if not await self._durable.write(held, records, held.next_offset, []):
            return False
        held.state.rename(names)
        facts = {"pupils": sum(len(theirs) for theirs in names.values()), "pages": len(pages)}
        log.info("erased from the boards", partition=held.partition, **facts)
        return True
