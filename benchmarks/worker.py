"""A `firstbell worker` to be measured, started as a user would, and an installation of its own for it to work in."""

import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.child import BIN, Child
from benchmarks.group import wait_until
from streams.settings import Settings
from tests.support.ports import free_port

COMMAND = (str(BIN / "firstbell"), "worker")
_READY_WITHIN = 300.0  # s; a million pupils are loaded before


def settings_for(bootstrap: str) -> Settings:
    """Name an installation that nobody else uses, and a port for its metrics."""
    name = f"bench-{uuid.uuid4().hex[:8]}"
    return Settings(bootstrap=bootstrap, prefix=f"{name}.", app_id=name, metrics_port=free_port(), log_format="json")


def environment(settings: Settings) -> dict[str, str]:
    """Give what a worker must find in its environment to have *settings*."""
    given = settings.model_dump(mode="json", include=settings.model_fields_set)
    return {f"FIRSTBELL_{name.upper()}": str(value) for name, value in given.items()}


def is_ready(settings: Settings) -> bool:
    """Tell whether the worker says that it is."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{settings.metrics_port}/readyz", timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError):
        return False


@contextmanager
def running(settings: Settings, log: Path) -> Iterator[Child]:
    """Run a worker until the block is left; it is ready when the block begins.

    Raises:
        ChildGone: it ended. TooSlowError: it is not ready in time.
    """
    with Child(COMMAND, environment(settings), log) as worker:
        wait_until("the worker is ready", lambda: is_ready(settings), worker.check, _READY_WITHIN)
        yield worker
