import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from benchmarks.machine import Machine
from benchmarks.plan import Plan
from benchmarks.report import Report, write_docs
from benchmarks.result import Result, Summary, Timing

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
MACHINE = Machine("a processor", 2, 4, "Linux x86_64", 0.1, {"Python": "3.11"})
PLAN = Plan(pupils=10, marks=300, history=0, start=date(2024, 9, 3), seed=1, rounds=3, rival_pupils=1, rival_marks=30)


def _result(side: str, seconds: float) -> Result:
    return Result(side, 300, Timing(seconds, seconds / 2), "12 alerts")


def _report(*results: Result) -> Report:
    return Report(datetime(2026, 1, 2, tzinfo=UTC), "python -m benchmarks.run", MACHINE, PLAN, list(results))


def test_summary_takes_medians() -> None:
    """A side's summary is the median of its rounds, with the slowest and the fastest."""
    summary = Summary.of([_result("whole path", seconds) for seconds in (1, 3, 2)])
    assert (summary.slowest, summary.rate, summary.fastest) == (100, 150, 300)
    assert summary.cpu_us == pytest.approx(1e6 / 300)


def test_ratio_to_the_rival() -> None:
    """The report says how many times the rival's marks a second the whole path does, where both ran."""
    both = _report(_result("whole path", 1), _result("plain Faust", 10))
    assert any(words.endswith("over plain Faust (one rule): 10.0") for words in both.words())
    assert not any("plain Faust" in words for words in _report(_result("whole path", 1)).words())


def test_data_is_json() -> None:
    """What is written as JSON has every round, its gate, the machine and the command."""
    data = json.loads(json.dumps(_report(_result("replay", 2), _result("replay", 1)).data()))
    assert [result["timing"]["wall"] for result in data["results"]] == [2, 1]
    assert data["results"][0]["gate"] == "12 alerts"
    assert (data["machine"]["cores"], data["command"]) == (2, "python -m benchmarks.run")


def test_table_goes_between_the_markers(tmp_path: Path) -> None:
    """The table replaces what stood between the page's markers, and nothing else; twice is as once."""
    page = tmp_path / "page.md"
    page.write_text(f"above\n{BEGIN}\nold\n{END}\nbelow\n")
    text = _report(_result("replay", 1)).markdown()
    for _ in range(2):
        write_docs(page, text)
    assert page.read_text() == f"above\n{BEGIN}\n{text}\n{END}\nbelow\n"
    assert "| replay | 300 | 300 |" in text


def test_page_without_markers(tmp_path: Path) -> None:
    """A page without the markers is left alone, and that is said."""
    page = tmp_path / "page.md"
    page.write_text("no markers\n")
    with pytest.raises(ValueError, match=r"page\.md has no markers"):
        write_docs(page, "text")
