"""What is on a leash ends with whoever holds it."""

import os
import signal
import subprocess
import sys

import psutil
import pytest

from tests.support.waiting import until

LEASH = [sys.executable, "-m", "streams.embedded.leash"]
SLEEPER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]


@pytest.fixture
def held() -> subprocess.Popen[bytes]:
    process = subprocess.Popen([*LEASH, *SLEEPER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"up\n"
    return process


def test_the_command_ends_when_the_leash_is_let_go(held: subprocess.Popen[bytes]) -> None:
    """Closing the input kills the command, and the exit code says so."""
    child = _child(held)
    with held:
        assert held.stdin
        held.stdin.close()
        assert held.wait(30) == 128 + signal.SIGKILL
    assert not child.is_running()


def test_the_command_is_asked_to_end_when_the_leash_is(held: subprocess.Popen[bytes]) -> None:
    """SIGTERM is handed on."""
    child = _child(held)
    with held:
        held.terminate()
        assert held.wait(30) == 128 + signal.SIGTERM
    assert not child.is_running()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_the_command_ends_when_the_leash_is_killed(held: subprocess.Popen[bytes]) -> None:
    """Even kill -9 of the leash leaves nothing."""
    child = _child(held)
    with held:
        os.kill(held.pid, signal.SIGKILL)
        held.wait(30)
    until(lambda: not _lives(child))


def test_the_exit_code_is_the_commands() -> None:
    """A command that ends by itself ends the leash with its own code."""
    command = [*LEASH, sys.executable, "-c", "raise SystemExit(7)"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.wait(30) == 7


def _child(process: subprocess.Popen[bytes]) -> psutil.Process:
    return psutil.Process(process.pid).children()[0]


def _lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
