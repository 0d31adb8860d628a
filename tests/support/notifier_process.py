"""`firstbell notify run` as a process, with a file of its own, a real Redis and recording receivers."""

import base64
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import psutil

from streams.contract.codec import alert_headers, encode_alert
from streams.contract.messages import Alert
from streams.contract.topics import Topics
from streams.kafka.producer import Sender
from streams.settings import Settings
from tests.support.command import FIRSTBELL
from tests.support.worker import WorkerProcess

SECRET = "whsec_" + base64.b64encode(b"a secret of a test, of 32 bytes.").decode()
os.environ["TEST_HOOK_SECRET"] = SECRET

HEAD = """
stale_school_days = 200
lease = "{lease}"

[[allow]]
host = "127.0.0.1"
networks = ["127.0.0.0/8"]
"""
RECEIVER = """
[[receiver]]
name = "{name}"
audience = ["school", "la-attendance"]
channel = {{ type = "webhook", url = "{url}", secrets = [{{ env = "TEST_HOOK_SECRET" }}], timeout = 30 }}
"""
ROUTE = """
[[route]]
name = "all"
match = { restricted = false }
receivers = %s
group_by = ["alert"]
group_wait = "0"
group_interval = "0"
settle = "0"
eased = "at-once"
"""


def file_of(folder: Path, urls: dict[str, str], *, lease: str = "3s", more: str = "") -> Path:
    """Write a file of webhooks by name, each told of everything at once; *more* stands at its end."""
    receivers = "".join(RECEIVER.format(name=name, url=url) for name, url in urls.items())
    path = folder / "notify.toml"
    path.write_text(HEAD.format(lease=lease) + receivers + ROUTE % list(urls) + more)
    return path


class NotifierProcess(WorkerProcess):
    """One notifier by *file*; *point* is where it kills itself (`faulty_notifier`)."""

    def __init__(self, settings: Settings, folder: Path, file: Path, *options: str, point: str | None = None) -> None:
        plain = (FIRSTBELL, "notify", "run", str(file), *options)
        faulty = (sys.executable, "-m", "tests.support.faulty_notifier", point or "", str(file))
        super().__init__(settings, folder, faulty if point else plain)

    def hang_up(self) -> None:
        """Ask it to read its file again (SIGHUP, which the leash would die of)."""
        for child in psutil.Process(self._process.pid).children():
            child.send_signal(signal.SIGHUP)


def publish(settings: Settings, topics: Topics, *alerts: Alert) -> None:
    """Write *alerts*, as the stream does, and wait until Kafka has them."""
    sender = Sender(settings)
    for alert in alerts:
        key = (alert.pupil or str(alert.urn)).encode()
        headers = alert_headers(alert, datetime.now(UTC))
        sender.send(topics.alerts.name, encode_alert(alert), key=key, headers=headers, name=alert.alert_id)
    sender.flush()
