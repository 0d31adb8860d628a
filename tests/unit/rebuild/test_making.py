"""A pupil's stored state made again from registers and published alerts."""

from collections import defaultdict

import pytest

from streams.audit.rebuilding import Rebuilt
from streams.contract.batches import BatchMark, BatchRegister
from streams.contract.messages import Alert, Origin
from streams.pipeline.intake import read_line
from streams.pipeline.ledgers import Ledgers
from streams.pipeline.refusals import from_file
from streams.rebuild.announced import said
from streams.rebuild.making import Latest, Made, make
from tests.support.hostile import seeded_log
from tests.unit.pipeline.examples import ENGINE


class Kept(Rebuilt):
    """As a rebuild keeps them."""

    def __init__(self) -> None:
        super().__init__(lambda _: True)
        self.latest: dict[str, Latest] = {}

    def taken(self, register: BatchRegister, mark: BatchMark) -> None:
        self.latest[mark.pupil] = Latest(register, mark)


class Log:
    """A hostile log, worked off by an engine that then loses its changelog."""

    def __init__(self, seed: int, published: int | None = None) -> None:
        self.lines = list(seeded_log(seed, registers=150, pupils=8, schools=3, mode="amended"))
        self.ledgers = Ledgers(ENGINE, from_file("log"))
        self.alerts: dict[str, list[Alert]] = defaultdict(list)
        for number, each in enumerate(self.lines[:published], 1):
            self.feed(self.ledgers, each, number)

    def feed(self, ledgers: Ledgers, line: bytes, number: int) -> list[Alert]:
        register = read_line(line, origin=Origin(file="log", line=number)).register
        work = ledgers.work()
        if register is not None:
            work.take(register)
        work.commit()
        for alert in work.alerts:
            self.alerts[alert.pupil or ""].append(alert)
        return work.alerts

    def made(self) -> dict[str, Made]:
        """Make all pupils again from the whole log and what was published."""
        kept = Kept()
        for number, each in enumerate(self.lines, 1):
            kept.feed(each, received_ms=None, origin=Origin(file="log", line=number))
        return {
            key: make(pupil, kept.latest[key], self.alerts.get(key, []), ENGINE) for key, pupil in kept.pupils.items()
        }


def loaded(made: dict[str, Made]) -> Ledgers:
    ledgers = Ledgers(ENGINE, from_file("log"))
    for each in made.values():
        for key, value in each.records:
            ledgers.load(key, value)
    return ledgers


@pytest.mark.parametrize("seed", range(4))
def test_what_was_lost_is_made_again_and_nothing_new_is_said(seed: int) -> None:
    """Ledger, announced alerts, their numbers and counts; none had not been published."""
    log = Log(seed)
    made = log.made()
    again = loaded(made)
    assert {key: each.alerts for key, each in made.items() if each.alerts} == {}
    assert set(again.keys()) == set(log.ledgers.keys())
    for key in list(again.keys()):
        was, now = log.ledgers.get(key), again.get(key)
        assert was is not None
        assert now is not None
        assert dict(_versions(now.ledger)) == dict(_versions(was.ledger))
        assert sorted(now.announced, key=repr) == sorted(_live(was), key=repr)


def _versions(ledger):  # noqa: ANN001, ANN202 - of a ledger
    return (((slot, urn), version) for slot, urn, version in ledger.versions())


def _live(pupil):  # noqa: ANN001, ANN202 - what a comparison keeps
    return [one for one in pupil.announced if one.live(pupil.year)]


@pytest.mark.parametrize("seed", range(4))
def test_what_had_not_been_published_is_said_once(seed: int) -> None:
    """The last third of the log was never worked off: then all that stands is as if it had been."""
    log = Log(seed, published=100)
    late = [alert for each in log.made().values() for alert in each.alerts]
    assert late
    counts = [(alert.alert_id, alert.sequence) for found in log.alerts.values() for alert in found]
    counts += [(alert.alert_id, alert.sequence) for alert in late]
    assert len(set(counts)) == len(counts)
    for alert in late:
        before = [each.sequence for each in log.alerts.get(alert.pupil or "", []) if each.alert_id == alert.alert_id]
        earlier = [each.sequence for each in late if each.alert_id == alert.alert_id and each.sequence < alert.sequence]
        assert alert.sequence == max([*before, *earlier], default=0) + 1
        assert alert.cause is not None
    full, whole = Log(seed), loaded(log.made())
    for key in list(whole.keys()):
        was, now = full.ledgers.get(key), whole.get(key)
        assert was is not None
        assert now is not None
        assert {(one.rule, one.start, one.end) for one in now.announced} == {
            (one.rule, one.start, one.end) for one in _live(was)
        }


def test_the_beginning_of_an_alert_is_found_though_its_first_change_is_gone() -> None:
    """Alerts go by age; the id tells which session it was made of."""
    log = Log(0)
    changes = next(
        [one for one in found if one.alert_id == each.alert_id]
        for found in log.alerts.values()
        for each in found
        if each.sequence == 2 and each.change == "eased"
    )
    whole, cut = said(changes), said(changes[1:])
    assert whole == cut


def test_of_no_alerts_nothing_was_said() -> None:
    """A pupil who never had one."""
    assert said([]) == ((), {})
