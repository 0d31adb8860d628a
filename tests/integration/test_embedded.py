"""The embedded broker: it serves, and nothing of it is left behind."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from streams.contract.topics import Topics
from streams.embedded.broker import EmbeddedBroker, find
from streams.errors import NoEmbeddedBroker
from streams.kafka.admin import Admin, topics_of
from streams.kafka.producer import Sender
from streams.kafka.reader import Reader
from streams.kafka.trial import try_transaction
from streams.settings import Settings
from tests.support.waiting import until

# A process that holds a broker, says where it is, and waits.
PROGRAM = """
import time
from streams.embedded.broker import EmbeddedBroker
with EmbeddedBroker() as broker:
    print(broker.pid, broker.bootstrap, flush=True)
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def _only_with_a_wheel() -> None:
    try:
        find()
    except NoEmbeddedBroker as error:
        pytest.skip(f"*** NOT TESTED ON THE EMBEDDED BROKER. {error} ***")


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker() as found:
        yield found


@pytest.fixture
def own(broker: EmbeddedBroker) -> Settings:
    return Settings(bootstrap=broker.bootstrap, embedded=True, session_timeout=6, heartbeat_interval=1)


@pytest.fixture
def made(own: Settings) -> Topics:
    declared = topics_of(own)
    assert Admin(own).create(declared) == [topic.name for topic in declared]
    return declared


def test_topics_are_made_once_and_checked(own: Settings, made: Topics) -> None:
    """The same declaration serves it; a transaction can be had."""
    assert Admin(own).create(made) == []
    assert Admin(own).check(made) == []
    assert try_transaction(own, made.registers.name) == []


def test_records_come_back_in_order_with_their_headers(own: Settings, made: Topics) -> None:
    """One record a batch, so that the end of a partition is where it should be."""
    sender = Sender(own)
    for number in range(300):
        sender.send(made.registers.name, b"%d" % number, key=b"100001", headers=[("ce_id", b"x")], name="")
    sender.flush()
    with Reader(own, made.registers.name) as reader:
        records = list(reader.to_end())
    assert [record.value for record in records] == [b"%d" % number for number in range(300)]
    assert records[-1].offset == 299
    assert records[0].headers == [("ce_id", b"x")]


def test_it_listens_on_loopback_alone(broker: EmbeddedBroker) -> None:
    """No other machine can reach it."""
    assert broker.pid
    processes = [psutil.Process(broker.pid), *psutil.Process(broker.pid).children(recursive=True)]
    listening = [
        each.laddr.ip for one in processes for each in one.net_connections() if each.status == psutil.CONN_LISTEN
    ]
    assert listening == ["127.0.0.1"]


def test_two_run_side_by_side(broker: EmbeddedBroker) -> None:
    """Each has a port of its own."""
    with EmbeddedBroker() as other:
        assert other.bootstrap != broker.bootstrap
        assert _listens(other.bootstrap)
        assert _listens(broker.bootstrap)


def test_nothing_is_left_when_it_was_stopped() -> None:
    """Its processes have ended when the block is left, also by an exception."""
    broker, held = EmbeddedBroker(), list[psutil.Process]()
    with pytest.raises(KeyboardInterrupt):
        _be_interrupted(broker, held)
    assert broker.pid is None
    assert len(held) == 2
    assert not any(process.is_running() for process in held)


def _be_interrupted(broker: EmbeddedBroker, held: list[psutil.Process]) -> None:
    """Leave the block by Ctrl-C, having noted its processes in *held*."""
    with broker:
        leash = psutil.Process(broker.pid)
        held += [leash, *leash.children(recursive=True)]
        raise KeyboardInterrupt


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_when_its_holder_dies(number: signal.Signals) -> None:
    """By Ctrl-C, by SIGTERM, and by kill -9: the broker ends too."""
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as holder:
        assert holder.stdout
        pid, bootstrap = holder.stdout.readline().decode().split()
        members = [int(pid), *(child.pid for child in psutil.Process(int(pid)).children(recursive=True))]
        os.kill(holder.pid, number)
        holder.wait(30)
    until(lambda: not any(_lives(member) for member in members))
    assert not _listens(bootstrap)


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _listens(bootstrap: str) -> bool:
    host, port = bootstrap.split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0
