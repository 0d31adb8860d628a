"""The demo's worker process: told what to do by its environment alone, and never left behind."""

import os
import sys
from pathlib import Path

import psutil
import pytest

from streams.demo.worker import Worker, WorkerGone, as_environment
from streams.settings import Settings, load

SETTINGS = Settings(bootstrap="127.0.0.1:1", embedded=True, session_timeout=6)
WAITS = (sys.executable, "-c", "import signal; print('up', flush=True); signal.pause()")


DEAF = (
    sys.executable,
    "-c",
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); signal.pause()",
)


def _family(worker: Worker) -> list[psutil.Process]:
    leash = psutil.Process(worker.pid)
    return [leash, *leash.children(recursive=True)]


def _left_of(family: list[psutil.Process]) -> list[psutil.Process]:
    """Who still lives, once those that were killed have had time to die."""
    _, left = psutil.wait_procs(family, timeout=10)
    return [process for process in left if process.status() != psutil.STATUS_ZOMBIE]


def _watch(worker: Worker) -> None:
    while True:
        worker.check()


def _wait_for(log: Path, text: str, worker: Worker) -> None:
    while text not in log.read_text():
        worker.check()


def test_settings_that_were_given_and_no_others_reach_the_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user's own FIRSTBELL_ variables stay outside."""
    monkeypatch.setenv("FIRSTBELL_BOOTSTRAP", "kafka.example:9092")
    monkeypatch.setenv("FIRSTBELL_CONFIG", "ours.toml")
    program = (
        "import os; print(sorted(f'{k}={v}' for k, v in os.environ.items() if k.startswith('FIRSTBELL')), flush=True)"
    )
    log = tmp_path / "log"
    with Worker((sys.executable, "-c", program), SETTINGS, log) as worker, pytest.raises(WorkerGone) as gone:
        _watch(worker)
    assert "exit code 0" in str(gone.value)
    assert "['FIRSTBELL_BOOTSTRAP=127.0.0.1:1', 'FIRSTBELL_EMBEDDED=True', 'FIRSTBELL_SESSION_TIMEOUT=6.0']" in str(
        gone.value
    )


def test_the_environment_is_read_back_as_the_same_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the child reads from its environment is what it was given."""
    for name, value in as_environment(SETTINGS).items():
        monkeypatch.setenv(name, value)
    assert load().settings == SETTINGS


def test_a_worker_that_stops_by_itself_is_missed_and_its_last_words_shown(tmp_path: Path) -> None:
    """The error has the exit code and the end of the log."""
    program = (sys.executable, "-c", "print('no such topic'); raise SystemExit(70)")
    with Worker(program, SETTINGS, tmp_path / "log") as worker, pytest.raises(WorkerGone, match="70") as gone:
        _watch(worker)
    assert "no such topic" in str(gone.value)


@pytest.mark.parametrize("command", [WAITS, DEAF], ids=["stops when asked", "does not hear"])
def test_no_process_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]) -> None:
    """Leaving the context ends the child, whether it wants to or not."""
    monkeypatch.setattr("streams.demo.worker.GRACE", 0.5)
    log = tmp_path / "log"
    with Worker(command, SETTINGS, log) as worker:
        _wait_for(log, "up", worker)
        family = _family(worker)
        assert len(family) == 2
    assert not _left_of(family)


def test_the_child_is_in_a_session_of_its_own(tmp_path: Path) -> None:
    """Ctrl-C on our terminal does not reach it: we decide."""
    log = tmp_path / "log"
    with Worker(WAITS, SETTINGS, log) as worker:
        _wait_for(log, "up", worker)
        assert {os.getsid(process.pid) for process in _family(worker)} == {worker.pid}
        assert worker.pid != os.getsid(0)
