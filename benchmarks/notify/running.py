"""The receivers in their own process, and both sides beside each other."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.child import Child
from benchmarks.group import wait_until
from benchmarks.notify.side import Receivers

_STARTS_WITHIN = 30.0  # s
_ROOT = Path(__file__).parents[2]


@contextmanager
def receivers(log: Path) -> Iterator[Receivers]:
    """Run the four receivers until the block is left; their port is the first line of *log*."""
    with Child([sys.executable, "-m", "benchmarks.notify.hooks"], {"PYTHONPATH": str(_ROOT)}, log) as child:
        wait_until("receivers ready", lambda: b"\n" in log.read_bytes(), child.check, _STARTS_WITHIN)
        found = Receivers(int(log.read_bytes().splitlines()[0]), child)
        yield found
        found.close()
