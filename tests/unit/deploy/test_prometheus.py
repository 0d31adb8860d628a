"""Prometheus's rules and the dashboard speak of metrics that exist, and every alert says what to do."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from streams.notify.service import metrics as notifier
from streams.observability.metrics import RULE, Declared, declared

TOP = Path(__file__).parents[3]
FOLDER = TOP / "deploy/prometheus"
GROUPS: list[dict[str, Any]] = yaml.safe_load((FOLDER / "alerts.yml").read_text(encoding="utf-8"))["groups"]
RULES: list[dict[str, Any]] = [rule for group in GROUPS for rule in group["rules"]]
DASHBOARD: dict[str, Any] = json.loads((TOP / "deploy/grafana/firstbell.json").read_text(encoding="utf-8"))
TARGETS: list[str] = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
PROMTOOL = shutil.which("promtool", path=f"{os.environ['PATH']}:{TOP / '.cache/promtool/usr/bin'}")
MISSING = "promtool is not installed: sh tests/support/ensure-promtool.sh (`make test` does it)"


def series() -> dict[str, Declared]:
    """Return every series that a worker exports, by its full name."""
    suffixes = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_count", "_sum")}
    return {one.name + suffix: one for kind, one in declared() for suffix in suffixes[kind]}


SERIES = series()
NOTIFIERS = {one.name + ("_total" if kind == "counter" else ""): one for kind, one in notifier.declared()}


def names() -> list[str]:
    return [rule["alert"] for rule in RULES]


@pytest.mark.parametrize("rule", RULES, ids=names())
def test_each_alert_is_whole(rule: dict[str, Any]) -> None:
    """An alert has a severity, and says in words what is wrong and where to read what to do."""
    assert rule["alert"].startswith("Firstbell")
    assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert {"summary", "description", "runbook"} == rule["annotations"].keys()
    assert re.fullmatch(r"\d+[sm]", rule.get("for", "0s"))


@pytest.mark.parametrize("rule", RULES, ids=names())
def test_each_alert_has_its_page(rule: dict[str, Any]) -> None:
    """The runbook of an alert is a chapter of docs/operating.md that exists."""
    page, chapter = rule["annotations"]["runbook"].split("#")
    assert chapter == rule["alert"].lower()
    assert f"### {rule['alert']}\n\n" in (TOP / page).read_text(encoding="utf-8")


def test_no_page_without_an_alert() -> None:
    """docs/operating.md has a chapter for no alert that is gone."""
    chapters = re.findall(
        r"^### (Firstbell\w+)$", (TOP / "docs/operating.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(chapters) == sorted(names())


@pytest.mark.parametrize("expression", [rule["expr"] for rule in RULES] + TARGETS)
def test_expressions_speak_of_what_exists(expression: str) -> None:
    """Every metric in an expression is exported, and every label value it asks for can occur."""
    used = set(re.findall(r"\bfirstbell_\w+", expression))
    assert used <= SERIES.keys() | NOTIFIERS.keys()
    for name, selector in re.findall(r"\b(firstbell_\w+)\{([^}]*)\}", expression):
        for label, values in selected(selector):
            assert values <= allowed(SERIES[name], label)


def test_what_keeps_people_from_being_told_is_watched() -> None:
    """There is an alert for each way in which nobody, or somebody, would not hear."""
    assert {
        *("FirstbellNoNotifier", "FirstbellNotifierNotReady", "FirstbellNotifierRestarts"),
        *("FirstbellEndpointFailing", "FirstbellDeliveriesParked"),
    } <= set(names())


def selected(selector: str) -> Iterator[tuple[str, set[str]]]:
    for label, values in re.findall(r'(\w+)=~?"([^"]*)"', selector):
        yield label, set(values.split("|"))


def allowed(one: Declared, label: str) -> set[str]:
    if label == "le":
        return {str(float(edge)) for edge in one.buckets}
    (found,) = [known for known in one.labels if known.name == label]
    assert found != RULE, "rules differ from book to book"
    return set(found.values)


def test_the_flow_and_its_failures_are_watched() -> None:
    """There is an alert for each way in which children's alerts could be late or lost."""
    assert {
        *("FirstbellStalled", "FirstbellNoWorker", "FirstbellWorkerDown", "FirstbellWorkerRestarts", "FirstbellBehind"),
        *("FirstbellRecoverySlow", "FirstbellMarksRefused", "FirstbellRegistersRefused"),
    } <= set(names())


@pytest.mark.parametrize(("job", "command"), [("firstbell", "worker"), ("notifier", "notify")])
def test_prometheus_asks_whatever_runs(job: str, command: str) -> None:
    """Prometheus scrapes each worker and notifier of the compose file on its metrics port, and reads the rules."""
    config = yaml.safe_load((FOLDER / "prometheus.yml").read_text(encoding="utf-8"))
    services = yaml.safe_load((TOP / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    running = {name: one for name, one in services.items() if one.get("command", [""])[0] == command}
    (groups,) = [each["static_configs"] for each in config["scrape_configs"] if each["job_name"] == job]
    asked = {target for group in groups for target in group["targets"]}
    assert asked == {f"{name}:{one['environment']['FIRSTBELL_METRICS_PORT']}" for name, one in running.items()}
    assert config["rule_files"] == ["alerts.yml"]


@pytest.mark.skipif(PROMTOOL is None and not os.environ.get("CI"), reason=MISSING)
@pytest.mark.parametrize(
    "check",
    [
        ("check", "config", "prometheus.yml"),
        ("test", "rules", "alerts_test.yml"),
        ("test", "rules", "alerts_week_test.yml"),
    ],
    ids=lambda check: check[-1],
)
def test_promtool_agrees(check: tuple[str, ...]) -> None:
    """Prometheus's own tool takes the files, and each rule speaks and is silent where its examples say so."""
    assert PROMTOOL, MISSING
    done = subprocess.run([PROMTOOL, *check], cwd=FOLDER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
