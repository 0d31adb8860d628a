"""The background audit: every pupil in turn, within its share."""

import asyncio
from typing import Any

import pytest

from streams.topology import auditing
from streams.topology.auditing import SLICE, Auditing
from streams.topology.keeper import Held
from tests.unit.topology.fakes import FakeKeeper, FakeLedgers, FakeWriter, Noted


class Bench:
    """One or two partitions, and a clock that goes on with each look at it."""

    def __init__(self, *found: dict[str, list[str] | None], share: float = 0.1) -> None:
        self.probe = Noted()
        self.held: list[Held[Any]] = [Held(n, FakeLedgers(), FakeWriter(), "id", 0) for n, _ in enumerate(found)]
        for held, pupils in zip(self.held, found, strict=True):
            held.state.pupils = pupils
        self.keeper = FakeKeeper(*self.held)
        self.slept: list[float] = []
        self.time = 0.0
        self.auditing = Auditing(self.keeper, share, self.probe, clock=self._clock, now=lambda: 99.0, sleep=self._sleep)

    def _clock(self) -> float:
        self.time += SLICE / 4
        return self.time

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    def round(self) -> list[tuple[object, ...]]:
        asyncio.run(self.auditing.round())
        return self.probe.told


def test_a_round_looks_over_every_pupil_and_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """Each once, in every partition; what drifted is counted, and no pupil is named."""
    del caplog
    told = Bench({"a": [], "b": ["lateness"]}, {"c": []}).round()
    assert told == [("audited", False), ("audited", True), ("audited", False), ("audit_round", 99.0)]


def test_it_rests_so_that_it_keeps_to_its_share() -> None:
    """A tenth of a CPU: for each slice of work nine of rest."""
    bench = Bench({name: [] for name in "abcdefgh"}, share=0.1)
    bench.round()
    assert len(bench.slept) > 2
    assert {round(each / SLICE, 6) for each in bench.slept} == {9.0}


def test_one_pupil_in_so_many_is_looked_over_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the specification; the count goes on from round to round, so that it is another one each time."""
    monkeypatch.setattr(auditing, "PLAINLY_ONE_IN", 2)
    bench = Bench({"a": [], "b": [], "c": []})
    bench.round()
    bench.round()
    assert bench.held[0].state.looked == [
        ("a", False),
        ("b", True),
        ("c", False),
        ("a", True),
        ("b", False),
        ("c", True),
    ]


def test_a_pupil_that_cannot_be_looked_over_is_a_fault_and_the_round_goes_on() -> None:
    """It is counted like drift; the flow of registers must not stop for it."""
    assert Bench({"a": None, "b": []}).round() == [("audited", True), ("audited", False), ("audit_round", 99.0)]


def test_a_partition_that_leaves_is_left() -> None:
    """Its new owner looks it over."""
    bench = Bench({"a": [], "b": []}, {"c": []})
    first, _ = bench.held
    looked = first.state.look_over

    def leaving(key: str, *, plainly: bool) -> Any:  # noqa: ANN401 - a generator
        bench.keeper.of.pop(0)
        return looked(key, plainly=plainly)

    first.state.look_over = leaving
    bench.round()
    assert first.state.looked == [("a", False)]
    assert bench.held[1].state.looked == [("c", False)]


def test_without_pupils_it_waits_and_tells_of_no_round() -> None:
    """There is nothing to look over yet."""
    bench = Bench({})
    assert bench.round() == []
    assert bench.slept == [1.0]


def test_switched_off_it_does_nothing() -> None:
    """And ends at once."""
    bench = Bench({"a": []}, share=0.0)
    asyncio.run(bench.auditing.run())
    assert bench.probe.told == []
