"""What a notifier needs around it, and what it is equipped with by its file."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from redis import Redis

from streams.contract.topics import Topics
from streams.notify.channels.channel import Channel
from streams.notify.config.config import Config
from streams.notify.service.health import NotifyHealth
from streams.notify.service.log import DeliveryLog
from streams.notify.service.metrics import NotifyMetrics
from streams.notify.service.sender import Clocks
from streams.settings import Settings

__all__ = ["Equipment", "Reload", "Surroundings"]

Equipment = tuple[Config, dict[str, Channel]]
Reload = Callable[[], Equipment]
"""Reads the file again and opens its channels; raises Refuse where it cannot."""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a notifier needs. `owner` names it among all; `token` gives random texts, `chance` numbers from 0 to 1."""

    settings: Settings
    topics: Topics
    log: DeliveryLog
    redis: Redis
    metrics: NotifyMetrics
    health: NotifyHealth
    clocks: Clocks
    owner: str
    token: Callable[[], str]
    chance: Callable[[], float]
    stop: threading.Event
