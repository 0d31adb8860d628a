"""The embedded Valkey: it serves on loopback alone, and nothing of it is left behind."""

import importlib.util
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from redis import Redis

from streams.embedded import valkey
from streams.embedded.valkey import EmbeddedValkey, find
from streams.errors import NoEmbeddedRedis
from tests.support.waiting import until

PROGRAM = """
import time
from streams.embedded.valkey import EmbeddedValkey
with EmbeddedValkey() as server:
    print(server.pid, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def wheel() -> Path:
    try:
        return find()
    except NoEmbeddedRedis as error:
        pytest.skip(f"*** NOT TESTED ON THE EMBEDDED VALKEY. {error} ***")


@pytest.mark.usefixtures("wheel")
def test_it_serves_on_loopback_alone_and_ends_with_its_block() -> None:
    """It takes scripts, as the notifier needs; two run side by side."""
    with EmbeddedValkey() as server, EmbeddedValkey() as other:
        assert server.url != other.url
        with Redis.from_url(server.url) as client:
            assert client.eval("redis.call('SET', KEYS[1], 1) return redis.call('INCR', KEYS[1])", 1, "a") == 2
            assert client.config_get("save") == {"save": ""}
        assert server.pid
        held = psutil.Process(server.pid).children(recursive=True)
        assert {each.laddr.ip for one in held for each in one.net_connections() if each.status == "LISTEN"} == {
            "127.0.0.1"
        }
    assert server.pid is None
    assert not any(process.is_running() for process in held)


@pytest.mark.usefixtures("wheel")
def test_nothing_is_left_when_its_holder_is_killed() -> None:
    """By kill -9, too."""
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        leash = psutil.Process(int(holder.stdout.readline()))
        members = [leash, *leash.children(recursive=True)]
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait(30)
    until(lambda: not any(_lives(member) for member in members))


def _lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_without_the_wheel_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """A platform without a wheel is refused before anything is started."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(NoEmbeddedRedis, match="docker compose up redis"), EmbeddedValkey():
        pass


def test_a_program_that_does_not_start_is_an_error_with_its_last_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is tried on other ports, and then its own last line is shown."""
    program = tmp_path / "valkey-server"
    program.write_text("#!/bin/sh\necho no memory for a valkey\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(valkey, "find", lambda: program)
    with pytest.raises(NoEmbeddedRedis, match="no memory for a valkey"), EmbeddedValkey():
        pass
