"""The file as a whole, ready to be asked."""

from collections.abc import Mapping

from msgspec import Struct, field

from streams.contract.messages import Alert
from streams.notify.channels.guard import Allowed
from streams.notify.config.calendar import SchoolDays
from streams.notify.config.durations import seconds
from streams.notify.config.matching import Sets, misfit
from streams.notify.config.policy import Policy, policy
from streams.notify.config.tables import Inhibition, Receiver, Route, Top

__all__ = ["Config"]


class Config(Struct, frozen=True, kw_only=True):
    """Who is told of what, and when. `names`: of schools by URN; `sets`: of schools by name."""

    top: Top = field(default_factory=Top)
    receivers: Mapping[str, Receiver]
    routes: tuple[Route, ...]
    inhibitions: tuple[Inhibition, ...] = ()
    allowed: tuple[Allowed, ...] = ()
    sets: Sets = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    school_days: SchoolDays = field(default_factory=SchoolDays)
    policies: Mapping[str, Policy] = field(default_factory=dict)

    @classmethod
    def of(cls, **parts: object) -> "Config":
        """Make it from its tables; the policy of each route is put together."""
        made = cls(**parts)  # type: ignore[arg-type]  # msgspec's own check is at the reading
        policies = {route.name: policy(made.path(route)) for route in made.routes}
        return cls(**parts, policies=policies)  # type: ignore[arg-type]

    def path(self, route: Route) -> tuple[Route, ...]:
        """The routes from the top down to *route*."""
        by_name = {each.name: each for each in self.routes}
        path = [route]
        while (above := path[0].under) is not None:
            path.insert(0, by_name[above])
        return tuple(path)

    def children(self, name: str | None) -> list[Route]:
        """The routes right under the one of that name, in the order of the file; None: those at the top."""
        return [route for route in self.routes if route.under == name]

    def settles(self, way: Policy, alert: Alert) -> float:
        """How long a raise waits on its route: at least until what could mute it has been decided."""
        decided = [seconds(each.decides) for each in self.inhibitions if misfit(each.target, alert, self.sets) is None]
        return max([way.settles(alert.rule), *decided])

    def link(self, alert: Alert) -> str | None:
        """Where a person may look; it names no pupil."""
        if self.top.link_template is None:
            return None
        return self.top.link_template.format(alert_id=alert.alert_id, urn=alert.urn, rule=alert.rule)
