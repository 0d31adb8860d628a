"""The notifier in any order of events: what each receiver heard ends consistent with the alert's truth."""

from collections.abc import Sequence

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from streams.contract.deliveries import SilenceMatch
from streams.contract.messages import Alert
from streams.notify.config.matching import misfit
from streams.notify.config.tables import Inhibition
from streams.notify.lifecycle.orders import Silence
from streams.notify.lifecycle.state import Endpoint, Parcel, knowing
from streams.notify.reasons import Why
from tests.support.notifier_world import How, World
from tests.support.notifying import FILE, config

_NORTH = 'match = { schools = ["north"], audience = ["la-attendance"] }'
_AUTHORITY = 'name = "authority"\naudience = ["la-attendance"]'
_ONE_MORE = """
[[receiver]]
name = "late"
audience = ["school", "la-attendance"]
channel = { type = "stdout" }

[[route]]
name = "late"
match = { restricted = false }
receivers = ["late"]
continue = true
group_wait = "0"
settle = "0"

[[route]]
name = "service"
"""
FILES = {
    "first": 'keep_closed = "1h"\n' + FILE,
    "digests": FILE.replace('eased = "at-once"', 'eased = "digest"').replace('hours = ["08:00-18:00"]', ""),
    "slow": 'keep_closed = "2h"\n' + FILE.replace('settle = "0"', 'settle = "30m"').replace("budget = 3", "budget = 1"),
    "bundled": FILE.replace('group_by = ["alert"]', 'group_by = ["urn"]').replace("revised = true", ""),
    "mutes nothing": FILE[: FILE.index("[[inhibit]]")].replace('name = "north"', 'name = "north"\nrepeat = "2d"'),
    "one more receiver": FILE.replace('\n[[route]]\nname = "service"\n', _ONE_MORE, 1),
    "never a school day": FILE.replace("2024-10-28/2024-11-01", "2024-10-01/2034-11-01"),
    "for another audience": FILE.replace(_AUTHORITY, _AUTHORITY.replace("la-attendance", "la-send")).replace(
        _NORTH, _NORTH.replace("}", ", restricted = false }")
    ),
}
CONFIGS = {name: config(text) for name, text in FILES.items()}
MISTAKEN = {"never a school day", "for another audience"}  # nobody keeps these
KINDS = [
    {"rule": "persistent-absence", "severity": "high", "audience": ["school", "la-attendance"]},
    {"rule": "severe-absence", "severity": "urgent", "audience": ["la-attendance"]},
    {"rule": "unexplained-today", "severity": "urgent", "audience": ["school"]},
    {"rule": "unauthorised-10-in-10", "severity": "high", "audience": ["la-attendance"], "restricted": True},
    {"rule": "mass-absence", "severity": "high", "audience": ["la-attendance"], "pupil": None},
]
ALERTS = [(f"{number:032x}", KINDS[number % len(KINDS)]) for number in range(8)]
ON, OFF = {"raised", "reopened", "revised"}, {"eased", "revised"}
HOWS: list[How] = [
    "well",
    "well",
    "refused",
    "gone",
    "fails",
    "times-out",
    "before-send",
    "before-record",
    "after-record",
]
_ONE_MINUTE, _HOURS, _DAYS = 60, 3600, 86_400


