import json
from pathlib import Path

import pytest

from benchmarks import log
from benchmarks.plain_faust_speed import persistently_absent
from benchmarks.rivals.plain_faust import Child, Mark
from benchmarks.workload import Workload


def test_rival_finds_our_children(tmp_path: Path) -> None:
    """The rival's rule, over every mark in order of arrival, finds the very children that ours finds."""
    invented = log.write(Workload(pupils=150, sessions=50), 20, tmp_path, "log")
    children: dict[str, Child] = {}
    for path in invented.files:
        for line in path.read_bytes().splitlines():
            register = json.loads(line)
            for mark in register["marks"]:
                shared = {name: register[name] for name in ("date", "session", "recorded_at")}
                children.setdefault(mark["pupil"], Child(held={})).take(Mark(**mark, **shared))
    ours = persistently_absent(invented)
    assert {pupil for pupil, child in children.items() if child.on} == ours
    assert len(ours) > 10


@pytest.mark.parametrize(("recorded_at", "absent"), [("2024-09-03T08:00+01:00", 1), ("2024-09-03T10:00+01:00", 0)])
def test_rival_keeps_the_latest(recorded_at: str, absent: int) -> None:
    """An amendment counts where it was recorded later, and only there."""
    child = Child(held={})
    first = {"pupil": "a", "date": "2024-09-03", "session": "AM", "code": "N", "recorded_at": "2024-09-03T09:00+01:00"}
    child.take(Mark(**first))
    child.take(Mark(**(first | {"code": "/", "recorded_at": recorded_at})))
    assert (child.possible, child.absent) == (1, absent)
