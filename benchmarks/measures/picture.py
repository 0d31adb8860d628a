"""The line of growth, as SVG for the documentation."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure


def line(points: Sequence[tuple[int, float]], file: Path) -> None:
    """Draw CPU of a mark (µs) over how many pupils there are; the same points give the same bytes."""
    mpl.rcParams["svg.hashsalt"] = "firstbell"
    figure = Figure(figsize=(6, 3), layout="constrained")
    axes = figure.subplots()
    axes.plot([pupils for pupils, _ in points], [us for _, us in points], marker="o")
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("pupils")
    axes.set_ylabel("worker's CPU, µs a mark")
    axes.grid(visible=True, alpha=0.3)
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, metadata={"Date": None})
