"""What a route, an inhibition or a silence is about: every field that is given must fit."""

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta, Struct

from streams.contract.messages import Alert, Audience, Change, Severity, Urn

__all__ = ["Match", "Sets", "misfit"]

Sets = Mapping[str, frozenset[int]]
"""URNs by the name of the set of schools."""
_Some = Meta(min_length=1)


class Match(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Within a field any one value will do. `schools` are names of sets; `pupils`: alerts about pupils, or schools."""

    rule: Annotated[tuple[str, ...], _Some] | None = None
    severity: Annotated[tuple[Severity, ...], _Some] | None = None
    audience: Annotated[tuple[Audience, ...], _Some] | None = None
    change: Annotated[tuple[Change, ...], _Some] | None = None
    urn: Annotated[tuple[Urn, ...], _Some] | None = None
    schools: Annotated[tuple[str, ...], _Some] | None = None
    alert_id: Annotated[tuple[str, ...], _Some] | None = None
    restricted: bool | None = None
    pupils: bool | None = None


def misfit(match: Match, alert: Alert, sets: Sets) -> str | None:
    """Name the first field of *match* that *alert* does not fit; None where it fits."""
    for name in Match.__struct_fields__:
        wanted = getattr(match, name)
        if wanted is not None and not _fits(name, wanted, alert, sets):
            return name
    return None


def _fits(name: str, wanted: tuple[str | int, ...] | bool, alert: Alert, sets: Sets) -> bool:  # noqa: FBT001 - a value
    if isinstance(wanted, bool):
        return wanted == (alert.restricted if name == "restricted" else alert.pupil is not None)
    if name == "audience":
        return not set(wanted).isdisjoint(alert.audience)
    if name == "schools":
        return any(alert.urn in sets.get(str(each), ()) for each in wanted)
    return getattr(alert, name) in wanted
