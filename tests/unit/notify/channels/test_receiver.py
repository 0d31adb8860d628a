"""The README's receiver of ten lines, run as it is."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.notify.channels.channel import Outcome
from tests.support.alerts import PUPIL, message
from tests.support.ports import free_port
from tests.support.waiting import until
from tests.support.webhooks import NEW, OLD, channel

RECEIVER = Path(__file__).parents[4] / "docs" / "receiver.py"


@pytest.fixture
def running() -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Give its address and process; of its text only the port is another."""
    port = free_port()
    program = RECEIVER.read_text(encoding="utf-8").replace("8000", str(port))
    environment = os.environ | {"HOOK_SECRET": NEW}
    command = [sys.executable, "-c", program]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment, **pipes) as process:  # type: ignore[call-overload]
        try:
            until(lambda: _listens(port))
            yield f"http://127.0.0.1:{port}/", process
        finally:
            process.kill()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def deliver(url: str, secret: str) -> Outcome:
    async def run() -> Outcome:
        there = channel(url, secrets=[secret])
        outcome = await there.send(message())
        await there.close()
        return outcome

    return asyncio.run(run())


def test_it_takes_what_we_send_and_nobody_else(running: tuple[str, "subprocess.Popen[bytes]"]) -> None:
    """A delivery is printed with its id; one that another signed is not answered, and so not taken."""
    url, process = running
    assert deliver(url, NEW) == Outcome.delivered(status=204)
    assert deliver(url, OLD).against
    assert process.stdout
    process.kill()
    said = process.stdout.read().decode().splitlines()
    assert said[0] == message().delivery_id
    assert "'rule': 'persistent-absence'" in said[1]
    assert PUPIL not in said[1]
    assert len(said) == 2


def test_it_has_ten_lines() -> None:
    """As the README says."""
    assert len(RECEIVER.read_text(encoding="utf-8").splitlines()) == 10
