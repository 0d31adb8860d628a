"""py-spy on a running worker: its Python stacks, some hundred times a second."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import psutil  # type: ignore[import-untyped]

from benchmarks.child import BIN, ChildGone
from benchmarks.group import wait_until

_RATE = 200  # samples a second
_ENDS_WITHIN = 60.0  # s; a picture takes it some time
_ATTACHES_WITHIN = 30.0  # s


@contextmanager
def spying(process: psutil.Process, form: Literal["raw", "flamegraph"], output: Path) -> Iterator[None]:
    """Sample *process* and its children while the block runs, whoever holds the interpreter; then write *output*.

    Raises:
        ChildGone: py-spy is not installed, may not look, or did not write.
    """
    log = output.with_suffix(".log")
    options = ["--pid", str(process.pid), "--subprocesses", "--format", form, "--rate", str(_RATE)]
    command = [str(BIN / "py-spy"), "record", *options, "--function", "--gil", "--output", str(output)]
    if not Path(command[0]).exists():
        raise ChildGone("py-spy is not installed: make bench-england installs it")
    with log.open("wb") as words:
        spy = subprocess.Popen([*command, "--duration", "unlimited"], stdout=words, stderr=subprocess.STDOUT)
    try:
        wait_until(
            "py-spy samples",
            lambda: b"Sampling process" in log.read_bytes(),
            lambda: _check(spy, log),
            _ATTACHES_WITHIN,
        )
        yield
    finally:
        if spy.poll() is None:
            spy.send_signal(signal.SIGINT)
        spy.wait(_ENDS_WITHIN)
    if not output.exists():
        raise ChildGone(f"py-spy wrote nothing: {_last_words(log)}")


def _check(spy: "subprocess.Popen[bytes]", log: Path) -> None:
    if spy.poll() is not None:
        raise ChildGone(f"py-spy ended with {spy.returncode}: {_last_words(log)}")


def _last_words(log: Path) -> str:
    return log.read_bytes()[-500:].decode(errors="replace")
