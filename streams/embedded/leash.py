"""Runs a command that must not outlive whoever started it: `python -m streams.embedded.leash COMMAND ARG…`.

The starter keeps the other end of our standard input. When that closes, because the starter let go or died by whatever
means, the command is killed. Our exit code is the command's. Standard library only, so that it starts at once.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading

_PR_SET_PDEATHSIG = 1  # from <sys/prctl.h>


def main(command: list[str]) -> int:
    """Run *command* until it ends, or until our standard input does."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=_die_with_parent)  # noqa: PLW1509, S603 - no thread runs yet; the starter's own command
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: child.send_signal(received))
    threading.Thread(target=_kill_at_end_of_input, args=[child], daemon=True).start()
    code = child.wait()
    return code if code >= 0 else 128 - code


def _kill_at_end_of_input(child: subprocess.Popen[bytes]) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    child.kill()


def _die_with_parent() -> None:
    """On Linux, also when it is we who are killed outright."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
