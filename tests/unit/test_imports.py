"""Imports run one way, and no piece of code grows too long to read."""

import ast
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

import streams

ROOT = Path(streams.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))

ENGINE = {"attendance", "contract", "board", "pipeline"}
AIDS = {"errors", "settings", "books"}  # small, and may be used by all but the two that know nobody
SERVICES = [
    "topology", "kafka", "replay", "embedded", "simulate", "demo", "observability", "wording",
    "edge", "notify", "console", "archive", "backtest", "letters", "explain", "audit", "erasure", "rebuild",
]  # fmt: skip

ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "attendance": {"errors"},
    "contract": {"errors"},
    "board": {"attendance", "contract", "errors"},
    "pipeline": {"attendance", "contract", "board", "errors"},
    "books": {"attendance", "errors"},
    "settings": {"errors"},
    **dict.fromkeys(SERVICES, ENGINE | AIDS),
}
EXTRA: dict[tuple[str, str], str] = {
    ("topology", "kafka"): "topology writes changelogs, alerts and dead letters through the one librdkafka producer",
    ("explain", "wording"): "an explanation is told in words",
    ("audit", "kafka"): "an audit reads topics, and makes nothing",
    ("erasure", "kafka"): "commands go to the marks topic, and the list of the erased is read back",
    ("rebuild", "kafka"): "registers and alerts are read",
    ("rebuild", "erasure"): "commands that may not have been done are asked anew",
    ("rebuild", "audit"): "both make ledgers again from registers",
    ("rebuild", "topology"): "the changelog is written as its owner writes it, fenced, with its position",
    ("letters", "kafka"): "dead letters are read, and sent back, as by any client of the stream",
    ("demo", "kafka"): "the demo sends registers and reads alerts as any client of the stream does",
    ("demo", "wording"): "the live view says each alert in words",
    ("notify", "kafka"): "the notifier reads alerts and people's actions, and records what it sends",
    ("notify", "wording"): "messages to people say what was counted in the same words",
}
"""What else may be imported, each with its reason."""
WIRES = "cli"  # knows all, and is known by none

LONGEST_FUNCTION, LONGEST_FILE = 50, 400  # lines
USUAL_FUNCTION = 25  # lines; nine in ten are not longer


def part_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


@pytest.fixture(scope="module")
def edges() -> set[tuple[str, str, str]]:
    """Every import of ours by ours: the part that imports, the part imported, and where."""
    graph = grimp.build_graph("streams", cache_dir=None)
    return {
        (part_of(importer), part_of(imported), f"{importer} imports {imported}")
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        if part_of(importer) != part_of(imported)
    }


def test_every_part_has_its_place_in_the_order() -> None:
    """A new folder or module at the top must say what it may import."""
    parts = {part_of(f"streams.{path.stem}") for path in ROOT.iterdir() if path.suffix == ".py" or _is_package(path)}
    assert parts - {"__init__", "__main__"} <= ALLOWED.keys() | {WIRES}


def _is_package(path: Path) -> bool:
    return (path / "__init__.py").exists()


def test_imports_run_one_way(edges: set[tuple[str, str, str]]) -> None:
    """Every import is of a part that its own part may know; only the command line knows all."""
    wrong = {
        where
        for importer, imported, where in edges
        if importer != WIRES and imported not in ALLOWED.get(importer, set()) and (importer, imported) not in EXTRA
    }
    assert not wrong


def test_nothing_imports_the_command_line(edges: set[tuple[str, str, str]]) -> None:
    """What wires is not wired."""
    assert not {where for importer, imported, where in edges if imported == WIRES and importer != "__main__"}


def test_an_exception_that_is_no_longer_needed_is_not_listed(edges: set[tuple[str, str, str]]) -> None:
    """The list above is what there is."""
    assert {(importer, imported) for importer, imported, _ in edges} >= EXTRA.keys()


@pytest.mark.parametrize("part", ["attendance", "contract", "board"])
def test_the_domain_and_the_contract_touch_no_kafka_and_no_clock(part: str) -> None:
    """They import neither Faust nor a client, and read no time, no file and no environment."""
    graph = grimp.build_graph("streams", include_external_packages=True, cache_dir=None)
    outside = {
        "faust",
        "mode",
        "aiokafka",
        "confluent_kafka",
        "redis",
        "prometheus_client",
        "structlog",
        "click",
        "rich",
    }
    outside |= {"time", "os", "io", "random", "secrets", "socket", "asyncio", "threading", "logging", "pathlib"}
    imported = {
        (module, other)
        for module in graph.find_descendants(f"streams.{part}")
        for other in graph.find_modules_directly_imported_by(module)
    }
    assert not {(module, other) for module, other in imported if other.split(".")[0] in outside}


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and length of every function, its docstring not counted."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{path.relative_to(ROOT)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1 - _docstring(node)


def _docstring(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    if ast.get_docstring(node) is None:
        return 0
    return (node.body[0].end_lineno or 0) - node.body[0].lineno + 1


def test_no_function_is_too_long_to_read() -> None:
    """At most 50 lines, and nine in ten at most 25."""
    lengths = dict(each for path in FILES for each in functions(path))
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}
    assert sorted(lengths.values())[len(lengths) * 9 // 10] <= USUAL_FUNCTION


def test_no_file_is_too_long_to_read() -> None:
    """At most 400 lines."""
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}
