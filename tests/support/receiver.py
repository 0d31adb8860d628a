"""`docs/receiver.py` as a process, as it is but for its port."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Self

from tests.support.ports import free_port
from tests.support.waiting import until

RECEIVER = Path(__file__).parents[2] / "docs" / "receiver.py"


class Receiver:
    """One that knows *secret*; a context manager. `url` is its address."""

    def __init__(self, secret: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        program = RECEIVER.read_text(encoding="utf-8").replace("8000", str(self.port))
        self._process = subprocess.Popen(
            [sys.executable, "-c", program],
            env=os.environ | {"HOOK_SECRET": secret},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def printed(self) -> list[str]:
        """End it, and give what it printed."""
        self._process.kill()
        return self._process.communicate()[0].decode().splitlines()

    def __enter__(self) -> Self:
        until(self._listens)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0
