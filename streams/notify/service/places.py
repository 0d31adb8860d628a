"""What the steps of the notifier work on: the room with its desk, and the topic of deliveries."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from streams.contract.deliveries import DeliveryRecord
from streams.notify.lifecycle.shares import Granted
from streams.notify.lifecycle.state import NEVER, Parcel
from streams.notify.working.desk import Desk

__all__ = ["Claimed", "Log", "Room"]


class Log(Protocol):
    """The topic of what became of deliveries."""

    def append(self, records: Sequence[DeliveryRecord]) -> None:
        """Write *records*, and wait until they are there."""

    def outcomes(self, parcels: Sequence[Parcel]) -> dict[str, DeliveryRecord]:
        """Look up the last outcome of each of *parcels* since it was begun, by delivery id; few of them have one."""


class Room(Protocol):
    """Where the desk is: one step at a time, of all notifiers together."""

    def step(self) -> AbstractContextManager[Desk]:
        """Give the desk to one step alone; what it put is there once it ends well."""


class Claimed(NamedTuple):
    """Parcels to be sent, if the epoch is still the same; else each has to be adopted first.

    `shares`: how many may be under way, by receiver, of all that are held or were taken; `later`: when an endpoint that
    may not be asked for more now may be.
    """

    parcels: list[Parcel]
    epoch: str
    shares: Mapping[str, Granted]
    later: float = NEVER
