"""How a route treats its alerts, when all that it inherits is put together."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from msgspec import Struct

from streams.contract.messages import Reason
from streams.notify.config.calendar import Days
from streams.notify.config.durations import clock, seconds, window
from streams.notify.config.tables import AnyTime, GroupBy, Route

__all__ = ["DEFAULTS", "Policy", "policy"]

_OWN = ("name", "under", "match", "continue_", "settle")


class Policy(Struct, frozen=True, kw_only=True):
    """A route's way with alerts: times in seconds. `settle`: by rule, `default` for all others."""

    name: str
    receivers: tuple[str, ...]
    group_by: tuple[GroupBy, ...]
    group_wait: float
    group_interval: float
    repeat: float | None
    settle: Mapping[str, float]
    hours: tuple[tuple[time, time], ...]
    days: Days
    digest: tuple[time, ...]
    eased: str
    revised: bool
    quiet_reasons: tuple[Reason, ...]
    any_time: tuple[AnyTime, ...]

    def settles(self, rule: str) -> float:
        """How long a raise of *rule* waits, in case it does not last."""
        return self.settle.get(rule, self.settle["default"])


DEFAULTS = Route(
    name="defaults",
    receivers=(),
    group_by=("rule", "urn"),
    group_wait="30s",
    group_interval="5m",
    settle="10m",
    hours=(),
    days="every-day",
    digest=(),
    eased="digest",
    revised=False,
    quiet_reasons=(),
    any_time=(),
)


def policy(path: tuple[Route, ...]) -> Policy:
    """Put together *path*, from a route at the top down to the one asked for."""
    said = {name: _last(path, name) for name in Route.__struct_fields__ if name not in _OWN}
    return Policy(
        name=path[-1].name,
        receivers=said["receivers"],
        group_by=said["group_by"],
        group_wait=seconds(said["group_wait"]),
        group_interval=seconds(said["group_interval"]),
        repeat=seconds(said["repeat"]) if said["repeat"] else None,
        settle=_settle(path),
        hours=tuple(window(text) for text in said["hours"]),
        days=said["days"],
        digest=tuple(clock(text) for text in said["digest"]),
        eased=said["eased"],
        revised=said["revised"],
        quiet_reasons=said["quiet_reasons"],
        any_time=said["any_time"],
    )


def _settle(path: tuple[Route, ...]) -> dict[str, float]:
    """One time is for all rules; times by rule are added to what stands above, which holds for all others."""
    found: dict[str, float] = {}
    for settle in (route.settle for route in (DEFAULTS, *path) if route.settle is not None):
        if isinstance(settle, str):
            found = {"default": seconds(settle)}
        else:
            found |= {rule: seconds(text) for rule, text in settle.items()}
    return found


def _last(path: tuple[Route, ...], name: str) -> Any:  # noqa: ANN401 - the type of the field
    given = [value for route in (DEFAULTS, *path) if (value := getattr(route, name)) is not None]
    return given[-1] if given else None
