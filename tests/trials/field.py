"""Where a trial takes place: a broker, a proxy before it, topics, workers; and the clock that all of it goes by."""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from streams.contract.topics import Topics
from streams.kafka.admin import Admin, topics_of
from streams.settings import Settings
from tests.support.broker import Broker
from tests.trials.crew import WORKER, Crew
from tests.trials.plan import BY_PROXY, Kind, Trial
from tests.trials.proxy import Proxy

PLACES = 4  # workers at most
DISK = 320  # MiB: the broker's disk where a trial fills it


class Clock:
    """Seconds since the flow began."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self) -> float:
        """Give them."""
        return time.monotonic() - self._began


@dataclass
class Field:
    """All that faults are done to. *over* is set when the log is sent and every fault is past."""

    trial: Trial
    settings: Settings
    topics: Topics
    broker: Broker
    proxy: Proxy | None
    crew: Crew
    clock: Clock
    folder: Path
    over: threading.Event

    def until(self, holds: Callable[[], bool], within: float) -> bool:
        """Look until *holds*, or for so many seconds; tell which."""
        end = self.clock() + within
        while self.clock() < end:
            if holds():
                return True
            time.sleep(0.1)
        return holds()


def settings_for(trial: Trial, bootstrap: str, name: str = "trial") -> Settings:
    """Give the settings of a trial's workers: short time-outs, names of its own."""
    return Settings(
        bootstrap=bootstrap,
        prefix=f"{name}{trial.seed}.",
        app_id=f"{name}{trial.seed}",
        partitions=trial.partitions,
        session_timeout=6,
        heartbeat_interval=1,
        rebalance_timeout=20,
        transaction_timeout=10,
        message_timeout=10,
        request_timeout=10,
        metrics_port=0,
    )


def lay_out(
    trial: Trial, folder: Path, broker: Broker | None = None, command: Sequence[str] = WORKER, name: str = "trial"
) -> Field:
    """Make the field of *trial* in *folder*: with a broker of its own, unless *broker* is given, and its topics made.

    The worker in place 0 connects by the proxy, where the trial has faults of the connection.
    """
    proxy = Proxy() if BY_PROXY & set(trial.kinds) else None
    if broker is None:
        broker = Broker(_disk(trial, folder), proxy=proxy.address if proxy else None)
        broker.start()
    if proxy:
        proxy.start(broker.behind_proxy)
    settings = settings_for(trial, broker.bootstrap, name)
    first = settings.model_copy(update={"bootstrap": proxy.address}) if proxy else settings
    clock, topics = Clock(), topics_of(settings)
    Admin(settings.model_copy(update={"request_timeout": 60})).create(topics)
    crew = Crew([first, *[settings] * (PLACES - 1)], folder, clock, command)
    return Field(trial, settings, topics, broker, proxy, crew, clock, folder, threading.Event())


def _disk(trial: Trial, folder: Path) -> Path:
    """Give the broker's folder; where its disk is to be filled, a small file system of its own."""
    directory = folder / "kafka"
    directory.mkdir(parents=True)
    if Kind.DISK_FULL in trial.kinds and os.geteuid() == 0:
        command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}m", "tmpfs", str(directory)]
        subprocess.run(command, check=False, capture_output=True)
    return directory


def clear(field: Field, *, own_broker: bool) -> None:
    """End all that was started."""
    field.crew.close()
    if own_broker:
        field.broker.kill()
    if field.proxy:
        field.proxy.close()
    directory = field.folder / "kafka"
    if directory.is_mount():
        subprocess.run(["umount", "-l", str(directory)], check=True)
