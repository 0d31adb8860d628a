"""Memory that was given back."""

import ctypes
import subprocess
import sys

import pytest

_SCRIPT = """
import ctypes, os, threading
from streams.cli.memory import give_back
give_back()
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
large = [bytearray(20 << 20) for _ in range(5)]
held = resident()
del large
print(held - resident())
large = bytearray(20 << 20)
held = resident()
del large
print(held - resident())
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="glibc alone keeps such pieces")
def test_large_pieces_go_back_to_the_system_time_and_again() -> None:
    """Left to itself glibc keeps them once it has seen one come back."""
    said = subprocess.run([sys.executable, "-c", _SCRIPT], check=True, capture_output=True, text=True)
    first, again = map(int, said.stdout.split())
    assert first > 90 << 20
    assert again > 19 << 20
