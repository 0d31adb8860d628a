"""Several processes of one replay, as real processes."""

import io
import multiprocessing
import os
import signal
from collections.abc import Iterator

import pytest

from streams.errors import Stop
from streams.pipeline import compiled_marks
from streams.pipeline.lines import Line
from streams.replay.run import Source, Totals, replay
from streams.replay.shares import shares
from tests.support.hostile import seeded_log
from tests.unit.pipeline.examples import ENGINE, line, mark

LOG = b"\n".join(seeded_log(5, registers=300, pupils=9, schools=2, years=(2023, 2024), mode="amended")) + b"\n?\n"


def _written(processes: int) -> tuple[bytes, bytes, Totals, list[int]]:
    alerts, letters, told = io.BytesIO(), io.BytesIO(), list[int]()
    sources = [Source("a", io.BytesIO(LOG)), Source("b", io.BytesIO(b"\n" + LOG))]
    totals = replay(
        sources, ENGINE.book, alerts=alerts.write, dead_letters=letters.write, seen=told.append, processes=processes
    )
    return alerts.getvalue(), letters.getvalue(), totals, told


def test_the_output_is_byte_for_byte_that_of_one_process() -> None:
    """Alerts, dead letters, totals and progress, over two files."""
    one = _written(1)
    assert one[0].count(b"\n") > 20
    assert _written(3) == one


def test_what_the_clock_decides_of_several_schools_at_once_keeps_its_order() -> None:
    """Four afternoons are missing when the next register comes; they come before its marks, by school."""
    times = [(urn, "2024-09-10T08:05:00Z") for urn in range(100001, 100005)] + [(100002, "2024-09-10T15:00:00Z")]
    lines = [
        Line(number, line(mark(), urn=urn, date="2024-09-10", received_at=at, recorded_at=at))
        for number, (urn, at) in enumerate(times, 1)
    ]
    with shares(ENGINE.book, None, 1) as feed:
        (parts,) = feed([("log", lines)])
    assert [len(part.alerts) for part in parts] == [0, 0, 0, 0, 4]
    places = [alert.place for alert in parts[-1].alerts]
    assert places == sorted(places)
    assert max(places) < 0


def test_a_process_that_is_ended_from_outside_stops_the_replay() -> None:
    """It does not go on without its pupils."""

    def batches() -> Iterator[tuple[str, list[Line]]]:
        for number in range(1, 100):
            yield "a", [Line(number, line(mark()))]
            if number == 3:
                os.kill(_children().pop(), signal.SIGKILL)

    with shares(ENGINE.book, None, 2) as feed, pytest.raises(Stop, match="ended from outside"):
        list(feed(batches()))


def test_a_long_replay_reads_by_compiled_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is loaded once, when so much was read that there may be much more."""
    loaded = list[None]()
    monkeypatch.setattr(compiled_marks, "load", lambda: loaded.append(None))
    monkeypatch.setattr("streams.replay.shares._MANY", 2)
    counts = []
    with shares(ENGINE.book, None, 2) as feed:
        for batches in (2, 4):
            list(feed(("a", [Line(number, line(mark()))]) for number in range(batches)))
            counts.append(len(loaded))
    assert counts == [0, 1]


def _children() -> list[int]:
    return [child.pid for child in multiprocessing.active_children() if child.pid]
