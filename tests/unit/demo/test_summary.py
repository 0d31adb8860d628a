"""What the demo says in the end."""

from collections import Counter

import msgspec
import pytest

from streams.contract.hooks import HookAlert
from streams.contract.messages import Change, DeadLetter, Origin
from streams.demo.hook import Heard
from streams.demo.offline import Offline
from streams.demo.summary import in_words, summarise, verdict
from streams.demo.tally import Tally
from tests.unit.demo.examples import an_alert

NOTHING = Offline({}, {}, {}, Counter())
LINES = [b'{"marks": [{}, {}]}', b"[1]", b"\xff", b'{"marks": 7}', b'{"urn": 1}', b'{"marks": [7]}']


def test_marks_are_counted_in_whatever_has_some() -> None:
    """Lines that are no register have no marks, and break nothing."""
    summary = summarise(LINES, Tally(), NOTHING, 1.0, [])
    assert (summary.registers, summary.marks) == (6, 3)


def test_alerts_are_counted_by_rule_and_change() -> None:
    """The tally counts what arrived."""
    tally = Tally()
    for sequence, change in enumerate(("raised", "eased", "reopened", "eased"), start=1):
        tally.alert(an_alert(change, sequence), now=1.0)
    assert tally.by_rule() == {"lateness": {"eased": 2, "raised": 1, "reopened": 1}}


def test_latency_runs_from_the_registers_time_stamp_to_the_readan_alert() -> None:
    """Each alert is timed by the register that caused it, read later or not; one of an unknown register is not."""
    tally = Tally()
    tally.stamps["r1"] = 10.0
    for register_id, now in (("r1", 10.5), ("r2", 21.5), ("r3", 99.0)):
        tally.alert(an_alert("raised", 1, register_id), now)
    tally.stamps["r2"] = 20.0
    assert tally.seconds() == pytest.approx([0.5, 1.5])
    latency = tally.latency()
    assert latency is not None
    assert (latency.p50, latency.p99, latency.worst) == (1.0, 1.49, 1.5)


def test_one_timed_alert_is_no_distribution() -> None:
    """Latency is not claimed from a single alert."""
    tally = Tally()
    tally.stamps["r1"] = 10.0
    tally.alert(an_alert("raised", 1), now=11.0)
    assert tally.latency() is None
    assert "Mark to alert: not measured." in list(in_words(summarise([], tally, NOTHING, 0.0, [])))


def test_the_life_of_an_alert_that_was_taken_back_is_in_order() -> None:
    """Of the alerts that a correction withdrew, the one with most changes is told from its beginning."""
    tally = Tally()
    for alert in (an_alert("raised", 1, number="c"), an_alert("withdrawn", 2, reason="correction", number="c")):
        tally.alert(alert, now=1.0)
    tally.alert(an_alert("raised", 1, number="b"), now=1.0)
    for alert in (an_alert("raised", 1), an_alert("revised", 2), an_alert("withdrawn", 3, reason="correction")):
        tally.alert(alert, now=1.0)
    assert [alert.change for alert in tally.taken_back()] == ["raised", "revised", "withdrawn"]


def test_dead_letters_are_counted_by_reason() -> None:
    """The summary names each reason with its number; what came twice, as after a worker's pause, counts once."""
    tally = Tally()
    fields = dict.fromkeys(("register_id", "urn", "date", "session", "mark"))
    for line in (1, 2, 2):
        origin = Origin(file="-", line=line)
        tally.dead_letter(DeadLetter(reason="not-json", detail="", origin=origin, value=b"", **fields))
    assert "Dead letters: 2 not-json." in list(in_words(summarise(LINES, tally, NOTHING, 1.0, [])))


def test_agreement_is_only_claimed_where_nothing_differs() -> None:
    """The last line says equal, or how not."""
    assert "equal those of an offline replay" in verdict([])
    assert verdict(["lateness of 1 pupil(s)"]).endswith(
        "DIFFER from those of an offline replay of the same registers: lateness of 1 pupil(s)"
    )


def _heard(at: float, change: Change) -> Heard:
    alert = msgspec.to_builtins(an_alert(change, 1)) | {"school": None, "link": None}
    return Heard(at, msgspec.convert(alert, HookAlert))


def test_that_the_webhook_was_told_is_only_claimed_where_it_was() -> None:
    """A raise and its withdrawal, and how long after; without them the demo does not hold, whatever the replay says."""
    told = summarise([], Tally(), NOTHING, 0.0, [_heard(7.0, "raised"), _heard(9.5, "withdrawn")])
    assert told.holds()
    assert [(each.at[11:], each.change) for each in told.webhook] == [
        ("00:00:07.000+00:00", "raised"),
        ("00:00:09.500+00:00", "withdrawn"),
    ]
    assert "The webhook was told of an alert, and 2.5 s later that it was taken back." in list(in_words(told))
    untold = summarise([], Tally(), NOTHING, 0.0, [])
    assert not untold.holds()
    assert "The webhook was NOT told of an alert and then of its withdrawal." in list(in_words(untold))
