"""The desk in Redis. Reads go there at once; writes wait, and go together, if nothing came between."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, cast

import msgspec
from redis import Redis

from streams.notify.lifecycle.state import Case, Closed, Day, Endpoint, Group, Parcel
from streams.notify.working.commands import Op
from streams.notify.working.desk import MemoryDesk, Thing
from streams.notify.working.recall import Recall

__all__ = ["RedisDesk", "everything"]

_encoder = msgspec.msgpack.Encoder()
_decoders: Mapping[type[Any], msgspec.msgpack.Decoder[Any]] = {
    type_: msgspec.msgpack.Decoder(type_) for type_ in (Case, Closed, Group, Parcel, Day, Endpoint)
}
_EVER = float("inf")
_MEMBERS = "local all = {} for at, key in ipairs(KEYS) do all[at] = redis.call('SMEMBERS', key) end return all"
_LIVES: Mapping[type[Any], int] = {
    Day: 3 * 86_400,
    Endpoint: 86_400,
    Closed: 1095 * 86_400,
}  # s; closed: as long as alerts are kept


class _Early(NamedTuple):
    """The beginning of a timetable as it is in Redis, or all of it: keys and times in their order."""

    entries: list[tuple[bytes, float]]
    is_all: bool

    def says(self, now: float, most: int) -> bool:
        """Whether the first *most* entries until *now* are known."""
        return self.is_all or len(self.entries) >= most or self.entries[-1][1] > now


class RedisDesk:
    """One step's view of the desk whose keys begin with *prefix*; `ops` is what it wants written.

    What is in *recall* is not asked for, and what is asked for is put there; `remember` puts there what was written.
    """

    def __init__(self, client: Redis, prefix: str, epoch: str = "", recall: Recall | None = None) -> None:
        self._client, self._prefix, self.epoch = client, prefix, epoch
        self._recall = recall or Recall()
        self._things: dict[tuple[type[Any], str], Any] = {}
        self._changed: dict[tuple[type[Any], str], None] = {}
        self._times: dict[tuple[str, str], float | None] = {}
        self._early: dict[str, _Early] = {}
        self._links: dict[tuple[str, str], bool] = {}

    def get(self, type_: type[Thing], key: str) -> Thing | None:
        """Give the thing of that type under *key*."""
        if (type_, key) in self._changed:
            return self._things[type_, key]  # type: ignore[no-any-return]
        known = self._recall.things
        if (type_, key) not in known:
            raw = cast("bytes | None", self._client.get(_thing(self._prefix, type_, key)))
            known[type_, key] = None if raw is None else _decoders[type_].decode(raw)
        return known[type_, key]  # type: ignore[no-any-return]

    def warm(self, type_: type[Thing], keys: Sequence[str]) -> None:
        """Fetch these together."""
        known = self._recall.things
        wanted = [key for key in dict.fromkeys(keys) if (type_, key) not in known]
        if not wanted:
            return
        found = cast("list[bytes | None]", self._client.mget([_thing(self._prefix, type_, key) for key in wanted]))
        for key, raw in zip(wanted, found, strict=True):
            known[type_, key] = None if raw is None else _decoders[type_].decode(raw)

    def warm_members(self, indexes: Sequence[str]) -> None:
        """Fetch these together."""
        known = self._recall.members
        wanted = [index for index in dict.fromkeys(indexes) if index not in known]
        if not wanted:
            return
        sets = cast(
            "list[list[bytes]]",
            self._client.eval(_MEMBERS, len(wanted), *[_index(self._prefix, each) for each in wanted]),
        )
        for index, found in zip(wanted, sets, strict=True):
            known[index] = frozenset(raw.decode() for raw in found)

    def put(self, type_: type[Thing], key: str, value: Thing | None) -> None:
        """Put a thing; None takes it away."""
        self._things[type_, key] = value
        self._changed[type_, key] = None

    def at(self, timetable: str, key: str, when: float | None) -> None:
        """Make *key* due at *when*; None: never."""
        self._times[timetable, key] = when

    def due(self, timetable: str, now: float, most: int) -> list[str]:
        """Give at most so many keys that are due, the longest due first."""
        return [key for _, key in self._due(timetable, now, most)]

    def first(self, timetable: str) -> float | None:
        """Give the earliest time in a timetable."""
        found = self._due(timetable, _EVER, 1)
        return found[0][0] if found else None

    def warm_times(self, timetables: Sequence[str], most: int) -> None:
        """Fetch the beginnings of these together."""
        wanted = [name for name in timetables if name not in self._early]
        if not wanted:
            return
        with self._client.pipeline(transaction=False) as pipe:
            for name in wanted:
                pipe.zrange(_time(self._prefix, name), 0, most - 1, withscores=True)
            for name, found in zip(wanted, pipe.execute(), strict=True):
                self._early[name] = _Early(found, len(found) < most)

    def _due(self, timetable: str, now: float, most: int) -> list[tuple[float, str]]:
        changed = {key: when for (table, key), when in self._times.items() if table == timetable}
        there = self._there(timetable, now, most + len(changed))
        coming = [(when, key) for key, when in changed.items() if when is not None and when <= now]
        return sorted([each for each in there if each[1] not in changed] + coming)[:most]

    def _there(self, timetable: str, now: float, most: int) -> list[tuple[float, str]]:
        """Give what Redis has, which is asked only where what was fetched does not say it."""
        early = self._early.get(timetable)
        if early is not None and early.says(now, most):
            until = bisect_right(early.entries, now, key=itemgetter(1))
            return [(when, raw.decode()) for raw, when in early.entries[: min(until, most)]]
        where = _time(self._prefix, timetable)
        found = self._client.zrange(where, "-inf", now, byscore=True, offset=0, num=most, withscores=True)
        return [(when, raw.decode()) for raw, when in cast("list[tuple[bytes, float]]", found)]

    def link(self, index: str, member: str) -> None:
        """Put *member* into an index."""
        self._links[index, member] = True

    def unlink(self, index: str, member: str) -> None:
        """Take *member* out of an index."""
        self._links[index, member] = False

    def members(self, index: str) -> set[str]:
        """Give all members of an index."""
        known = self._recall.members
        if index not in known:
            found = cast("set[bytes]", self._client.smembers(_index(self._prefix, index)))
            known[index] = frozenset(raw.decode() for raw in found)
        there_now = set(known[index])
        for (name, member), there in self._links.items():
            if name == index:
                there_now = there_now | {member} if there else there_now - {member}
        return there_now

    def ops(self) -> list[Op]:
        """Give what is to be written."""
        prefix = self._prefix
        things = [_thing_op(prefix, type_, key, self._things[type_, key]) for type_, key in self._changed]
        times = [_time_op(prefix, table, key, when) for (table, key), when in self._times.items()]
        return things + times + [_link_op(prefix, name, member, there) for (name, member), there in self._links.items()]

    def remember(self) -> None:
        """What was to be written has been: it is what will be read."""
        self._recall.things |= {changed: self._things[changed] for changed in self._changed}
        for index in {name for name, _ in self._links} & self._recall.members.keys():
            self._recall.members[index] = frozenset(self.members(index))


def everything(desk: MemoryDesk, prefix: str) -> Iterator[Op]:
    """Give what makes an empty Redis say the same as *desk*."""
    for (_, key), thing in desk.things.items():
        yield _thing_op(prefix, type(thing), key, thing)
    for table, times in desk.times.items():
        yield from (_time_op(prefix, table, key, when) for key, when in times.items())
    for index, members in desk.indexes.items():
        yield from (_link_op(prefix, index, member, True) for member in members)  # noqa: FBT003


def _thing(prefix: str, type_: type[Any], key: str) -> str:
    return f"{prefix}{type_.__name__.lower()}:{key}"


def _time(prefix: str, timetable: str) -> str:
    return f"{prefix}times:{timetable}"


def _index(prefix: str, index: str) -> str:
    return f"{prefix}index:{index}"


def _thing_op(prefix: str, type_: type[Any], key: str, value: Any) -> Op:  # noqa: ANN401 - a thing
    where = _thing(prefix, type_, key)
    if value is None:
        return ("DEL",), (where,)
    lives = _LIVES.get(type_)
    written = _encoder.encode(value)
    return (("SETEX", where, lives), (written,)) if lives else (("MSET",), (where, written))


def _time_op(prefix: str, timetable: str, key: str, when: float | None) -> Op:
    where = _time(prefix, timetable)
    return (("ZREM", where), (key,)) if when is None else (("ZADD", where), (when, key))


def _link_op(prefix: str, index: str, member: str, there: bool) -> Op:  # noqa: FBT001 - a value
    return ("SADD" if there else "SREM", _index(prefix, index)), (member,)
