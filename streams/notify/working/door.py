"""The door of the room: one comes in, sees the stamp, writes and leaves; each in one trip to Redis."""

import time
from collections.abc import Iterable
from typing import cast

from redis import Redis

from streams.notify.working.commands import Op, commands
from streams.notify.working.recall import Stamp

__all__ = ["Door"]

_LASTS_MS = 20_000  # a step takes milliseconds, and a dead holder keeps all others waiting so long
_LOOK_AGAIN = 0.003  # s

# KEYS: the lock, the epoch, the steps. ARGV: whose lock it is, and for how long.
_ENTER = """
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end
return redis.call('MGET', KEYS[2], KEYS[3])
"""
_STAY = "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end return redis.call('PEXPIRE', KEYS[1], ARGV[2])"
_LEAVE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end return 1"
# ARGV: whose lock it is, the epoch, and of each command how many words it has, and these.
_WRITE_AND_LEAVE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] or redis.call('GET', KEYS[2]) ~= ARGV[2] then return 0 end
local at = 3
while at <= #ARGV do
  local last = at + tonumber(ARGV[at])
  redis.call(unpack(ARGV, at + 1, last))
  at = last + 1
end
redis.call('DEL', KEYS[1])
return redis.call('INCR', KEYS[3])
"""


class Door:
    """The lock of the room whose keys begin with *prefix*. Who holds it is named by a *token* of their own."""

    def __init__(self, client: Redis, prefix: str) -> None:
        self._keys = [prefix + name for name in ("lock", "epoch", "steps")]
        texts = (_ENTER, _STAY, _LEAVE, _WRITE_AND_LEAVE)
        self._enter, self._stay, self._leave, self._write = (client.register_script(text) for text in texts)

    def enter(self, token: str) -> Stamp | None:
        """Wait until nobody is in the room, and go in. The stamp; None where all was lost."""
        while not (found := self._enter(self._keys, [token, _LASTS_MS])):
            time.sleep(_LOOK_AGAIN)
        epoch, steps = cast("list[bytes | None]", found)
        return None if epoch is None else (epoch.decode(), int(steps or 0))

    def stay(self, token: str) -> bool:
        """Say that it takes longer; whether the lock was still *token*'s."""
        return bool(self._stay(self._keys, [token, _LASTS_MS]))

    def leave(self, token: str) -> None:
        """Go, leaving all as it was."""
        self._leave(self._keys, [token])

    def write_and_leave(self, token: str, epoch: str, ops: Iterable[Op]) -> Stamp | None:
        """Write *ops* and go; the new stamp. None where the lock or the state was lost: nothing is written then."""
        words = [word for command in commands(ops) for word in (len(command), *command)]
        steps = self._write(self._keys, [token, epoch, *words])
        return (epoch, int(cast("int", steps))) if steps else None
