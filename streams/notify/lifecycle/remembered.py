"""The records of deliveries, put together: the last state of each, and what speaks for or against its receiver."""

from collections import defaultdict
from collections.abc import Iterable

from msgspec import structs

from streams.contract.deliveries import DeliveryRecord, Item
from streams.contract.messages import Alert
from streams.notify.config.calendar import day_of
from streams.notify.lifecycle.parcels import FINAL
from streams.notify.lifecycle.records import seconds_of
from streams.notify.reasons import Why

__all__ = ["TRIED_AGAIN", "Key", "Remembered"]

TRIED_AGAIN = ("parked", "gone")  # by hand, if at all
Key = tuple[str, int]
_HELD = (Why.SILENCED, Why.INHIBITED, Why.OVER_BUDGET, Why.NOT_DECLARED)
_FLOWS, _STUCK = ("delivered", "refused"), ("retrying", "parked", "gone")


class Remembered:
    """What *records* say at *now*.

    `last`: by delivery its last record; `items`: by change of an alert all that told it; `heard`: deliveries of which
    a try may have reached its receiver; `wanted`: changes of alerts that lie in deliveries not done; `alerts`: where
    those are kept; `today`: by receiver the deliveries of today that count against its budget; `held`: by alert and
    receiver the last change that was held back.
    """

    def __init__(self, records: Iterable[DeliveryRecord], now: float) -> None:
        self.last: dict[str, DeliveryRecord] = {}
        self.heard: set[str] = set()
        self.began: dict[str, int] = {}
        self.today: defaultdict[str, set[str]] = defaultdict(set)
        self.held: dict[tuple[str, str], int] = {}
        self._ends: defaultdict[str, list[DeliveryRecord]] = defaultdict(list)
        self._day = day_of(now)
        for record in records:
            self._take(record)
        newest = {name: max(ends, key=lambda each: each.at) for name, ends in self._ends.items()}
        self.disabled = [name for name, record in newest.items() if record.state == "gone"]
        self.alerts: dict[Key, Alert] = {}
        open_ = [record for record in self.last.values() if record.state not in FINAL or record.state in TRIED_AGAIN]
        self.wanted = {(item.alert_id, item.sequence) for record in open_ for item in record.items}
        self.items: defaultdict[Key, list[tuple[DeliveryRecord, Item]]] = defaultdict(list)
        for record in sorted(self.last.values(), key=lambda each: each.at):
            for item in record.items:
                self.items[item.alert_id, item.sequence].append((record, item))
        self._stuck = {name: since for name, ends in self._ends.items() if (since := _stuck_since(ends)) is not None}

    def stuck(self, receiver: str) -> float | None:
        """Since when nothing has got through to *receiver*; None: all is well, or it was never sent anything."""
        return self._stuck.get(receiver)

    def _take(self, record: DeliveryRecord) -> None:
        if record.state == "began":
            self.began = record.offsets
            return
        if record.state == "suppressed":
            self._note_held(record)
        elif record.state != "intent":
            self._ends[record.receiver].append(record)
        elif _counts(record) and day_of(seconds_of(record.at)) == self._day:
            self.today[record.receiver].add(record.delivery_id)
        before = self.last.get(record.delivery_id)
        if _may_have_arrived(record, before):
            self.heard.add(record.delivery_id)
        if before is not None and before.links:
            record = structs.replace(record, links=before.links, schools=before.schools)
        if before is not None and record.lane is None:
            record = structs.replace(record, lane=before.lane)
        self.last[record.delivery_id] = record

    def _note_held(self, record: DeliveryRecord) -> None:
        if record.reason in _HELD:
            for item in record.items:
                key = (item.alert_id, record.receiver)
                self.held[key] = max(item.sequence, self.held.get(key, 0))


def _counts(record: DeliveryRecord) -> bool:
    """Whether an intent counts against its receiver's budget; those of an older notifier do not say their lane."""
    if record.lane is not None:
        return record.lane == "now"
    urgent = any(item.severity == "urgent" for item in record.items)
    return record.kind not in {"digest", "withdrawn"} and not urgent


def _may_have_arrived(record: DeliveryRecord, before: DeliveryRecord | None) -> bool:
    """Whether *record* says that a try may have reached its receiver; one nobody heard of is followed by another."""
    if record.state == "intent":
        return before is not None and before.state == "intent"
    return record.state in {"delivered", "parked"} or (record.state == "retrying" and record.reason != Why.BY_HAND)


def _stuck_since(ends: Iterable[DeliveryRecord]) -> float | None:
    """When the first try failed of those after the last that got through."""
    flowed = max((each.at for each in ends if each.state in _FLOWS), default="")
    failed = [each.at for each in ends if each.state in _STUCK and each.reason != Why.BY_HAND and each.at > flowed]
    return seconds_of(min(failed)) if failed else None
