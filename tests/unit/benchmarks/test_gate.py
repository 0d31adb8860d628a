from pathlib import Path

import pytest

from benchmarks import log
from benchmarks.gate import Mismatch, by_place, hold
from benchmarks.workload import Workload
from streams.attendance.walk import Engine
from streams.books import load_book
from streams.contract.messages import Alert
from streams.pipeline.replay import Replay


@pytest.fixture(scope="module")
def alerts(tmp_path_factory: pytest.TempPathFactory) -> list[Alert]:
    few = log.write(Workload(pupils=30, sessions=30), 0, tmp_path_factory.mktemp("log"), "log")
    replay = Replay(Engine(load_book(None)))
    lines = few.measured.file.read_bytes().splitlines()
    return [alert for number, line in enumerate(lines, 1) for alert in replay.feed(line, number).alerts]


def test_equal_passes(alerts: list[Alert]) -> None:
    """The same alerts in the same order pass."""
    hold("alerts", by_place([alerts], {}), by_place([list(alerts)], {}))


def test_order_within_a_place_counts(alerts: list[Alert]) -> None:
    """Two alerts that changed places are a mismatch, though they are the same ones."""
    swapped = [alerts[1], alerts[0], *alerts[2:]]
    with pytest.raises(Mismatch, match=r"alerts: found and due differ \(1 and 1\)"):
        hold("alerts", by_place([swapped], {}), by_place([alerts], {}))


def test_place_is_both_partitions(alerts: list[Alert]) -> None:
    """Alerts are grouped by their partition of marks and the one of alerts that their key was found in."""
    pupil = alerts[0].pupil or ""
    groups = by_place([[], alerts], {pupil.encode(): 5})
    assert set(groups) == {(1, 5), (1, -1)}
    assert groups[1, 5] == [alert for alert in alerts if alert.pupil == pupil]


def test_a_mismatch_names_no_pupil(alerts: list[Alert]) -> None:
    """What a failed gate says is how many there were, without a pupil."""
    with pytest.raises(Mismatch) as raised:
        hold("folded alerts", {alerts[0].pupil: alerts}, {})
    assert str(raised.value) == "folded alerts: found and due differ (1 and 0)"


def test_log_splits_at_the_history(tmp_path: Path) -> None:
    """What comes before the clock starts is in a file of its own; both together are the log."""
    workload = Workload(pupils=60, sessions=8)
    whole = log.write(workload, 0, tmp_path, "whole")
    split = log.write(workload, 3, tmp_path, "split")
    assert whole.before.marks == 0
    assert b"".join(path.read_bytes() for path in split.files) == whole.measured.file.read_bytes()
    assert (split.marks, split.before.registers > 0) == (whole.marks, True)