class Notifier(RuleBasedStateMachine):
    """Alerts change, people silence, notifiers die, the desk is wiped, the file changes; then all calms down."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(CONFIGS["first"])
        self.file = "first"
        self.silences = 0

    @rule(which=st.sampled_from(ALERTS), new=st.booleans(), reason=st.sampled_from(["mark", "correction", "year"]))
    def change(self, which: tuple[str, dict[str, object]], new: bool, reason: str) -> None:  # noqa: FBT001
        """An alert changes in one of the ways that it can."""
        alert_id, fields = which
        latest = self.world.latest.get(alert_id)
        if latest is None or latest.change == "withdrawn":
            self.world.publish(alert_id, "raised", **fields)
        elif new:
            self.world.publish(alert_id, "eased" if knowing(latest) == "on" else "reopened", reason=reason)
        else:
            self.world.publish(alert_id, "revised", reason=reason)

    @rule(which=st.sampled_from(ALERTS))
    def withdraw(self, which: tuple[str, dict[str, object]]) -> None:
        """An alert should never have been."""
        latest = self.world.latest.get(which[0])
        if latest is not None and latest.change != "withdrawn":
            self.world.publish(which[0], "withdrawn")

    @rule(sent=st.booleans(), then=st.sampled_from(["no more", "it ends", "the file mutes nothing"]))
    def say_more(self, sent: bool, then: str) -> None:  # noqa: FBT001
        """One that says more comes with one that says less, and both settle; and then it may mute no longer."""
        self._raise(ALERTS[:2])
        self.world.advance(40 * _ONE_MINUTE)
        self.world.settle_down()
        if sent:
            self.world.send("well", 4)
        if then == "it ends":
            self.withdraw(ALERTS[1])
            self.world.take()
        elif then == "the file mutes nothing":
            self.reload("mutes nothing")

    def _raise(self, which: Sequence[tuple[str, dict[str, object]]]) -> None:
        for alert_id, fields in which:
            latest = self.world.latest.get(alert_id)
            if latest is None or latest.change == "withdrawn":
                self.world.publish(alert_id, "raised", **fields)
        self.world.take()

    @rule(file=st.sampled_from(sorted(MISTAKEN)))
    def mistake(self, file: str) -> None:
        """What was read settles under a file that lets it not go."""
        self._raise(ALERTS[2:5])
        self.reload(file)
        self.world.advance(_HOURS)
        self.world.settle_down()

    @rule(days=st.sampled_from([1, 8]))
    def grow(self, days: int) -> None:
        """After some time the file has one more receiver, and then Redis loses everything."""
        self.world.advance(days * _DAYS)
        self.reload("one more receiver")
        self.world.wipe()

    @rule(most=st.integers(1, 5))
    def read(self, most: int) -> None:
        """The notifier reads on, some records at a time."""
        self.world.take(most)

    @rule(seconds=st.sampled_from([1, 30, 400, 4 * _HOURS, _DAYS]))
    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.world.advance(seconds)

    @rule()
    def turn(self) -> None:
        """What is due goes."""
        self.world.settle_down()

    @rule(how=st.sampled_from(HOWS), most=st.integers(1, 4))
    def send(self, how: How, most: int) -> None:
        """A notifier sends, and it ends in some way."""
        self.world.send(how, most)

    @rule(number=st.integers(0, 20), parks=st.booleans())
    def by_hand(self, number: int, parks: bool) -> None:  # noqa: FBT001
        """A person parks a delivery, or has one tried again."""
        parcels = self._parcels()
        if parcels:
            key = parcels[number % len(parcels)].delivery_id
            (self.world.park if parks else self.world.retry)(key)

    def _parcels(self) -> list[Parcel]:
        return [each for each in self.world.desk.things.values() if isinstance(each, Parcel)]

    @rule()
    def wipe(self) -> None:
        """Redis loses everything."""
        self.world.wipe()

    @rule(file=st.sampled_from(sorted(CONFIGS)))
    def reload(self, file: str) -> None:
        """The file changes."""
        self.world.reload(CONFIGS[file])
        self.file = file

    @rule(written=st.integers(0, 2))
    def die(self, written: int) -> None:
        """In the next step that writes: so many records are on the topic, and the desk knows nothing."""
        self.world.dies = written

    @rule(kind=st.sampled_from(KINDS), hours=st.sampled_from([1, 30]))
    def silence(self, kind: dict[str, object], hours: int) -> None:
        """Someone wants quiet."""
        self.silences += 1
        match = SilenceMatch(rule=[str(kind["rule"])])
        expires = self.world.now + hours * _HOURS
        self.world.silence(Silence(silence_id=f"s{self.silences}", match=match, owner="x", reason="y", expires=expires))

    @precondition(lambda self: self.silences > 0)
    @rule()
    def end_silence(self) -> None:
        """And does no more."""
        self.world.expire(f"s{self.silences}")

    @invariant()
    def keeps_to_concurrency(self) -> None:
        """All notifiers together, the dead ones too until their leases are over."""
        receivers = self.world.planner.orders.config.receivers
        for (_, name), endpoint in self.world.desk.things.items():
            if isinstance(endpoint, Endpoint) and name in receivers:
                held = sum(each.slots for each in endpoint.shares.values() if each.until > self.world.now)
                assert held <= receivers[name].concurrency

    def teardown(self) -> None:
        """All calms down; then every receiver knows what is so."""
        self.world.dies = None
        if self.file in MISTAKEN:
            self.world.reload(CONFIGS["first"])
        self.world.run(2 * _HOURS)
        for parcel in self._parcels():
            self.world.retry(parcel.delivery_id)
        self.world.run(12 * _DAYS, step=2 * _HOURS)
        for receiver in self.world.planner.orders.config.receivers:
            self._one_id_one_content(receiver)
            for alert_id, _ in ALERTS:
                self._consistent(receiver, alert_id)
                self._told_if_owed(receiver, alert_id)
        assert self.world.leaks == []
        assert all(each.parked for each in self._parcels())

    def _one_id_one_content(self, receiver: str) -> None:
        contents: dict[str, object] = {}
        for delivery_id, told in self.world.inbox[receiver]:
            assert contents.setdefault(delivery_id, told) == told

    def _consistent(self, receiver: str, alert_id: str) -> None:
        heard = self.world.heard(receiver, alert_id)
        latest = self.world.latest.get(alert_id)
        on = False
        for change in heard:
            assert on or change == "raised" or self._may_have_heard(receiver, alert_id), heard
            on = change != "withdrawn"
        if latest is None:
            assert heard == []
        elif latest.change == "withdrawn":
            assert heard[-1:] in ([], ["withdrawn"]) or self._would_not_hear(receiver, latest), heard
        elif heard and on and latest.reason != "year":
            assert heard[-1] in (ON if knowing(latest) == "on" else OFF), (heard, latest.change)

    def _would_not_hear(self, receiver: str, alert: Alert) -> bool:
        """Whether a receiver itself turned away what was said of an alert last."""
        its = [each for each in self.world.records if each.receiver == receiver and each.state == "refused"]
        turned_away = {(item.alert_id, item.sequence) for each in its for item in each.items}
        return (alert.alert_id, alert.sequence) in turned_away

    def _told_if_owed(self, receiver: str, alert_id: str) -> None:
        """Every receiver of what still holds has heard of it, where nothing speaks against that."""
        latest = self.world.latest.get(alert_id)
        if latest is None or knowing(latest) != "on" or receiver not in self.world.owed[alert_id]:
            return
        if not (self._is_listed(receiver, alert_id) or self._was_refused(receiver, alert_id) or self._is_muted(latest)):
            assert self.world.heard(receiver, alert_id)[-1:] not in ([], ["withdrawn"]), (receiver, latest)

    def _begun(self, alert_id: str) -> int:
        """The sequence of the change that raised or reopened it last."""
        alerts = [seen.alert for seen in self.world.alerts if seen.alert.alert_id == alert_id]
        return max(alert.sequence for alert in alerts if alert.change in {"raised", "reopened"})

    def _is_listed(self, receiver: str, alert_id: str) -> bool:
        """Whether it is on record as not told for good, since it was raised or reopened last."""
        begun = self._begun(alert_id)
        return any(
            each.reason in {Why.STALE, Why.QUIET_REASON} and each.items[0].sequence >= begun
            for each in self.world.suppressed(receiver, alert_id)
        )

    def _was_refused(self, receiver: str, alert_id: str) -> bool:
        """Whether the last raise of it that was tried was turned away.

        Of one before a withdrawal too that nobody was told of, where an earlier try of it may have arrived.
        """
        begun = self._begun(alert_id)
        ends = [
            (item.sequence, each.state)
            for each in self.world.records
            if each.receiver == receiver and each.state not in {"suppressed", "intent"}
            for item in each.items
            if item.alert_id == alert_id
        ]
        since = [state for sequence, state in ends if sequence >= begun]
        before = [state for _, state in ends]
        return (since or (before if "retrying" in before else []))[-1:] == ["refused"]

    def _is_muted(self, alert: Alert) -> bool:
        """Whether another alert says more, by the file as it is in the end."""
        file = self.world.planner.orders.config
        return any(
            misfit(each.target, alert, file.sets) is None and misfit(each.source, other, file.sets) is None
            for each in file.inhibitions
            for other in self.world.latest.values()
            if other.alert_id != alert.alert_id and _says_more(each, other, alert)
        )

    def _may_have_heard(self, receiver: str, alert_id: str) -> bool:
        """Whether a raise was about to be sent, and whether it arrived nobody knows: that counts as told."""
        said = [
            each
            for each in self.world.records
            if each.receiver == receiver and (each.attempt > 1 or each.state in {"retrying", "parked"})
        ]
        return any(item.alert_id == alert_id and item.change == "raised" for each in said for item in each.items)


def _says_more(inhibition: Inhibition, source: Alert, alert: Alert) -> bool:
    if "session" not in inhibition.equal:
        return knowing(source) == "on"
    ended = source.to is not None and alert.cause is not None and source.to.date < alert.cause.date
    return source.change != "withdrawn" and not ended


Notifier.TestCase.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate]
)
test_notifier = Notifier.TestCase
