"""The benchmark of the notifier: what it counts, and that a missing alert gives no number."""

import json
from collections import defaultdict
from datetime import UTC, datetime
from unittest.mock import Mock

import pytest

from benchmarks.gate import Mismatch
from benchmarks.machine import Machine
from benchmarks.notify import alertmanager, firstbell
from benchmarks.notify.alerts import alerts
from benchmarks.notify.hooks import Hooks, Seen, ids
from benchmarks.notify.report import Report
from benchmarks.notify.side import PATHS, Speed, hold, latencies
from streams.books import load_book
from streams.notify.channels.bodies import body_of
from streams.notify.config.reading import parse
from tests.support.alerts import alert, message

DAY = "2024-10-08"
SPEED = Speed("firstbell notify", 1000, 2.0, 1.5, 100, 10.0, 4.0, 9.0, "each of 1,100 alerts")
MACHINE = Machine("a processor", 2, 4, "Linux x86_64", 0.1, {"Python": "3.11"})


def test_both_sides_bodies_are_counted_by_alert() -> None:
    """Ours may hold several alerts, and so may Alertmanager's."""
    told = message(alert(), alert(alert_id="f" * 32))
    assert ids(body_of(told, full=False)) == [alert().alert_id, "f" * 32]
    rivals = {"version": "4", "alerts": [{"labels": {"alert_id": "a"}}, {"labels": {"alert_id": "b"}}]}
    assert ids(json.dumps(rivals).encode()) == ["a", "b"]


def test_the_alerts_are_the_same_for_the_same_number_and_all_different() -> None:
    """Both sides get the very same."""
    assert alerts(50, DAY, 10) == alerts(60, DAY)[10:]
    assert len({each.alert_id for each in alerts(100, DAY)}) == 100


def test_a_missing_alert_gives_no_number() -> None:
    """At any one of the receivers."""
    whole = {path: {"a": [1.0], "b": [2.0, 3.0]} for path in PATHS}
    assert hold(whole, ["a", "b"]) == "each of 2 alerts at each of 4 receivers, 4 twice"
    with pytest.raises(Mismatch, match="1 of 2 alerts never came to /r2"):
        hold(whole | {"/r2": {"a": [1.0]}}, ["a", "b"])


def test_what_was_not_given_gives_no_number() -> None:
    """It would be counted in place of what is missing."""
    whole = {path: {"a": [1.0]} for path in PATHS}
    with pytest.raises(Mismatch, match="was not given"):
        hold({path: came | {"b": [1.0]} for path, came in whole.items()}, ["a"])
    with pytest.raises(Mismatch, match="was not given"):
        hold(whole | {"/elsewhere": {}}, ["a"])


def _hooks(seen: Seen, count: list[int], *bodies: bytes) -> None:
    hooks = Hooks(seen, count)
    hooks.connection_made(Mock())
    for body in bodies:
        hooks.data_received(b"POST /r0 HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


def test_a_double_is_noted_and_not_counted() -> None:
    """Else the wait would end before the last one came."""
    seen: Seen = defaultdict(lambda: defaultdict(list))
    count = [0]
    one, two = (body_of(message(alert(alert_id=sign * 32)), full=False) for sign in "ab")
    _hooks(seen, count, one, one, two)
    assert count == [2]
    assert [len(times) for times in seen["/r0"].values()] == [2, 1]


def test_a_latency_is_to_the_first_arrival_at_each_receiver() -> None:
    """A double is not counted, and no receiver left out."""
    seen = {path: {"a": [5.0 + number, 99.0]} for number, path in enumerate(PATHS)}
    assert latencies(seen, {"a": 4.0}) == [1.0, 2.0, 3.0, 4.0]


def test_a_report_has_medians_and_says_where_there_is_no_rival() -> None:
    """Every row names what its numbers were held to."""
    slow = Speed("firstbell notify", 1000, 4.0, 1.5, 100, 10.0, 4.0, 19.0, "each of 1,100 alerts")
    report = Report(datetime(2026, 1, 2, tzinfo=UTC), "make bench-notify", MACHINE, [SPEED, slow, slow], "no rival")
    assert report.rows() == [
        ("firstbell notify", "250", "250 to 500", "1.50", "4.0", "19.0", "each of 1,100 alerts"),
    ]
    assert "* no rival" in report.markdown()
    assert json.loads(json.dumps(report.data()))["results"][0]["seconds"] == 2.0


def test_our_side_waits_for_nothing() -> None:
    """Each alert is a message of its own, sent at once to every receiver; the file is one that the notifier takes."""
    read = parse(firstbell.configuration([f"http://127.0.0.1:8000{path}" for path in PATHS]), load_book(None))
    (way,) = read.policies.values()
    assert (way.receivers, way.group_by) == (("r0", "r1", "r2", "r3"), ("alert",))
    assert (way.group_wait, way.settle, way.hours) == (0, {"default": 0}, ())


def test_the_rival_waits_for_nothing_either() -> None:
    """Each alert is a group of its own, sent at once to every receiver."""
    text = alertmanager.configuration(["http://127.0.0.1:1/r0", "http://127.0.0.1:1/r1"])
    assert "group_by: ['...']" in text
    assert "group_wait: 0s" in text
    assert text.count("continue: true") == 2
