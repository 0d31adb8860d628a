"""The picture of a run: a bar a side, its median, with a line from the slowest round to the fastest."""

from collections.abc import Iterable
from pathlib import Path

from benchmarks.england.report import GOAL
from benchmarks.result import Summary


def draw(summaries: Iterable[Summary], to: Path) -> None:
    """Write the picture as SVG, the same bytes for the same numbers."""
    # Only who draws needs it: it is not installed for tests.
    import matplotlib as mpl  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    sides = list(summaries)
    rates = [side.rate for side in sides]
    spread = [[side.rate - side.slowest for side in sides], [side.fastest - side.rate for side in sides]]
    colours = ["#00703c", *["#505a5f"] * (len(sides) - 1)]
    with mpl.rc_context({"svg.hashsalt": "firstbell", "svg.fonttype": "none", "font.size": 11}):
        figure = Figure(figsize=(9, 0.6 + 0.55 * len(sides)), layout="constrained")
        axes = figure.subplots()
        bars = axes.barh([side.side for side in sides], rates, xerr=spread, color=colours, capsize=3)
        axes.bar_label(bars, [f"{rate:,.0f}" for rate in rates], padding=8)
        axes.axvline(GOAL, linestyle="--", color="#0b0c0c")
        axes.invert_yaxis()
        axes.set_xlim(0, 1.2 * max(GOAL, *(side.fastest for side in sides)))
        axes.set_xlabel("marks a second (dashed: England's morning in a minute)")
        axes.spines[["top", "right"]].set_visible(False)
        figure.savefig(to, format="svg", metadata={"Date": None})
