"""The tables of the file, typed. A route's empty fields are its parent's; what nobody says is in `policy.DEFAULTS`."""

from collections.abc import Callable, Iterable
from typing import Annotated, Literal

from msgspec import Meta, Struct

from streams.contract.messages import Audience, Reason, Urn
from streams.notify.channels.guard import Allowed
from streams.notify.channels.settings import ChannelSettings
from streams.notify.config.calendar import DAY_NAMES
from streams.notify.config.durations import clock, seconds, window
from streams.notify.config.matching import Match

__all__ = ["Calendar", "Inhibition", "Receiver", "Route", "Table", "Top"]

Name = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
GroupBy = Literal["alert", "rule", "urn", "severity", "pupil", "change"]
AnyTime = Literal["urgent", "withdrawn"]
Equal = Literal["pupil", "urn", "session"]
_DAY_KINDS = ("every-day", "weekdays", "school-days")


class Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table of the file. `problems` are mistakes that types cannot tell."""

    def problems(self) -> list[tuple[str, str]]:
        """Give each as the name of its field and words."""
        return []


class Top(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands above all tables. `link_template` may use {alert_id}, {urn} and {rule}: never a pupil.

    `stale_school_days`: an alert whose cause is older is listed and not sent. `lease`: after so long without a sign of
    life a notifier's sends are another's. `give_up`: how long a send is tried. `keep_closed`: how long a
    closed alert is kept whole in Redis; after it only who was told what. `words`: a folder with templates of your own,
    which come before ours.
    """

    link_template: str | None = None
    stale_school_days: Annotated[int, Meta(ge=0, le=200)] = 3
    digest: tuple[str, ...] = ("16:00",)
    lease: str = "60s"
    give_up: str = "3d"
    keep_closed: str = "30d"
    words: str | None = None

    def problems(self) -> list[tuple[str, str]]:
        """Check times, and what the template names."""
        template = self.link_template or ""
        wrong = [("link_template", "may use {alert_id}, {urn} and {rule} only")] if not _is_template(template) else []
        return (
            wrong
            + _tried("digest", clock, self.digest)
            + _tried_each(self, ("lease", "give_up", "keep_closed"), seconds)
        )


class Calendar(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days without school: dates, and ranges of dates."""

    holidays: tuple[str, ...] = ()


class Receiver(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
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


class Route(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which alerts go to which receivers, and how. The first sibling that fits takes it, unless it says `continue`."""

    name: Name
    under: Name | None = None
    match: Match = Match()
    continue_: bool = False
    receivers: tuple[Name, ...] | None = None
    group_by: tuple[GroupBy, ...] | None = None
    group_wait: str | None = None
    group_interval: str | None = None
    repeat: str | None = None
    settle: str | dict[str, str] | None = None
    hours: tuple[str, ...] | None = None
    days: str | tuple[str, ...] | None = None
    digest: tuple[str, ...] | None = None
    eased: Literal["digest", "at-once", "never"] | None = None
    revised: bool | None = None
    quiet_reasons: tuple[Reason, ...] | None = None
    any_time: tuple[AnyTime, ...] | None = None

    def problems(self) -> list[tuple[str, str]]:
        """Check lengths of time, hours and days."""
        settle = self.settle if isinstance(self.settle, dict) else {"": self.settle} if self.settle else {}
        return [
            *_tried_each(self, ("group_wait", "group_interval", "repeat"), seconds),
            *_tried("settle", seconds, settle.values()),
            *_tried("hours", window, self.hours or ()),
            *_tried("digest", clock, self.digest or ()),
            *_days(self.days),
        ]


class Inhibition(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """While an alert that fits `source` holds, those that fit `target` and equal it in `equal` are not told.

    `session` in `equal`: the cause of the target lies in the sessions of the source, whether that still holds or not.
    `decides`: how long a source may take to come; its targets settle at least as long.
    """

    name: Name
    source: Match
    target: Match
    equal: Annotated[tuple[Equal, ...], Meta(min_length=1)]
    decides: str = "0"

    def problems(self) -> list[tuple[str, str]]:
        """Check the length of time, and that equality is narrower than a session anywhere."""
        wrong = [("equal", "session alone would mute every school: add urn")] if self.equal == ("session",) else []
        return wrong + _tried("decides", seconds, [self.decides])


TABLES: dict[str, type[Struct]] = {
    "allow": Allowed,
    "receiver": Receiver,
    "route": Route,
    "inhibit": Inhibition,
}
"""Arrays of tables, by name."""
Schools = dict[str, Annotated[tuple[Urn, ...], Meta(min_length=1)]]


def _is_template(text: str) -> bool:
    try:
        text.format(alert_id="", urn=0, rule="")
    except (KeyError, IndexError, ValueError, AttributeError):
        return False
    return not any(sign in text for sign in ("!", "{alert_id.", "{alert_id[", "{rule.", "{rule["))


def _days(days: str | tuple[str, ...] | None) -> list[tuple[str, str]]:
    wrong = days not in _DAY_KINDS if isinstance(days, str) else not set(days or ()) <= set(DAY_NAMES)
    return [("days", f"is {', '.join(_DAY_KINDS)} or a list of {', '.join(DAY_NAMES)}")] if wrong else []


def _tried_each(table: Table, names: tuple[str, ...], read: Callable[[str], object]) -> list[tuple[str, str]]:
    given = [(name, text) for name in names if (text := getattr(table, name)) is not None]
    return [each for name, text in given for each in _tried(name, read, [text])]


def _tried(name: str, read: Callable[[str], object], texts: Iterable[str]) -> list[tuple[str, str]]:
    wrong = []
    for text in texts:
        try:
            read(text)
        except ValueError as error:
            wrong.append((name, str(error)))
    return wrong
