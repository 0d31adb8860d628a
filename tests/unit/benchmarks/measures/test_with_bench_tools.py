from pathlib import Path

import pytest

for module in ("hdrh", "matplotlib"):
    pytest.importorskip(module, reason="for benchmarks only: make bench-england installs it")

from benchmarks.measures.__main__ import main  # noqa: E402 - only where they are installed
from benchmarks.measures.finding import PAGE  # noqa: E402 - only where they are installed
from benchmarks.measures.picture import line  # noqa: E402 - only where they are installed
from benchmarks.measures.spread import Spread  # noqa: E402 - only where they are installed


def test_percentiles_of_a_spread() -> None:
    """A histogram gives percentiles and the longest in milliseconds, to three digits."""
    spread = Spread(number / 1000 for number in range(1, 101))
    assert [spread.ms(percentile) for percentile in (50, 90, 99)] == pytest.approx([50, 90, 99], rel=0.002)
    assert spread.max_ms == pytest.approx(100, rel=0.002)
    assert len(spread) == 100


def test_a_time_counts_as_often_as_is_said() -> None:
    """A register of 99 quick marks and one slow mark have the slow one beyond the 99th percentile."""
    spread = Spread()
    spread.add(0.001, 99)
    spread.add(5.0)
    assert (len(spread), round(spread.ms(99)), round(spread.max_ms, -2)) == (100, 1, 5000)


def test_a_spread_of_nothing_and_of_too_much() -> None:
    """Below nothing counts as the shortest, above an hour is an error, and nothing has no percentiles."""
    spread = Spread([-0.0005])
    assert spread.max_ms == pytest.approx(0.001)
    assert Spread().cells() == ("0.0", "0.0", "0.0", "0.0")
    with pytest.raises(ValueError, match="longer than an hour"):
        spread.add(4000)


def test_every_part_has_its_place_on_the_page() -> None:
    """Each part of the command has markers in the documentation, between which its table goes, and is in the help."""
    page = PAGE.read_text(encoding="utf-8")
    parts = sorted(main.commands)
    assert [part for part in parts if f"<!-- bench-{part}:begin -->" not in page] == []
    assert [part for part in parts if part not in (PAGE.parents[1] / "Makefile").read_text(encoding="utf-8")] == []


def test_the_same_points_give_the_same_picture(tmp_path: Path) -> None:
    """A line drawn twice is the same bytes, so that the documentation changes only with what was measured."""
    files = [tmp_path / "a.svg", tmp_path / "b.svg"]
    for file in files:
        line([(10_000, 7.0), (100_000, 7.1)], file)
    assert files[0].read_bytes() == files[1].read_bytes()
