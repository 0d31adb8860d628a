"""The gateway's metrics, and what docs/gateway.md says of them and of reasons and settings."""

import re
from pathlib import Path

from prometheus_client import CollectorRegistry

from streams.edge.gateway.metrics import REASONS, SECONDS, STATUSES, Count, Metrics
from streams.settings import Settings
from tests.support.gateway import InMemory, register

DOCS = (Path(__file__).parents[4] / "docs/gateway.md").read_text()


def test_all_counters_begin_at_zero() -> None:
    """A rate over a counter that was not there before is blind to its first event."""
    registry = CollectorRegistry()
    Metrics(registry)
    for name, labels in [("registers", {"result": "taken"}), ("refusals", {"reason": "bad-upn"})]:
        assert registry.get_sample_value(f"firstbell_gateway_{name}_total", labels) == 0


def test_a_label_has_no_value_that_was_not_declared() -> None:
    """Whatever a sender asks for."""
    gateway = InMemory()
    gateway.request("GET", "/secret")
    gateway.request("BREW", "/v1/registers")
    assert "secret" not in gateway.metrics()
    assert gateway.metric("firstbell_gateway_requests_total", route="other", status="404") == 1


def test_every_metric_is_in_the_docs_as_it_is_declared() -> None:
    """The table is made of the declarations."""
    assert _table() in DOCS


def test_every_reason_is_explained() -> None:
    """Of registers and of marks."""
    assert [reason for reason in REASONS if f"`{reason}`" not in DOCS] == []


def test_every_status_is_explained_but_those_of_mistakes() -> None:
    """What a sender may meet."""
    rows = set(re.findall(r"^\| (\d{3}) \|", DOCS, re.MULTILINE))
    assert rows == set(STATUSES) - {"200", "404", "405", "500", "other"}


def test_every_setting_is_named() -> None:
    """With the others of the gateway."""
    names = [name for name in Settings.model_fields if name.startswith("gateway_")]
    assert [name for name in names if f"`{name}`" not in DOCS] == []


def test_the_example_is_taken_as_the_docs_say() -> None:
    """The register and the answer."""
    (sent,) = re.findall(r"```json\n(.*?)```", DOCS, re.DOTALL)
    answer = InMemory().post(sent.encode())
    assert f"`202 {answer.text}`".replace(" ", "") in DOCS.replace(" ", "")
    assert InMemory().post(register()).json() == answer.json()


def _table() -> str:
    rows = [("counter", one.value, "_total") for one in Count] + [("histogram", SECONDS, "")]
    return "\n".join(
        f"| `{one.name}{suffix}` | {kind} | {' '.join(f'`{label}`' for label in one.labels) or 'none'} | {one.help} |"
        for kind, one, suffix in rows
    )
