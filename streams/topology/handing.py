"""Records of a fetch handed on together: all that follow on each other, into the queue of their stage.

Faust hands each on by itself, in a handful of coroutines behind a lock: most of what it does to a record. Nothing of
that is needed while all is well: the flow goes on, the partition is one of those fetched from, its records go on where
the last one ended, one stage takes them, and its queue is below what Faust calls high pressure. Any other record goes
Faust's way, and all behind it in its partition. Nothing waits here, so nothing changes meanwhile.
"""

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from faust.events import Event
from faust.types import TP, AppT, Message

from streams.topology.plainly import RawSchema

Records = Mapping[TP, list[Any]]

_Faust = Any  # what its own types do not name


def hand_on(consumer: _Faust, records: Records, active: set[TP] | None) -> Records:
    """Hand the *records* of a fetch on, as far as may be; return the others, in order. *active* is fetched from."""
    if not _is_flowing(consumer):
        return records
    rest = dict(records)
    for queue, tps in _queues(consumer, records, active).items():
        for tp, handed in _put(consumer, queue, {tp: records[tp] for tp in tps}).items():
            rest[tp] = records[tp][handed:]
    return {tp: left for tp, left in rest.items() if left}


def _is_flowing(consumer: _Faust) -> bool:
    app = consumer.app
    return bool(
        consumer.flow_active and app.flow_control.is_active() and not app.topics._tp_to_callback_lock.locked()  # noqa: SLF001 - as Faust's own handing on
    )


def _queues(consumer: _Faust, records: Records, active: set[TP] | None) -> dict[_Faust, list[TP]]:
    """Return the queues that take records as they lie, each with the partitions whose records may go there."""
    found: dict[_Faust, list[TP]] = {}
    for tp, its in records.items():
        channels = consumer.app.topics._tp_index.get(tp, ())  # noqa: SLF001 - as Faust's own handing on
        fetched = active is None or tp in active or tp in consumer._buffered_partitions  # noqa: SLF001 - likewise
        if fetched and len(channels) == 1 and _follow(consumer._read_offset[tp], its):  # noqa: SLF001 - likewise
            (channel,) = channels
            if isinstance(channel.schema, RawSchema):
                found.setdefault(channel.queue, []).append(tp)
    return found


def _follow(read: int | None, records: list[Any]) -> bool:
    """Whether *records* go on where the last one *read* was, without a gap: a gap is to be noted."""
    if not records:
        return False
    first, last = records[0].offset, records[-1].offset
    return last - first == len(records) - 1 and (not read or read <= first <= read + 1)


def _put(consumer: _Faust, queue: _Faust, records: Records) -> dict[TP, int]:
    """Put *records* in *queue* while there is room, the partitions in turn; return how many of each were."""
    handed = dict.fromkeys(records, 0)
    room = queue.pressure_high_size - queue.qsize()
    for tp, record in _in_turn(records):
        if room <= 0:
            break
        queue.force_put_nowait(_event(consumer.app, consumer._to_message(tp, record)))  # noqa: SLF001 - as Faust does
        handed[tp] += 1
        room -= 1
    for tp, number in handed.items():
        if number:
            _note(consumer, tp, records[tp][number - 1].offset)
    return handed


def _in_turn(records: Records) -> Iterator[tuple[TP, Any]]:
    if len(records) == 1:
        ((tp, its),) = records.items()
        yield from ((tp, record) for record in its)
        return
    for turn in zip_longest(*records.values()):
        yield from ((tp, record) for tp, record in zip(records, turn, strict=True) if record is not None)


def _event(app: AppT, message: Message) -> Event:
    message.refcount = 1  # of one stage; nobody else has it yet
    return Event(app, message.key, message.value, message.headers, message)


def _note(consumer: _Faust, tp: TP, offset: int) -> None:
    """Note the last record that was handed on, and for Faust's monitor where its partition ends."""
    consumer._read_offset[tp] = offset  # noqa: SLF001 - as Faust does
    consumer.app.monitor.track_tp_end_offset(tp, consumer.highwater(tp))
