"""How far a table's partition has come in its source: a record beside its pages, written in every transaction.

The source of the ledgers is `marks`, that of the boards `registers`.
"""

from dataclasses import dataclass

import msgspec

from streams.errors import PositionLost, StoredFormUnknown

POSITION_KEY = b"position"  # no page has it: those begin with the 26 letters of a pseudonym, or with a URN
_ADVICE = "the {table} do not fit this topic: stop all workers, and build them anew by 'firstbell rebuild'"


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """The next offset to apply, and what it is an offset of. `stored_form` is the version of the pages beside it.

    `changelog_id` is the id of the changelog that the pages before it are in: where that begins anew under a running
    worker, what it then writes is a part, and must not pass for the whole. Empty: of a version without such a field.
    """

    next_offset: int
    topic_id: str
    partitions: int
    stored_form: int
    changelog_id: str = ""


_decoder = msgspec.json.Decoder(Position)


def encode_position(position: Position) -> bytes:
    """Encode as one JSON object, so that people can read it with any Kafka tool."""
    return msgspec.json.encode(position)


def decode_position(value: bytes | None) -> Position:
    """Decode a position record.

    Raises:
        StoredFormUnknown: it is none that this version knows.
    """
    try:
        return _decoder.decode(value or b"")
    except msgspec.DecodeError as error:
        raise StoredFormUnknown(
            "the position record of the changelog has an unknown form: use the newer version"
        ) from error


@dataclass(frozen=True, kw_only=True)
class Source:
    """What Kafka says of one partition of the source of *table*.

    `first` is the first offset that it still holds, `end` the next one to be written, `committed` what the consumer
    group has committed (None: nothing).
    """

    table: str
    topic: str
    partition: int
    topic_id: str
    partitions: int
    first: int
    end: int
    committed: int | None
    stored_form: int
    changelog_id: str


def check(position: Position | None, source: Source) -> None:
    """Refuse a table's partition that is not that of *source*.

    Raises:
        PositionLost: records would be missed or doubled.
        StoredFormUnknown: the pages are of a version that this one cannot read.
    """
    where, advice = f"partition {source.partition} of {source.topic}", _ADVICE.format(table=source.table)
    if position is None:
        if source.committed is not None:
            raise PositionLost(
                f"{where} was read up to {source.committed}, but its {source.table} have no position: {advice}"
            )
        return
    if not 1 <= position.stored_form <= source.stored_form:
        raise StoredFormUnknown(
            f"the {source.table} of {where} are stored in form {position.stored_form}, and this version reads "
            f"1 to {source.stored_form}: use the version that wrote them, or a newer one"
        )
    for problem in _problems(position, source):
        raise PositionLost(f"{where}: {problem}: {advice}")


def _problems(position: Position, source: Source) -> list[str]:
    offset, committed = position.next_offset, source.committed
    return [
        text
        for wrong, text in (
            (position.topic_id != source.topic_id, "the topic is another one of the same name"),
            (
                position.changelog_id not in ("", source.changelog_id),
                f"the changelog of its {source.table} was made anew while a worker wrote to it",
            ),
            (
                position.partitions != source.partitions,
                f"it has {source.partitions} partitions and had {position.partitions}",
            ),
            (offset < source.first, f"the position {offset} is before its first record {source.first}"),
            (offset > source.end, f"the position {offset} is after its end {source.end}"),
            (
                committed is not None and committed > offset,
                f"the group has committed {committed}, past the position {offset}",
            ),
        )
        if wrong
    ]
