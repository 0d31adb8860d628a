import sys
from pathlib import Path

import psutil
import pytest

from benchmarks.child import Child, ChildGone
from benchmarks.group import TooSlowError, wait_until


def _never() -> bool:
    return False


def test_last_words(tmp_path: Path) -> None:
    """A program that ends by itself is told of, with its exit code and what it said last."""
    command = [sys.executable, "-c", "import sys; print('cannot go on'); sys.exit(3)"]
    with Child(command, {}, tmp_path / "log") as child, pytest.raises(ChildGone, match=r"ended with 3: cannot go on"):
        wait_until("the end of the world", _never, child.check, 60)


def test_nothing_is_left(tmp_path: Path) -> None:
    """A program that does not end by itself is ended, with the one that held its leash."""
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    with Child([sys.executable, "-c", "import signal; signal.pause()"], {}, tmp_path / "log"):
        started = [p for p in psutil.Process().children(recursive=True) if p.pid not in before]
        assert started
    psutil.wait_procs(started, timeout=30)
    assert not any(process.is_running() for process in started)


def test_settings_of_the_user_stay_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program sees the settings that it was given and none of whoever measures."""
    monkeypatch.setenv("FIRSTBELL_APP_ID", "mine")
    show = "import os; print(sorted(name for name in os.environ if name.startswith('FIRSTBELL_')), end='')"
    with (
        Child([sys.executable, "-c", show], {"FIRSTBELL_PREFIX": "bench."}, tmp_path / "log") as child,
        pytest.raises(ChildGone),
    ):
        wait_until("its end", _never, child.check, 60)
    assert (tmp_path / "log").read_text() == "['FIRSTBELL_PREFIX']"


def test_what_never_comes() -> None:
    """What does not come about in its time is told of by its name."""
    with pytest.raises(TooSlowError, match="the bell: not within 0 s"):
        wait_until("the bell", _never, lambda: None, 0)
