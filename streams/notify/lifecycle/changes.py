"""One change of one alert, taken in: what each receiver will be told of it, or will not."""

from dataclasses import dataclass

from msgspec import structs

from streams.contract.messages import Alert
from streams.notify.lifecycle.meaning import Meaning, meaning
from streams.notify.lifecycle.muting import may_mute, note_source
from streams.notify.lifecycle.orders import Effects, Orders
from streams.notify.lifecycle.records import suppressed
from streams.notify.lifecycle.retiring import watch
from streams.notify.lifecycle.routing import routed
from streams.notify.lifecycle.standings import case_of, stand
from streams.notify.lifecycle.state import Case, Closed, Entry, Standing
from streams.notify.lifecycle.timing import is_stale, timing
from streams.notify.lifecycle.waiting import entry_of, queue, take_back, way_of
from streams.notify.reasons import Why
from streams.notify.working.desk import Desk

__all__ = ["apply", "follow", "tell_first"]

_ROUTED = ("raised", "reopened")
_LISTED = (Why.SETTLED_AWAY, Why.STALE, Why.QUIET_REASON)


def apply(
    desk: Desk, alert: Alert, orders: Orders, now: float, *, published: float, effects: Effects, begun: bool = True
) -> None:
    """Take in *alert*, *published* then. Again is harmless; not *begun*: it was there before the notifier.

    Receivers are found by routing where something is raised or reopened; all who know of it hear of it by that alone.
    """
    case = case_of(desk, alert.alert_id)
    if case is not None and alert.sequence <= (case.alert.sequence if isinstance(case, Case) else case.sequence):
        effects.note(Why.KNOWN)
        return
    found = routed(alert, orders.config) if begun and alert.change in _ROUTED else {}
    standings = dict(case.standings) if case else {}
    is_source = may_mute(alert, orders)
    if not (found or standings or is_source):
        return
    for receiver, route in found.items():
        if standings.get(receiver, Standing(route="")).knows in {"nothing", "withdrawn"}:
            standings[receiver] = structs.replace(standings.get(receiver) or Standing(route=route), route=route)
    fresh = Case(alert=alert, published=published, standings=standings)
    desk.put(Case, alert.alert_id, fresh)
    if isinstance(case, Closed):
        desk.put(Closed, alert.alert_id, None)
    watch(desk, alert.alert_id, fresh, orders, now)
    if is_source:
        note_source(desk, alert, orders, now)
    step = _Step(desk, alert, orders, now, published, effects)
    for receiver, standing in standings.items():
        step.tell(receiver, standing, routed=receiver in found)


def follow(desk: Desk, alert_id: str, receiver: str, orders: Orders, *, now: float, effects: Effects) -> None:
    """Tell *receiver* what has become of an alert since what it was told last, if that is for it to know."""
    case = desk.get(Case, alert_id)
    standing = case.standings.get(receiver) if case else None
    if case is not None and standing is not None:
        _Step(desk, case.alert, orders, now, case.published, effects).tell(receiver, standing, routed=False)


def tell_first(desk: Desk, alert_id: str, receiver: str, orders: Orders, *, now: float, effects: Effects) -> None:
    """Tell *receiver* of an alert of which it knows nothing and nothing waits for it, if it holds."""
    case = desk.get(Case, alert_id)
    standing = case.standings.get(receiver) if case else None
    if case is None or standing is None or standing.knows != "nothing" or standing.waits or standing.parcel:
        return
    _Step(desk, case.alert, orders, now, case.published, effects).tell(receiver, standing, routed=True)


@dataclass(frozen=True)
class _Step:
    """What all receivers of one change have in common."""

    desk: Desk
    alert: Alert
    orders: Orders
    now: float
    published: float
    effects: Effects

    def tell(self, receiver: str, standing: Standing, *, routed: bool) -> None:
        """Decide what *receiver* will be told, and put it where it waits."""
        way = self.orders.config.policies.get(standing.route)
        waiting = standing.waits is not None or standing.parcel is not None
        meant = meaning(standing.knows, self.alert, way, waiting=waiting, routed=routed)
        if meant.why is Why.FIRST_WORD and not waiting and is_stale(self.alert, self.orders.config, self.now):
            meant = Meaning(None, Why.STALE)
        self._note(receiver, standing, meant.why)
        before = entry_of(self.desk, standing, self.alert.alert_id)
        standing = take_back(self.desk, self.alert.alert_id, standing, self.orders.config)
        if meant.tell is not None:
            told = structs.replace(self.alert, change=meant.tell)
            standing = self._wait(receiver, standing, told, before)
        stand(self.desk, self.alert.alert_id, receiver, standing)

    def _wait(self, receiver: str, standing: Standing, told: Alert, before: Entry | None) -> Standing:
        """Put it where it waits; what was to be told anyhow settles no longer for having changed."""
        config, way = self.orders.config, way_of(self.orders.config, standing.route)
        published = before.published if before else self.published
        entry = Entry(alert=told, ready=0.0, published=published)
        if before is None or before.alert.change != told.change:
            return queue(self.desk, receiver, entry, standing, config, now=self.now)
        since = min(self.now, before.published) if timing(told, way, config, self.now).lane != "digest" else self.now
        return queue(self.desk, receiver, entry, standing, config, now=since)

    def _note(self, receiver: str, standing: Standing, why: Why) -> None:
        record = suppressed(self.alert, receiver, standing.route, why, self.now) if why in _LISTED else None
        self.effects.note(why, record)
