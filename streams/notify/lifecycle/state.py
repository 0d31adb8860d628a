"""The working state: what each receiver knows of each alert, what it is still to be told, what is on its way.

All of it can be made anew from the topics. Times are seconds since 1970 (UTC).
"""

from typing import Literal

from msgspec import Struct, field

from streams.contract.deliveries import Lane
from streams.contract.messages import Alert, Change
from streams.notify.channels.channel import Kind

__all__ = [
    "NEVER",
    "Case",
    "Closed",
    "Day",
    "Endpoint",
    "Entry",
    "Group",
    "Knows",
    "Lane",
    "Parcel",
    "Share",
    "Standing",
    "kind_of",
    "knowing",
]

Knows = Literal["nothing", "on", "off", "withdrawn"]
NEVER = 4e9  # s; later than anything


class Standing(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one receiver knows of one alert: the change `sequence`, told at `told_at` for the `again`-th time.

    `waits`: the group in which its next word waits; or `parcel`: the one in which it lies, not begun. `open`: parcels
    begun that carry the alert and may still have to be tried again.
    """

    route: str
    knows: Knows = "nothing"
    sequence: int = 0
    told_at: float = 0.0
    again: int = 0
    waits: str | None = None
    parcel: str | None = None
    open: tuple[str, ...] = ()


class Case(Struct, frozen=True, kw_only=True):
    """One alert: its latest change, when that was published, and where each receiver stands."""

    alert: Alert
    published: float
    standings: dict[str, Standing] = field(default_factory=dict)


class Closed(Struct, frozen=True, kw_only=True):
    """One alert that has been closed for long: the sequence of its latest change, and where each receiver stands."""

    sequence: int
    standings: dict[str, Standing]


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one receiver is to be told of one alert: `alert` with the change that is told.

    Not before `ready`; `held` names the silence or the alert that holds it back.
    """

    alert: Alert
    ready: float
    published: float
    held: str | None = None
    again: int = 0


class Group(Struct, frozen=True, kw_only=True):
    """Entries by alert that go to one receiver together. `flushed`: when the group last sent something."""

    receiver: str
    route: str
    lane: Lane
    entries: dict[str, Entry] = field(default_factory=dict)
    flushed: float | None = None


class Parcel(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One delivery. Once `begun` it counts as told and never changes what it says.

    `after`: parcels that must be done before it; `owner`: the notifier that sends it now; `heard`: a try that is over
    may have reached its receiver.
    """

    delivery_id: str
    receiver: str
    route: str
    lane: Lane
    alerts: tuple[Alert, ...]
    again: tuple[int, ...]
    published: float
    links: dict[str, str] = field(default_factory=dict)
    schools: dict[str, str] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    begun: float | None = None
    attempt: int = 0
    owner: str | None = None
    parked: float | None = None
    heard: bool = False


class Day(Struct, frozen=True):
    """How many messages one receiver has had on one day."""

    messages: int = 0


class Share(Struct, frozen=True):
    """What one notifier may have under way at an endpoint: `slots` of `wants`, until its lease is over."""

    slots: int
    wants: int
    until: float


class Endpoint(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What all notifiers know of one receiver's endpoint.

    `failures` in a row; since when it is left alone (`opened`), for how long (`rest`), and whether one is `trying` it;
    `spent`: until when its rate is spent; `shares`: how many sends at once are whose.
    """

    failures: int = 0
    opened: float | None = None
    rest: float = 5.0
    trying: bool = False
    spent: float = 0.0
    shares: dict[str, Share] = field(default_factory=dict)


def knowing(alert: Alert) -> Knows:
    """What one knows who has been told of this change."""
    if alert.change == "withdrawn":
        return "withdrawn"
    closed = alert.change == "eased" or (alert.change == "revised" and alert.to is not None)
    return "off" if closed else "on"


def kind_of(alerts: tuple[Alert, ...]) -> Kind:
    """The one change that all are, or `digest`."""
    changes: set[Change] = {alert.change for alert in alerts}
    return changes.pop() if len(changes) == 1 else "digest"
