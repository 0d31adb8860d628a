"""The places at which a trial ends or pauses a worker."""

import os
import signal
import subprocess
import sys

import pytest

from streams.topology.crash_points import CRASH, PAUSE, Armed, Point, armed


def test_where_no_trial_is_on_nothing_happens() -> None:
    """Not even what must be done first."""
    done: list[str] = []
    armed({})(Point.AFTER_COMMIT, lambda: done.append("first"))
    assert done == []


def test_the_signal_comes_the_nth_time_and_once() -> None:
    """Other places do not count, and what must be done first is, whether it works or not."""
    sent: list[tuple[int, int]] = []
    reach = Armed(Point.COMMIT_SENT, 2, signal.SIGKILL, lambda pid, number: sent.append((pid, number)))
    for point in (Point.COMMIT_SENT, Point.AFTER_COMMIT):
        reach(point)
    assert sent == []
    reach(Point.COMMIT_SENT, lambda: 1 // 0)
    reach(Point.COMMIT_SENT)
    assert sent == [(os.getpid(), signal.SIGKILL)]


def test_an_unknown_place_is_refused() -> None:
    """A trial that would hit nothing must not pass."""
    with pytest.raises(ValueError, match="nowhere"):
        armed({PAUSE: "nowhere"})


def test_the_environment_arms_a_process() -> None:
    """One that comes to the place is gone at once."""
    code = "from streams.topology.crash_points import Point, reach; reach(Point.BEFORE_ACK); reach(Point.BEFORE_ACK)"
    done = subprocess.run([sys.executable, "-c", code], env=os.environ | {CRASH: "before-ack:2"}, check=False)
    assert done.returncode == -signal.SIGKILL
