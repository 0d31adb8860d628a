"""The rival: Debian's Alertmanager, one notification an alert and receiver, no waiting, fed by its own API."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx

from benchmarks.child import Child
from benchmarks.group import wait_until
from benchmarks.notify.side import Receivers
from streams.contract.messages import Alert
from tests.support.ports import free_port

_CACHED = Path(__file__).parents[2] / ".cache" / "alertmanager" / "usr" / "bin" / "prometheus-alertmanager"
_BATCH = 100  # alerts a POST, in the burst
_STARTS_WITHIN = 30.0  # s


def find() -> str | None:
    """Give the program, None where it is not to be had."""
    found = shutil.which("prometheus-alertmanager")
    return found or (str(_CACHED) if _CACHED.exists() else None)


class Alertmanager:
    """One that runs, at *url*."""

    name = "Alertmanager"

    def __init__(self, url: str, child: Child) -> None:
        self._child = child
        self._http = httpx.Client(base_url=url, timeout=60, trust_env=False)
        self.check, self.cpu = child.check, child.cpu

    def ready(self) -> bool:
        """Whether it answers."""
        try:
            return self._http.get("/-/ready").is_success
        except httpx.TransportError:
            return False

    def give(self, alerts: Sequence[Alert]) -> None:
        """Post *alerts*, some a request."""
        for start in range(0, len(alerts), _BATCH):
            now = datetime.now(UTC).isoformat()
            body = [_posted(alert, now) for alert in alerts[start : start + _BATCH]]
            self._http.post("/api/v2/alerts", json=body).raise_for_status()

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()


@contextmanager
def running(program: str, receivers: Receivers, directory: Path) -> Iterator[Alertmanager]:
    """Run *program* in *directory*, with one route a receiver, until the block is left."""
    directory.mkdir()
    config = directory / "alertmanager.yml"
    config.write_text(configuration(receivers.urls))
    port = free_port()
    flags = [f"--config.file={config}", f"--storage.path={directory / 'data'}", "--cluster.listen-address="]
    command = [program, *flags, f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"]
    with Child(command, {}, directory / "alertmanager.log") as child:
        rival = Alertmanager(f"http://127.0.0.1:{port}", child)
        wait_until("Alertmanager ready", rival.ready, child.check, _STARTS_WITHIN)
        yield rival
        rival.close()


def configuration(urls: Sequence[str]) -> str:
    """Every alert a group of its own, sent at once to every receiver."""
    routes = "".join(f"    - {{receiver: r{number}, continue: true}}\n" for number in range(len(urls)))
    hooks = "".join(
        f"  - name: r{number}\n    webhook_configs: [{{url: '{url}', send_resolved: false}}]\n"
        for number, url in enumerate(urls)
    )
    return (
        "route:\n  receiver: r0\n  group_by: ['...']\n  group_wait: 0s\n  group_interval: 1s\n  repeat_interval: 24h\n"
        f"  routes:\n{routes}receivers:\n{hooks}"
    )


def _posted(alert: Alert, now: str) -> dict[str, object]:
    labels = {
        "alertname": alert.rule,
        "alert_id": alert.alert_id,
        "severity": alert.severity,
        "urn": str(alert.urn),
        "change": alert.change,
    }
    return {"labels": labels, "annotations": {"reason": alert.reason}, "startsAt": now}
