"""A real Apache Kafka, one KRaft node on free loopback ports, for tests and benchmarks.

    with Broker(directory) as kafka:
        ...  # kafka.bootstrap

Its log is `broker.log` in the directory. It dies with the process that started it, however that ends.
"""

import contextlib
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from tests.support import certificates, jars
from tests.support.ports import free_port
from tests.support.standing_still import stands_still
from tests.support.waiting import until

USER = "firstbell-test"
PASSWORD = "not-a-secret"  # noqa: S105 - of a broker that lives for one test run on loopback
QUICK_START = ("-Xmx768m", "-XX:TieredStopAtLevel=1")  # half the processor time of a start; for tests
FULL_SPEED = ("-Xmx1g",)  # for benchmarks

_ANSWERS_WITHIN = 300  # s; a busy machine may need minutes
_STOPS_WITHIN = 30  # s

_PROPERTIES = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners={listeners}
advertised.listeners={advertised}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAIN:PLAINTEXT,SECURE:SASL_SSL,PROXIED:PLAINTEXT
inter.broker.listener.name=PLAIN
log.dirs={directory}/data
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.cleaner.dedupe.buffer.size=33554432
"""
_SECURE = """
ssl.keystore.type=PEM
ssl.keystore.location={keystore}
sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN
listener.name.secure.scram-sha-512.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.secure.plain.sasl.jaas.config=\
org.apache.kafka.common.security.plain.PlainLoginModule required user_{user}="{password}";
"""


class NoBrokerError(RuntimeError):
    """Kafka did not start."""


class Broker:
    """One broker. `bootstrap` is its plain listener; with *secure*, `secure_bootstrap` speaks SASL_SSL.

    *jvm* are options of Java. The SASL_SSL listener takes SCRAM-SHA-512 and PLAIN with `USER` and `PASSWORD`; `ca` is
    the authority to trust. With *proxy*, an address, there is a listener on `behind_proxy` that calls itself that
    address: who connects by the proxy stays with it.
    """

    def __init__(
        self, directory: Path, *, secure: bool = False, jvm: Sequence[str] = QUICK_START, proxy: str | None = None
    ) -> None:
        self.directory = directory
        self._jvm = jvm
        self.bootstrap = f"127.0.0.1:{free_port()}"
        self.secure_bootstrap = f"127.0.0.1:{free_port()}" if secure else None
        self.behind_proxy = f"127.0.0.1:{free_port()}"
        self._proxy = proxy
        self.ca: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it (formatted the first time) and wait until it answers."""
        if not (self.directory / "data").exists():
            self._format()
        self._process = self._launch()
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Ask it to shut down, and wait; kill it where it does not."""
        self._signal(signal.SIGCONT)  # a paused process hears nothing else
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._wait()
        self.kill()

    def kill(self) -> None:
        """Kill it outright (`kill -9`), by letting go of its leash."""
        if not self._process:
            return
        self._signal(signal.SIGCONT)
        if self._process.stdin:
            self._process.stdin.close()
        self._wait()
        self._process = None

    def restart(self) -> None:
        """Stop it and start it again on the same ports and data."""
        self.stop()
        self.start()

    @property
    def running(self) -> bool:
        """Whether the process has not ended by itself."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process whose child Java is.

        Raises:
            RuntimeError: it was not started.
        """
        if self._process is None:
            raise RuntimeError("the broker was not started")
        return self._process.pid

    def pause(self) -> None:
        """Stop the process where it stands: connections stay open and nothing answers, from when this returns."""
        self._signal(signal.SIGSTOP)
        until(lambda: stands_still(self.pid))

    def resume(self) -> None:
        """Let a paused broker go on."""
        self._signal(signal.SIGCONT)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _format(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        self._properties.write_text(self._configuration())
        scram = ["--add-scram", f"SCRAM-SHA-512=[name={USER},password={PASSWORD}]"] if self.secure_bootstrap else []
        command = [*self._java("kafka.tools.StorageTool"), "format", "-t", uuid.uuid4().hex[:22], *scram]
        done = subprocess.run([*command, "-c", str(self._properties)], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"Kafka's storage was not formatted: {done.stdout}{done.stderr}")

    def _configuration(self) -> str:
        secure = f",SECURE://{self.secure_bootstrap}" if self.secure_bootstrap else ""
        advertised = f"PLAIN://{self.bootstrap}{secure}"
        controller = free_port()
        listeners = f"{advertised},CONTROLLER://127.0.0.1:{controller}"
        if self._proxy:
            listeners += f",PROXIED://{self.behind_proxy}"
            advertised += f",PROXIED://{self._proxy}"
        text = _PROPERTIES.format(
            controller=controller, listeners=listeners, advertised=advertised, directory=self.directory
        )
        if not secure:
            return text
        self.ca, keystore = certificates.make(self.directory)
        return text + _SECURE.format(keystore=keystore, user=USER, password=PASSWORD)

    def _java(self, main: str) -> list[str]:
        logging = f"-Dlog4j2.configurationFile={jars.HERE / 'log4j2.properties'}"
        return ["java", *self._jvm, logging, "-cp", f"{jars.fetch()}/*", main]

    def _launch(self) -> subprocess.Popen[bytes]:
        # In a group of its own, so that signals reach Java too; and on a leash, so that it ends when we do.
        with (self.directory / "broker.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "streams.embedded.leash", *self._java("kafka.Kafka"), str(self._properties)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _wait_until_it_answers(self) -> None:
        quiet = {"bootstrap.servers": self.bootstrap, "reconnect.backoff.max.ms": 200, "log_level": 0}
        admin = AdminClient(quiet)
        for _ in range(_ANSWERS_WITHIN):
            if self._process and self._process.poll() is not None:
                break
            try:
                admin.list_topics(timeout=1)
            except KafkaException:
                continue
            return
        raise NoBrokerError(f"Kafka does not answer; its last words: {self._last_words()}")

    def _last_words(self) -> str:
        return (self.directory / "broker.log").read_text(errors="replace")[-2000:]

    def _signal(self, number: int) -> None:
        if self._process and self._process.poll() is None:
            os.killpg(self._process.pid, number)

    def _wait(self) -> None:
        if self._process:
            self._process.wait(_STOPS_WITHIN)

    @property
    def _properties(self) -> Path:
        return self.directory / "server.properties"
