"""A `firstbell worker` under measurement: settings of its own, started as a user starts it, waited for."""

import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.child import BIN, Child
from benchmarks.group import wait_until
from streams.settings import Settings
from tests.support.ports import free_port

_READY_WITHIN = 300.0  # s; a million pupils are loaded before


def settings_for(bootstrap: str) -> Settings:
    """Give settings with names that nobody else has."""
    name = f"bench-{uuid.uuid4().hex[:8]}"
    return Settings(bootstrap=bootstrap, prefix=f"{name}.", app_id=name, metrics_port=free_port(), log_format="json")


@contextmanager
def running(settings: Settings, log: Path, profile: Path | None = None) -> Iterator[Child]:
    """Run a worker until the end of the block, from when it is ready.

    Args:
        settings: names, and the port of its metrics.
        log: for what it says.
        profile: where to write its profile, by cProfile, which makes it several times slower.

    Raises:
        ChildGone: it ended. TooSlowError: it was not ready in time.
    """
    with Child(command(profile), environment(settings), log) as worker:
        wait_until("the worker is ready", lambda: is_ready(settings), worker.check, _READY_WITHIN)
        yield worker


class Workers:
    """Workers of one group under measurement, all that share its partitions."""

    def __init__(self, children: Sequence[Child]) -> None:
        self._children = children

    def check(self) -> None:
        """Do nothing while all run.

        Raises:
            ChildGone: one does not.
        """
        for child in self._children:
            child.check()

    def cpu(self) -> float:
        """Give the CPU seconds that they have used so far, together."""
        return sum(child.cpu() for child in self._children)


@contextmanager
def sharing(settings: Settings, number: int, directory: Path) -> Iterator[Workers]:
    """Run *number* workers until the end of the block, from when all are ready; their logs go to *directory*.

    Raises:
        ChildGone: one ended. TooSlowError: not all were ready in time.
    """
    each = [settings.model_copy(update={"metrics_port": free_port()}) for _ in range(number)]
    with ExitStack() as stack:
        children = [
            stack.enter_context(Child(command(), environment(its), directory / f"worker-{at}.log"))
            for at, its in enumerate(each)
        ]
        workers = Workers(children)
        wait_until("the workers are ready", lambda: all(map(is_ready, each)), workers.check, _READY_WITHIN)
        yield workers


def command(profile: Path | None = None) -> Sequence[str]:
    """Give what a user types; with *profile*, under cProfile."""
    profiler = [str(BIN / "python"), "-m", "cProfile", "-o", str(profile)] if profile else []
    return [*profiler, str(BIN / "firstbell"), "worker"]


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
