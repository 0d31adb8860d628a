"""Which deliveries a command is about: its options, and what fits them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

import click

from streams.cli.values import ALERT_ID, INSTANT, must_be_known, nearest
from streams.contract.deliveries import DeliveryRecord
from streams.notify.channels.channel import Reason
from streams.notify.lifecycle.records import seconds_of
from streams.notify.reasons import Why

__all__ = ["Filters", "with_filters"]

STATES = ("intent", "delivered", "retrying", "parked", "refused", "gone", "cancelled", "suppressed")
_REASONS = {str(each) for kind in (Why, Reason) for each in kind}

Command = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What is asked for; None: any. `since` and `until` are about the last record of a delivery.

    Raises (when made):
        Refuse: a delivery never has that reason.
    """

    receiver: str | None = None
    state: str | None = None
    reason: str | None = None
    alert: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        """Look at the reason before Kafka is asked for anything."""
        must_be_known("reason", [self.reason] if self.reason else [], sorted(_REASONS))

    @property
    def is_empty(self) -> bool:
        """Whether anything fits."""
        return self == Filters()

    def fits(self, record: DeliveryRecord) -> bool:
        """Say whether *record* is one of those asked for."""
        return self._equal(record) and self._tells(record) and self._in_time(record)

    def stranger(self, records: Iterable[DeliveryRecord]) -> str | None:
        """Say so where nothing in *records* is to the receiver asked for, as with a slip in its name."""
        on_record = {each.receiver for each in records}
        if self.receiver is None or self.receiver in on_record:
            return None
        return f"nothing is on record of a receiver {self.receiver}{nearest(self.receiver, sorted(on_record))}"

    def _equal(self, record: DeliveryRecord) -> bool:
        pairs = [(self.receiver, record.receiver), (self.state, record.state), (self.reason, record.reason)]
        return all(asked in {None, has} for asked, has in pairs)

    def _tells(self, record: DeliveryRecord) -> bool:
        return self.alert is None or any(item.alert_id == self.alert for item in record.items)

    def _in_time(self, record: DeliveryRecord) -> bool:
        at = seconds_of(record.at)
        since = self.since.timestamp() if self.since else float("-inf")
        return since <= at < (self.until.timestamp() if self.until else float("inf"))


_OPTIONS = {
    "receiver": click.option("--receiver", help="Only those to one receiver."),
    "state": click.option("--state", type=click.Choice(STATES), help="Only those in one state."),
    "reason": click.option("--reason", help="Only those for one reason: settled-away, stale, silenced, timed-out, …"),
    "alert": click.option("--alert", type=ALERT_ID, help="Only those that tell one alert."),
    "since": click.option(
        "--since", type=INSTANT, help="Only those whose last record is not before: 2024-10-08T09:00Z."
    ),
    "until": click.option("--until", type=INSTANT, help="Only those whose last record is before."),
}


def with_filters(*names: str) -> Callable[[Command], Command]:
    """Give a command `filters`, made from the options *names*."""

    def given(command: Command) -> Command:
        @wraps(command)
        def wrapped(*args: object, **more: Any) -> object:  # noqa: ANN401 - any option
            asked = {name: more.pop(name) for name in names}
            return command(*args, filters=Filters(**asked), **more)

        for name in reversed(names):
            wrapped = _OPTIONS[name](wrapped)
        return wrapped

    return given
