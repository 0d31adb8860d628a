"""`firstbell worker` as a process: started, waited for, asked about itself, stopped in kind and unkind ways."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from prometheus_client.parser import text_string_to_metric_families

from streams.settings import Settings
from tests.support.command import FIRSTBELL, environment
from tests.support.ports import free_port
from tests.support.waiting import until


class WorkerProcess:
    """One worker with *settings*, on a metrics port of its own and on a leash; its log is a file. A context manager."""

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        command: Sequence[str] = (FIRSTBELL, "worker"),
        extra: Mapping[str, str] | None = None,
    ) -> None:
        self.port = free_port()
        self.log = folder / f"worker-{self.port}.log"
        self._settings = settings.model_copy(update={"metrics_port": self.port, "log_format": "json"})
        self._command = [sys.executable, "-m", "streams.embedded.leash", *command]
        self._extra = extra or {}  # environment beside the settings
        self._process: subprocess.Popen[bytes]

    def __enter__(self) -> Self:
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment(self._settings) | self._extra,
                start_new_session=True,
            )
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self.signal(signal.SIGKILL)
            self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()

    def signal(self, number: int) -> None:
        """Send a signal to the worker and its leash."""
        os.killpg(self._process.pid, number)

    def terminate(self) -> None:
        """Ask it to stop (SIGTERM; the leash passes it on)."""
        self._process.terminate()

    def kill(self) -> None:
        """End it outright (`kill -9`)."""
        self.signal(signal.SIGKILL)
        self._process.wait()

    def wait(self, within: float = 30) -> int:
        """Wait for its end and give its exit code."""
        return self._process.wait(within)

    @property
    def pid(self) -> int:
        """The leash's process id; its only child is the worker."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def text(self) -> str:
        """Give its log so far."""
        return self.log.read_text(errors="replace")

    def until_ready(self, partitions: int | None = None, within: float = 40) -> Self:
        """Wait until it has joined and loaded (and, where given, holds so many partitions)."""

        def ready() -> bool:
            assert self.running, self.text()[-3000:]
            if not self.is_ready():
                return False
            return partitions is None or self.metric("firstbell_partitions") == partitions

        until(ready, within)
        return self

    def is_ready(self) -> bool:
        """Tell whether it has joined and loaded."""
        return self._get("/readyz") is not None

    def metrics_text(self) -> str:
        """Give all its metrics as they are served; nothing where it cannot be asked."""
        return self._get("/metrics") or ""

    def metric(self, name: str, **labels: str) -> float:
        """Give a metric's value, summed over the labels that are not named; 0 where it cannot be asked."""
        families = text_string_to_metric_families(self.metrics_text())
        samples = [sample for family in families for sample in family.samples if sample.name == name]
        return sum(sample.value for sample in samples if labels.items() <= sample.labels.items())

    def _get(self, path: str) -> str | None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                text: str = answer.read().decode()
                return text
        except (urllib.error.URLError, OSError):
            return None
