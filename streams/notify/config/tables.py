"""The tables of the file, typed. A route's empty fields are its parent's; what nobody says is in `policy.DEFAULTS`."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from streams.contract.messages import Audience, Reason, Urn
from streams.notify.channels.guard import Allowed
from streams.notify.channels.settings import ChannelSettings
from streams.notify.config.fields import (
    Clock,
    DayKind,
    DayName,
    Holiday,
    Length,
    LinkTemplate,
    Name,
    PositiveLength,
    Reads,
    UrnText,
    Window,
)
from streams.notify.config.matching import Match

__all__ = ["AnyTime", "File", "GroupBy", "Inhibition", "Receiver", "Route", "Top"]

GroupBy = Literal["alert", "rule", "urn", "severity", "pupil", "change"]
AnyTime = Literal["urgent", "withdrawn"]
Equal = Literal["pupil", "urn", "session"]


class Top(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands above all tables. `link_template` may use {alert_id}, {urn} and {rule}: never a pupil.

    `stale_school_days`: an alert whose cause is older is listed and not sent. `lease`: after so long without a sign of
    life a notifier's sends are another's. `give_up`: how long a send is tried. `keep_closed`: how long a
    closed alert is kept whole in Redis; after it only who was told what. `words`: a folder with templates of your own,
    which come before ours.
    """

    link_template: LinkTemplate | None = None
    stale_school_days: Annotated[int, Meta(ge=0, le=200)] = 3
    digest: Annotated[tuple[Clock, ...], Meta(min_length=1)] = ("16:00",)
    lease: PositiveLength = "60s"
    give_up: PositiveLength = "3d"
    keep_closed: Length = "30d"
    words: str | None = None


class Calendar(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days without school: dates, and ranges of dates."""

    holidays: tuple[Holiday, ...] = ()


class Receiver(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Someone or something that is told. It is only ever told of what is for one of `audience`.

    Of something restricted: only where all of `audience` may see it. `budget`: messages a day; what is over it
    becomes one digest. `rate`: messages a second, `concurrency`: at once, both by all notifiers
    together.
    """

    name: Name
    audience: Annotated[tuple[Audience, ...], Meta(min_length=1)]
    channel: ChannelSettings
    budget: Annotated[int, Meta(ge=1)] | None = None
    concurrency: Annotated[int, Meta(ge=1, le=100)] = 4
    rate: Annotated[float, Meta(gt=0, le=10_000)] | None = None
    most: Annotated[int, Meta(ge=1, le=1000)] = 100  # alerts in a message


class Route(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"continue_": "continue"}):
    """Which alerts go to which receivers, and how. The first sibling that fits takes it, unless it says `continue`."""

    name: Name
    under: Name | None = None
    match: Match = Match()
    continue_: bool = False
    receivers: tuple[Name, ...] | None = None
    group_by: tuple[GroupBy, ...] | None = None
    group_wait: Length | None = None
    group_interval: Length | None = None
    repeat: PositiveLength | None = None
    settle: Length | dict[str, Length] | None = None
    hours: tuple[Window, ...] | None = None
    days: DayKind | Annotated[tuple[DayName, ...], Meta(min_length=1)] | None = None
    digest: tuple[Clock, ...] | None = None
    eased: Literal["digest", "at-once", "never"] | None = None
    revised: bool | None = None
    quiet_reasons: tuple[Reason, ...] | None = None
    any_time: tuple[AnyTime, ...] | None = None


def _narrow(equal: tuple[str, ...]) -> None:
    if set(equal) == {"session"}:
        raise ValueError("session alone would mute every school: add urn")


class Inhibition(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """While an alert that fits `source` holds, those that fit `target` and equal it in `equal` are not told.

    `session` in `equal`: the cause of the target lies in the sessions of the source, whether that still holds or not.
    `decides`: how long a source may take to come; its targets settle at least as long.
    """

    name: Name
    source: Match
    target: Match
    equal: Annotated[tuple[Equal, ...], Meta(min_length=1), Reads(_narrow)]
    decides: Length = "0"


class File(Top, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of the file. `schools`: sets of schools by name; `names`: of schools in messages, by URN."""

    schools: dict[str, Annotated[tuple[Urn, ...], Meta(min_length=1)]] = {}
    names: dict[UrnText, str] = {}
    calendar: Calendar = Calendar()
    allow: tuple[Allowed, ...] = ()
    receiver: tuple[Receiver, ...] = ()
    route: tuple[Route, ...] = ()
    inhibit: tuple[Inhibition, ...] = ()
