"""What the steps are told to keep to: the file, and the silences in force. Both may change at any time."""

from collections import Counter
from dataclasses import dataclass, field

from msgspec import Struct

from streams.contract.deliveries import DeliveryRecord, SilenceMatch
from streams.contract.messages import Alert
from streams.notify.config.config import Config
from streams.notify.reasons import Why

__all__ = ["Effects", "Orders", "Silence"]


class Silence(Struct, frozen=True, kw_only=True):
    """Until `expires` (seconds since 1970) nobody is told of what fits."""

    silence_id: str
    match: SilenceMatch
    owner: str
    reason: str
    expires: float

    def covers(self, alert: Alert, now: float) -> bool:
        """Whether it is in force, and about *alert*."""
        return now < self.expires and all(
            wanted is None or self._fits(name, wanted, alert)
            for name in SilenceMatch.__struct_fields__
            for wanted in [getattr(self.match, name)]
        )

    def _fits(self, name: str, wanted: list[str | int], alert: Alert) -> bool:
        if name == "audience":
            return not set(wanted).isdisjoint(alert.audience)
        return getattr(alert, name) in wanted


class Orders(Struct, frozen=True, kw_only=True):
    """The file and the silences."""

    config: Config
    silences: tuple[Silence, ...] = ()


@dataclass
class Effects:
    """What a step wants told to the outside: records for the topic, and how often it decided what."""

    records: list[DeliveryRecord] = field(default_factory=list)
    counts: Counter[Why] = field(default_factory=Counter)

    def note(self, why: Why, record: DeliveryRecord | None = None) -> None:
        """Count a decision; *record* is for the topic."""
        self.counts[why] += 1
        if record is not None:
            self.records.append(record)
