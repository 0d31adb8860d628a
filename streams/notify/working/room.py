"""One step at a time, of all notifiers together, in Redis; and what happens when Redis has forgotten everything.

A step holds a lock. What it wants written goes in by one script, which first looks whether the lock is still its own
and the epoch still the same: else nothing is written. The epoch is a random text that a rebuild writes last; where
there is none, Redis was wiped (or is new), and the first who sees that makes all anew, the others waiting at the lock.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from typing import cast

from redis import Redis
from redis.exceptions import RedisError

from streams.notify.working.commands import Op, commands
from streams.notify.working.desk import MemoryDesk
from streams.notify.working.door import Door
from streams.notify.working.recall import Recall
from streams.notify.working.redis_desk import RedisDesk, everything

__all__ = ["Rebuild", "RedisRoom", "WipedError"]

Beat = Callable[[], None]
Rebuild = Callable[[MemoryDesk, Beat], None]
"""Fills an empty desk from the topics, calling the beat now and then."""

_OPS_AT_ONCE = 5_000


class WipedError(Exception):
    """Redis lost the state, or the lock, during a step: nothing of the step was written; take it again."""


class RedisRoom:
    """The room whose keys begin with *prefix*. *token* gives random texts. May be used from any thread."""

    def __init__(self, client: Redis, prefix: str, rebuild: Rebuild, token: Callable[[], str]) -> None:
        self._client, self._prefix, self._rebuild, self._token = client, prefix, rebuild, token
        self._ours = threading.Lock()  # so that threads of one process do not poll for the lock
        self._door = Door(client, prefix)
        self._recall = Recall()

    @contextmanager
    def step(self, *, anew: bool = False) -> Iterator[RedisDesk]:
        """Give the desk to one step alone; where it is to be *anew*, made from the topics first.

        Raises (at the end):
            WipedError: nothing was written.
        """
        with self._ours:
            token = self._token()
            stamp = self._door.enter(token)
            try:
                stamp = (not anew and stamp) or (self._anew(token), 0)
                self._recall.at(stamp)
                desk = RedisDesk(self._client, self._prefix, stamp[0], self._recall)
                yield desk
                self._commit(token, stamp[0], desk)
            except BaseException:  # what was written is not known
                self._recall.forget()
                with suppress(RedisError):  # then the lock ends by itself
                    self._door.leave(token)
                raise

    def is_same(self, epoch: str) -> bool:
        """Whether nothing was lost since *epoch* was that of a step."""
        raw = cast("bytes | None", self._client.get(self._prefix + "epoch"))
        return raw is not None and raw.decode() == epoch

    def _commit(self, token: str, epoch: str, desk: RedisDesk) -> None:
        ops = desk.ops()
        if not ops:
            self._door.leave(token)
            return
        stamp = self._door.write_and_leave(token, epoch, ops)
        if stamp is None:
            raise WipedError
        desk.remember()
        self._recall.stamp = stamp

    def _anew(self, token: str) -> str:
        """Make all anew: clear what is left, fill, and write the epoch last."""
        desk, epoch = MemoryDesk(), self._token()
        self._rebuild(desk, lambda: self._beat(token))
        self._client.delete(self._prefix + "epoch")  # from here on all is lost, whoever dies
        for key in self._client.scan_iter(match=_literal(self._prefix) + "*", count=1000):
            if key != (self._prefix + "lock").encode():
                self._client.delete(key)
        ops = everything(desk, self._prefix)
        while part := list(islice(ops, _OPS_AT_ONCE)):
            self._beat(token)
            self._write(part)
        self._beat(token)
        self._client.set(self._prefix + "epoch", epoch)
        return epoch

    def _beat(self, token: str) -> None:
        if not self._door.stay(token):
            raise WipedError

    def _write(self, ops: list[Op]) -> None:
        with self._client.pipeline(transaction=False) as pipe:
            for command in commands(ops):
                pipe.execute_command(*command)  # type: ignore[no-untyped-call]
            pipe.execute()


def _literal(prefix: str) -> str:
    """*prefix* with nothing in it that a pattern would mean something by."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in prefix)
