"""Our side: `firstbell notify` on a real Kafka, with its own Valkey; each alert a message, nothing waited for."""

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from benchmarks.child import BIN, Child
from benchmarks.group import wait_until
from benchmarks.notify.side import Receivers
from streams.contract.codec import encode_alert
from streams.contract.messages import Alert
from streams.embedded.valkey import EmbeddedValkey
from streams.kafka.admin import Admin, topics_of
from streams.kafka.producer import Sender
from streams.settings import ENVIRONMENT, Settings
from tests.support.broker import FULL_SPEED, Broker
from tests.support.ports import free_port

_SECRET = "whsec_" + base64.b64encode(b"a secret of a benchmark, 32 bytes").decode()
_VARIABLE = "BENCH_HOOK_SECRET"
_STARTS_WITHIN = 60.0  # s


class Notifier:
    """`firstbell notify`, running as *child*, fed by its topic."""

    name = "firstbell notify"

    def __init__(self, settings: Settings, child: Child) -> None:
        self._topic = topics_of(settings).alerts.name
        self._sender = Sender(settings)
        self._ready = f"http://127.0.0.1:{settings.metrics_port}/readyz"
        self.check, self.cpu = child.check, child.cpu

    def ready(self) -> bool:
        """Whether it says so."""
        try:
            return httpx.get(self._ready, timeout=5, trust_env=False).is_success
        except httpx.TransportError:
            return False

    def give(self, alerts: Sequence[Alert]) -> None:
        """Put *alerts* on the topic, as the stream does, and wait until Kafka has them."""
        for alert in alerts:
            key = (alert.pupil or str(alert.urn)).encode()
            self._sender.send(self._topic, encode_alert(alert), key=key, headers=[], name=alert.alert_id)
        self._sender.flush()


@contextmanager
def running(receivers: Receivers, directory: Path) -> Iterator[Notifier]:
    """Run Kafka, Valkey and the notifier in *directory* until the block is left."""
    directory.mkdir()
    with Broker(directory / "kafka", jvm=FULL_SPEED) as kafka, EmbeddedValkey() as valkey:
        settings = Settings(bootstrap=kafka.bootstrap, metrics_port=free_port())
        Admin(settings).create(topics_of(settings))
        config = directory / "notify.toml"
        config.write_text(configuration(receivers.urls))
        told = {"BOOTSTRAP": kafka.bootstrap, "METRICS_PORT": str(settings.metrics_port), "REDIS": valkey.url}
        environment = {f"{ENVIRONMENT}{name}": value for name, value in told.items()} | {_VARIABLE: _SECRET}
        command = [str(BIN / "firstbell"), "notify", "run", str(config)]
        with Child(command, environment, directory / "notify.log") as child:
            ours = Notifier(settings, child)
            wait_until("firstbell notify ready", ours.ready, child.check, _STARTS_WITHIN)
            yield ours


def configuration(urls: Sequence[str]) -> str:
    """Every alert a message of its own, sent at once to every receiver."""
    receivers = "".join(
        f'[[receiver]]\nname = "r{number}"\naudience = ["school", "la-attendance"]\nconcurrency = 16\n'
        f'[receiver.channel]\ntype = "webhook"\nurl = "{url}"\nsecrets = [{{ env = "{_VARIABLE}" }}]\n\n'
        for number, url in enumerate(urls)
    )
    names = ", ".join(f'"r{number}"' for number in range(len(urls)))
    return (
        '[[allow]]\nhost = "127.0.0.1"\nnetworks = ["127.0.0.0/8"]\n\n'
        f"{receivers}"
        f'[[route]]\nname = "all"\nreceivers = [{names}]\ngroup_by = ["alert"]\ngroup_wait = "0s"\n'
        'group_interval = "1s"\nsettle = "0s"\nmatch = { restricted = false }\n'
    )
