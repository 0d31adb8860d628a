"""What holds an alert back: silences of people, and other alerts that say more."""

from collections.abc import Iterator
from typing import NamedTuple

from streams.contract.messages import Alert, Session
from streams.notify.config.matching import misfit
from streams.notify.config.tables import Inhibition
from streams.notify.lifecycle.orders import Orders
from streams.notify.lifecycle.state import NEVER, Case, Entry, knowing
from streams.notify.lifecycle.waiting import wake
from streams.notify.reasons import Why
from streams.notify.working.desk import Desk

__all__ = ["Hold", "forget_source", "held_back", "indexes_of_sources", "may_mute", "note_source"]

_MAY_BE_INHIBITED = ("raised", "reopened")
_OF_ONE_SESSION = "register-missing"  # it is about the session it begins in, whenever its register comes


class Hold(NamedTuple):
    """What holds (the id of a silence or an alert), until when, and why."""

    by: str
    until: float
    why: Why


def held_back(desk: Desk, entry: Entry, orders: Orders, now: float) -> Hold | None:
    """Say what holds *entry* back now; None: nothing. Withdrawals are never asked about."""
    for silence in orders.silences:
        if silence.covers(entry.alert, now):
            return Hold(silence.silence_id, silence.expires, Why.SILENCED)
    if entry.alert.change in _MAY_BE_INHIBITED:
        for source in _sources(desk, entry.alert, orders):
            return Hold(source, NEVER, Why.INHIBITED)
    return None


def _sources(desk: Desk, alert: Alert, orders: Orders) -> Iterator[str]:
    for rule in orders.config.inhibitions:
        if misfit(rule.target, alert, orders.config.sets) is None:
            for member in sorted(desk.members(_index(rule, alert))):
                source = desk.get(Case, member)
                if member != alert.alert_id and source and _mutes(rule, source.alert, alert):
                    yield member


def indexes_of_sources(alert: Alert, orders: Orders) -> Iterator[str]:
    """Name the indexes of alerts that may hold *alert* back."""
    for rule in orders.config.inhibitions:
        if misfit(rule.target, alert, orders.config.sets) is None:
            yield _index(rule, alert)


def _mutes(rule: Inhibition, source: Alert, target: Alert) -> bool:
    if "session" not in rule.equal:
        return knowing(source) == "on"
    cause = target.cause
    if cause is None or knowing(source) == "withdrawn":
        return False
    return _covers(source, Session(cause.date, cause.session))


def _covers(source: Alert, session: Session) -> bool:
    """Whether *session* lies in the sessions of *source*, its `to` being the first that does not."""
    at = (session.date, session.session)
    begin = (source.from_.date, source.from_.session)
    if source.rule.startswith(_OF_ONE_SESSION):
        return at == begin
    return begin <= at and (source.to is None or at < (source.to.date, source.to.session))


def may_mute(alert: Alert, orders: Orders) -> bool:
    """Whether *alert* is of a kind that may hold others back."""
    return any(_is_source(rule, alert, orders) for rule in orders.config.inhibitions)


def note_source(desk: Desk, alert: Alert, orders: Orders, now: float) -> None:
    """Note that *alert*, which may hold others back, does, or does no more; what it held is judged anew."""
    for rule in orders.config.inhibitions:
        if not _is_source(rule, alert, orders):
            continue
        if knowing(alert) == "on" or ("session" in rule.equal and knowing(alert) == "off"):
            desk.link(_index(rule, alert), alert.alert_id)
        else:
            desk.unlink(_index(rule, alert), alert.alert_id)
    wake(desk, alert.alert_id, now, orders.config)


def forget_source(desk: Desk, alert: Alert, orders: Orders) -> None:
    """Note that *alert* is put away, and holds nothing back from now on."""
    for rule in orders.config.inhibitions:
        if _is_source(rule, alert, orders):
            desk.unlink(_index(rule, alert), alert.alert_id)


def _is_source(rule: Inhibition, alert: Alert, orders: Orders) -> bool:
    return misfit(rule.source, alert, orders.config.sets) is None


def _index(rule: Inhibition, alert: Alert) -> str:
    values = [str(getattr(alert, field) or "") for field in rule.equal if field != "session"]
    return "|".join(["source", rule.name, *values])
