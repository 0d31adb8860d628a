"""A notifier in a world without time: topics as lists, receivers that remember, a desk that can be wiped."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Literal

import msgspec

from streams.contract.deliveries import DeliveryRecord, ParkDelivery, RetryDelivery, SilenceOver
from streams.contract.messages import Alert, Cause, Session
from streams.notify.channels.channel import Outcome, Reason
from streams.notify.config.calendar import LONDON
from streams.notify.config.checks import may_be_told
from streams.notify.config.config import Config
from streams.notify.lifecycle.in_force import is_made_by, note_made_by
from streams.notify.lifecycle.orders import Orders, Silence
from streams.notify.lifecycle.parcels import FINAL
from streams.notify.lifecycle.rebuilding import Seen, rebuild
from streams.notify.lifecycle.records import instant, outcome
from streams.notify.lifecycle.reloading import judge_anew
from streams.notify.lifecycle.routing import routed
from streams.notify.lifecycle.state import NEVER, Parcel
from streams.notify.lifecycle.timing import is_stale, opening
from streams.notify.reasons import Why
from streams.notify.service.planner import Planner
from streams.notify.working.desk import Desk, MemoryDesk
from tests.support.alerts import ALERT
from tests.support.notifying import instant as london

How = Literal["well", "refused", "gone", "fails", "times-out", "before-send", "before-record", "after-record"]
Told = tuple[str, int, str]


class DiedError(Exception):
    """The notifier died within a step."""


class World:
    """One notifier and all around it. `now` moves only by `advance`.

    `dies`: where the notifier dies in the next step that writes records: after so many of them, and before the desk
    knows. `owed`: the receivers of each alert, as the file was when it was read. `reached`: these, and those to whom it
    may go since all was lost; `leaks`: what went to others, or to one not declared for it.
    """

    def __init__(self, config: Config) -> None:
        self.now = london("2024-10-08T09:00")
        self.alerts: list[Seen] = []
        self.latest: dict[str, Alert] = {}
        self.read = 0
        self.records: list[DeliveryRecord] = []
        self.inbox: defaultdict[str, list[tuple[str, tuple[Told, ...]]]] = defaultdict(list)
        self.desk = MemoryDesk()
        note_made_by(self.desk, config)
        self.counts: defaultdict[Why, int] = defaultdict(int)
        self.planner = Planner(self, self, Orders(config=config), chance=lambda: 0.5, count=self._count)
        self.owners = 0
        self.dies: int | None = None
        self.owed: defaultdict[str, set[str]] = defaultdict(set)
        self.reached: defaultdict[str, set[str]] = defaultdict(set)
        self.leaks: list[Told] = []
        self._routed = 0

    @contextmanager
    def step(self) -> Iterator[Desk]:
        """Give the desk; nothing of what is put is there where the step ends badly."""
        before = _copied(self.desk)
        try:
            yield self.desk
        except DiedError:
            self.desk = before
            raise

    def append(self, records: Sequence[DeliveryRecord]) -> None:
        if self.dies is None or not records:
            self.records += records
            return
        kept, self.dies = self.dies, None
        self.records += records[:kept]
        raise DiedError

    def outcomes(self, parcels: Sequence[Parcel]) -> dict[str, DeliveryRecord]:
        wanted = {parcel.delivery_id for parcel in parcels}
        return {each.delivery_id: each for each in self.records if each.delivery_id in wanted and each.state in FINAL}

    def _count(self, why: Why, number: int) -> None:
        self.counts[why] += number

    def publish(self, alert_id: str, change: str, **fields: object) -> Alert:
        """Publish the next change of an alert whose cause is a mark of now."""
        before = self.latest.get(alert_id, msgspec.structs.replace(ALERT, alert_id=alert_id, sequence=0))
        day = self.day()
        changed = {
            "sequence": before.sequence + 1,
            "change": change,
            "reason": "correction" if change == "withdrawn" else "mark",
            "cause": Cause("r", day, "AM", "O", f"{day}T09:00:00+01:00"),
            "from_": Session(day, "AM") if change == "raised" else before.from_,
            "to": Session(day, "PM")
            if change == "eased"
            else before.to
            if change in {"withdrawn", "revised"}
            else None,
        }
        alert = msgspec.structs.replace(before, **(changed | fields))
        self.latest[alert_id] = alert
        self.alerts.append(Seen(0, len(self.alerts), self.now, alert))
        return alert

    def day(self) -> str:
        return datetime.fromtimestamp(self.now, LONDON).date().isoformat()

    def take(self, most: int = 1000) -> None:
        batch = self.alerts[self.read : self.read + most]
        with suppress(DiedError):
            self.planner.take(batch, self.now)
            self.read += len(batch)
            self._owe(self.read)

    def _owe(self, end: int) -> None:
        """Note to whom alerts go that are read for the first time."""
        for _, _, _, alert in self.alerts[self._routed : end]:
            if alert.change == "withdrawn":
                self.owed[alert.alert_id].clear()
            elif alert.change in {"raised", "reopened"}:
                found = routed(alert, self.planner.orders.config)
                told = {each for each in self.owed[alert.alert_id] if self._was_sent(each, alert.alert_id)}
                self.owed[alert.alert_id] = told.union(found)  # of others it had settled away
                self.reached[alert.alert_id].update(found)
        self._routed = max(self._routed, end)

    def _was_sent(self, receiver: str, alert_id: str) -> bool:
        its = [each for each in self.records if each.receiver == receiver and each.state != "suppressed"]
        return any(item.alert_id == alert_id for each in its for item in each.items)

    def advance(self, seconds: float) -> None:
        self.now += seconds

    def _reach(self) -> None:
        """Note to whom by today's file alerts may go that were read before: what is recent, or could not go."""
        file = self.planner.orders.config
        raised = {
            each.alert.alert_id: each.alert for each in self.alerts if each.alert.change in {"raised", "reopened"}
        }
        for alert_id, alert in raised.items():
            for receiver, route in routed(alert, file).items():
                closed = opening("now", file.policies[route], file, self.now).ready >= NEVER
                if closed or self._is_stuck(receiver) or not is_stale(alert, file, self.now):
                    self.reached[alert_id].add(receiver)

    def _is_stuck(self, receiver: str) -> bool:
        ends = [each.state for each in self.records if each.receiver == receiver]
        return any(state in {"retrying", "parked", "gone"} for state in ends)

    def settle_down(self) -> None:
        with suppress(DiedError):
            while self.planner.turn(self.now):
                pass

    def send(self, how: How = "well", most: int = 100) -> int:
        """Let a notifier of its own send what is due; it dies at the point that *how* names."""
        self.owners += 1
        owner = f"notifier-{self.owners}"
        taken: list[Parcel] = []
        with suppress(DiedError):
            taken = self.planner.claim(owner, lambda _: most, self.now).parcels
            for parcel in taken:
                self._send(parcel, owner, how)
            if how not in _DEATHS:
                self.planner.leave(owner, self.now)
        return len(taken)

    def _send(self, parcel: Parcel, owner: str, how: How) -> None:
        if how == "before-send":
            return
        if how not in {"refused", "gone", "fails"}:
            told = tuple((alert.alert_id, alert.sequence, alert.change) for alert in parcel.alerts)
            self.inbox[parcel.receiver].append((parcel.delivery_id, told))
            self._look_for_leaks(parcel)
        if how == "after-record":
            self.append([outcome(parcel, "delivered", "taken", self.now)])
        elif how != "before-record":
            self.planner.done([(parcel, _OUTCOMES[how])], owner, self.now)

    def _look_for_leaks(self, parcel: Parcel) -> None:
        """Note what is raised to one who is not declared for it, when it is first sent."""
        receiver = self.planner.orders.config.receivers.get(parcel.receiver)
        for alert in parcel.alerts:
            may = not receiver or may_be_told(receiver, alert.audience, restricted=alert.restricted)
            may = may and parcel.receiver in self.reached[alert.alert_id]
            if alert.change == "raised" and parcel.attempt == 1 and not may:
                self.leaks.append((alert.alert_id, alert.sequence, parcel.receiver))

    def run(self, seconds: float, step: float = 60.0) -> None:
        """Let time pass, all reads and sends going well."""
        end = self.now + seconds
        while self.now < end:
            self.take()
            self.settle_down()
            while self.send():
                self.settle_down()
            self.advance(step)

    def wipe(self) -> None:
        """Lose the desk, and make it anew from the topics."""
        self.desk = MemoryDesk()
        orders, handled = self.planner.orders, {0: self.read}
        self.records += rebuild(self.desk, self.alerts, self.records, orders, self.now, handled=handled)
        for alert_id, receivers in self.owed.items():
            receivers.intersection_update(routed(self.latest[alert_id], orders.config))  # by today's file
        self._reach()
        self._owe(len(self.alerts))

    def silence(self, silence: Silence) -> None:
        orders = self.planner.orders
        self.planner.orders = msgspec.structs.replace(orders, silences=(*orders.silences, silence))

    def expire(self, silence_id: str) -> None:
        orders = self.planner.orders
        kept = tuple(each for each in orders.silences if each.silence_id != silence_id)
        self.planner.orders = msgspec.structs.replace(orders, silences=kept)
        self.planner.heed(SilenceOver(silence_id=silence_id, owner="x", at=instant(self.now)), self.now)

    def park(self, delivery_id: str) -> None:
        """Let a person park one that is being tried."""
        with suppress(DiedError):
            self.planner.heed(ParkDelivery(delivery_id=delivery_id, owner="x", at=instant(self.now)), self.now)

    def retry(self, delivery_id: str) -> None:
        """Let a person have one that is parked tried again."""
        with suppress(DiedError):
            self.planner.heed(RetryDelivery(delivery_id=delivery_id, owner="x", at=instant(self.now)), self.now)

    def reload(self, config: Config) -> None:
        self.planner.orders = msgspec.structs.replace(self.planner.orders, config=config)
        if is_made_by(self.desk, config):
            judge_anew(self.desk, config, self.now)
        else:
            self.wipe()

    def heard(self, receiver: str, alert_id: str) -> list[str]:
        """Give the changes of an alert that a receiver heard, in order, those that came twice by one id once."""
        seen, changes = set(), []
        for delivery_id, told in self.inbox[receiver]:
            if delivery_id not in seen:
                changes += [change for one, _, change in told if one == alert_id]
            seen.add(delivery_id)
        return changes

    def suppressed(self, receiver: str, alert_id: str) -> list[DeliveryRecord]:
        """Give the records of a receiver that was not told of an alert."""
        said = [each for each in self.records if each.state == "suppressed" and each.receiver == receiver]
        return [each for each in said if each.items[0].alert_id == alert_id]

    def reasons(self, receiver: str, alert_id: str) -> list[str]:
        """Give why a receiver was not told of an alert."""
        return [each.reason for each in self.suppressed(receiver, alert_id)]


def _copied(desk: MemoryDesk) -> MemoryDesk:
    """Give a desk with the same things on it, which never change themselves."""
    copy = MemoryDesk()
    copy.epoch, copy.things = desk.epoch, dict(desk.things)
    copy.times.update({name: dict(times) for name, times in desk.times.items()})
    copy.indexes.update({name: set(members) for name, members in desk.indexes.items()})
    return copy


_DEATHS: tuple[How, ...] = ("before-send", "before-record", "after-record")
_OUTCOMES: dict[str, Outcome] = {
    "well": Outcome.delivered(),
    "refused": Outcome.refused(Reason.BODY_REFUSED),
    "gone": Outcome.gone(410),
    "fails": Outcome.retry(Reason.UNREACHABLE),
    "times-out": Outcome.retry(Reason.TIMED_OUT),
}
