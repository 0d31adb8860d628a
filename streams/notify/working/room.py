"""One step at a time, of all notifiers together, in Redis; and what happens when Redis has forgotten everything.

A step holds a lock. What it wants written goes in by one script, which first looks whether the lock is still its own
and the epoch still the same: else nothing is written. The epoch is a random text that a rebuild writes last; where
there is none, Redis was wiped (or is new), and the first who sees that makes all anew, the others waiting at the lock.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Any, cast

from redis import Redis
from redis.exceptions import LockError
from redis.lock import Lock

from streams.notify.working.desk import MemoryDesk
from streams.notify.working.recall import Recall, Stamp
from streams.notify.working.redis_desk import Op, RedisDesk, everything

__all__ = ["Rebuild", "RedisRoom", "WipedError"]

Beat = Callable[[], None]
Rebuild = Callable[[MemoryDesk, Beat], None]
"""Fills an empty desk from the topics, calling the beat now and then."""

_LOCK_LASTS = 20.0  # s; a step takes milliseconds, and a dead holder keeps all others waiting so long
_LOOK_AGAIN = 0.003  # s
_OPS_AT_ONCE = 5_000

_COMMIT = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] or redis.call('GET', KEYS[2]) ~= ARGV[2] then return 0 end
for i = 3, #ARGV, 4 do
  local what, key, a, b = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  if what == 'SETEX' then redis.call('SETEX', key, b, a)
  elseif what == 'ZADD' then redis.call('ZADD', key, a, b)
  else
    if what == 'SET' then redis.call('SET', key, a)
    elseif what == 'DEL' then redis.call('DEL', key)
    else redis.call(what, key, a) end
  end
end
return redis.call('INCR', KEYS[3])
"""


class WipedError(Exception):
    """Redis lost the state, or the lock, during a step: nothing of the step was written; take it again."""


class RedisRoom:
    """The room whose keys begin with *prefix*. *token* gives random texts. May be used from any thread."""

    def __init__(self, client: Redis, prefix: str, rebuild: Rebuild, token: Callable[[], str]) -> None:
        self._client, self._prefix, self._rebuild, self._token = client, prefix, rebuild, token
        self._ours = threading.Lock()  # so that threads of one process do not poll for the lock
        self._script = client.register_script(_COMMIT)
        self._recall = Recall()

    @contextmanager
    def step(self) -> Iterator[RedisDesk]:
        """Give the desk to one step alone.

        Raises (at the end):
            WipedError: nothing was written.
        """
        with self._ours, self._lock() as lock:
            stamp = self._stamp() or (self._anew(lock), 0)
            self._recall.at(stamp)
            desk = RedisDesk(self._client, self._prefix, stamp[0], self._recall)
            try:
                yield desk
                self._commit(lock, stamp[0], desk)
            except BaseException:  # what was written is not known
                self._recall.forget()
                raise

    def is_same(self, epoch: str) -> bool:
        """Whether nothing was lost since *epoch* was that of a step."""
        return self._current() == epoch

    def _current(self) -> str | None:
        raw = cast("bytes | None", self._client.get(self._prefix + "epoch"))
        return None if raw is None else raw.decode()

    def _stamp(self) -> Stamp | None:
        """Give the epoch, and how many steps have written since; None where all was lost."""
        keys = [self._prefix + "epoch", self._prefix + "steps"]
        epoch, steps = cast("list[bytes | None]", self._client.mget(keys))
        return None if epoch is None else (epoch.decode(), int(steps or 0))

    @contextmanager
    def _lock(self) -> Iterator[Lock]:
        lock = self._client.lock(self._prefix + "lock", timeout=_LOCK_LASTS, sleep=_LOOK_AGAIN, thread_local=False)
        lock.acquire()
        try:
            yield lock
        finally:
            with suppress(LockError):  # lost, with all the rest
                lock.release()

    def _commit(self, lock: Lock, epoch: str, desk: RedisDesk) -> None:
        ops = desk.ops()
        if not ops:
            return
        token = lock.local.token
        keys = [self._prefix + name for name in ("lock", "epoch", "steps")]
        steps = self._script(keys=keys, args=[token, epoch, *(part for op in ops for part in op)])
        if not steps:
            raise WipedError
        desk.remember()
        self._recall.stamp = (epoch, int(steps))

    def _anew(self, lock: Lock) -> str:
        """Make all anew: clear what is left, fill, and write the epoch last."""
        desk, epoch = MemoryDesk(), self._token()
        self._rebuild(desk, lambda: self._beat(lock))
        for key in self._client.scan_iter(match=_literal(self._prefix) + "*", count=1000):
            if key != (self._prefix + "lock").encode():
                self._client.delete(key)
        ops = everything(desk, self._prefix)
        while part := list(islice(ops, _OPS_AT_ONCE)):
            self._beat(lock)
            self._write(part)
        self._beat(lock)
        self._client.set(self._prefix + "epoch", epoch)
        return epoch

    def _beat(self, lock: Lock) -> None:
        try:
            lock.reacquire()
        except LockError:
            raise WipedError from None

    def _write(self, ops: list[Op]) -> None:
        with self._client.pipeline(transaction=False) as pipe:
            for what, key, a, b in ops:
                _ONE[what](pipe, key, a, b)
            pipe.execute()


def _literal(prefix: str) -> str:
    """*prefix* with nothing in it that a pattern would mean something by."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in prefix)


_ONE: dict[str, Callable[..., Any]] = {
    "SET": lambda pipe, key, a, _: pipe.set(key, a),
    "SETEX": lambda pipe, key, a, b: pipe.set(key, a, ex=b),
    "ZADD": lambda pipe, key, a, b: pipe.zadd(key, {b: float(a)}),
    "SADD": lambda pipe, key, a, _: pipe.sadd(key, a),
    "DEL": lambda pipe, key, *_: pipe.delete(key),
}
