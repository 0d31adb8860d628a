"""What differs between registers, changelog and alerts."""

import pytest
from msgspec.structs import replace

from streams.attendance.codes import INDEX
from streams.attendance.ledger import Version
from streams.attendance.pupil import Pupil
from streams.attendance.sessions import session_of
from streams.audit.comparing import Difference, compare
from streams.audit.rebuilding import Rebuilt
from streams.contract.messages import Alert, Origin
from streams.pipeline.replay import Replay
from tests.support.hostile import seeded_log
from tests.unit.pipeline.examples import ENGINE, PUPIL, line, mark

LOG = list(seeded_log(5, registers=120, pupils=6, schools=2, mode="amended"))


class Case:
    """One pupil of a hostile log with something announced: stored, rebuilt, published."""

    def __init__(self) -> None:
        replay, made = Replay(ENGINE), Rebuilt(lambda _: True)
        alerts: list[Alert] = []
        for number, each in enumerate(LOG, 1):
            alerts += replay.feed(each, number).alerts
            made.feed(each, received_ms=None, origin=Origin(file="log", line=number))
        self.key = next(key for key in sorted(made.pupils) if (one := replay.ledgers.get(key)) and _live(one))
        found = replay.ledgers.get(self.key)
        assert found is not None
        self.stored: Pupil | None = found.copy()
        self.rebuilt: Pupil | None = made.pupils[self.key]
        self.alerts = [alert for alert in alerts if alert.pupil == self.key]

    def differences(self, *, plainly: bool = False) -> list[Difference]:
        return compare(self.key, self.stored, self.rebuilt, self.alerts, ENGINE, plainly=plainly)

    def kinds(self) -> set[str]:
        return {one.kind for one in self.differences()}


def _live(pupil: Pupil) -> bool:
    return any(one.live(pupil.year or 0) for one in pupil.announced)


@pytest.fixture
def case() -> Case:
    return Case()


@pytest.mark.parametrize("plainly", [False, True])
def test_what_is_right_has_no_difference(case: Case, plainly: bool) -> None:  # noqa: FBT001 - both ways
    """Registers in any order, amended, twice."""
    assert case.differences(plainly=plainly) == []


def test_a_mark_that_was_lost_is_found(case: Case) -> None:
    """School and first session are named, the child only by the key beside."""
    assert case.rebuilt is not None
    slot, urn = next((slot, urn) for slot, urn, _ in case.rebuilt.ledger.versions())
    case.rebuilt.ledger.put(slot, urn, Version(INDEX["X"], 1 << 31))
    (one,) = [each for each in case.differences() if each.kind == "marks"]
    date, half = session_of(slot)
    assert one.words.startswith(f"1 marks of school {urn}")
    assert f"{date}/{half}" in one.words
    assert case.key not in one.words


def test_a_ledger_that_is_not_there_is_found(case: Case) -> None:
    """And one that no register accounts for."""
    stored, case.stored = case.stored, None
    assert case.kinds() == {"ledger-missing"}
    case.stored, case.rebuilt = stored, None
    assert case.kinds() == {"registers-missing"}
    case.stored = None
    assert case.kinds() == set()


def test_an_alert_that_was_never_announced_is_found(case: Case) -> None:
    """The marks are right, the summary is not; and the published alerts are more than it remembers."""
    assert case.stored is not None
    case.stored.announced = ()
    assert case.kinds() == {"announced", "alerts"}


def test_an_alert_that_was_not_published_is_found(case: Case) -> None:
    """The ledger remembers it, and the topic does not have it."""
    assert case.stored is not None
    lost = next(one for one in case.stored.announced if one.live(case.stored.year or 0))
    case.alerts = [alert for alert in case.alerts if alert.alert_id != lost.alert_id]
    assert case.kinds() == {"alerts", "sequence"}


def test_a_count_that_is_wrong_is_found(case: Case) -> None:
    """A consumer would drop the next change as one it has had."""
    assert case.stored is not None
    first, *others = (one for one in case.stored.announced if one.live(case.stored.year or 0))
    case.stored.announced = (replace(first, sequence=first.sequence - 1), *others)
    assert case.kinds() == {"sequence"}


def test_registers_in_flight_are_noted_and_not_taken() -> None:
    """Their marks may be in the changelog, or not."""
    made = Rebuilt(lambda _: True)
    made.feed(line(mark("/")), received_ms=None, origin=Origin(topic="t", partition=0, offset=9), in_flight=True)
    assert (made.pupils, made.in_flight) == ({}, {PUPIL})


def test_quarantined_registers_are_passed_over() -> None:
    """Their marks are in dead letters."""
    made = Rebuilt(lambda _: True, {"t/0/9"})
    made.feed(line(mark("/")), received_ms=None, origin=Origin(topic="t", partition=0, offset=9))
    made.feed(line(mark("/"), date="2024-09-10"), received_ms=None, origin=Origin(topic="t", partition=0, offset=10))
    assert [slot for slot, _, _ in made.pupils[PUPIL].ledger.versions()] == [2 * 739139]


def test_pupils_who_are_not_wanted_take_no_memory() -> None:
    """A sample of a county is small."""
    made = Rebuilt(lambda _: False)
    made.feed(line(mark("/")), received_ms=None, origin=Origin(topic="t", partition=0, offset=9))
    assert (made.pupils, made.registers) == ({}, 1)
