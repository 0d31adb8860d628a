"""`firstbell demo` as a user runs it: it works, it proves itself, and it leaves nothing behind."""

import os
import re
import signal
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.support.command import FIRSTBELL
from tests.support.waiting import until

MARK = "DEMO_TEST_MARK"  # in the environment of the demo, and so of all that it starts


def _marked(mark: str) -> list[psutil.Process]:
    """Every living process that has *mark* in its environment."""
    return [process for process in psutil.process_iter() if _environment(process).get(MARK) == mark]


def _environment(process: psutil.Process) -> dict[str, str]:
    try:
        return process.environ() if process.status() != psutil.STATUS_ZOMBIE else {}
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return {}


@contextmanager
def _demo(tmp_path: Path, mark: str) -> Iterator["subprocess.Popen[str]"]:
    environment = os.environ | {MARK: mark, "TMPDIR": str(tmp_path)}
    command = [FIRSTBELL, "demo"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def mark() -> str:
    return uuid.uuid4().hex


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str, list[Path]]:
    """A whole demo: what it wrote, the mark of its processes, and the files that it left."""
    folder, mark = tmp_path_factory.mktemp("demo"), uuid.uuid4().hex
    with _demo(folder, mark) as process:
        out, err = process.communicate(timeout=180)
    assert (process.returncode, err) == (0, ""), out  # of invented children, as all of the demo
    return out, mark, list(folder.iterdir())


def test_live_and_replay_agree(shown: tuple[str, str, list[Path]]) -> None:
    """The last line claims what was compared."""
    out, _, _ = shown
    assert out.splitlines()[-1] == "The live alerts, folded, equal those of an offline replay of the same registers."


def test_the_summary_counts_registers_marks_dead_letters_and_alerts(shown: tuple[str, str, list[Path]]) -> None:
    """Everything was sent, each poisoned line was refused for its own reason, every change of an alert occurred."""
    out, _, _ = shown
    assert "2,693 registers with 47,355 marks of 585 pupils" in out
    assert (
        "Dead letters: 1 bad-pupil, 1 bad-recorded-at, 1 not-a-mark, 1 not-a-register, 1 not-json, 1 unknown-code."
    ) in out
    (total,) = re.findall(r"^  all rules +(.*)$", out, re.MULTILINE)
    assert len(total.split()) == 5
    assert re.search(r"Mark to alert: p50 [\d.]+ s, p99 [\d.]+ s \(from", out)


def test_alerts_are_shown_live_before_the_summary(shown: tuple[str, str, list[Path]]) -> None:
    """As many alerts were shown as the summary counts, withdrawn ones among them."""
    out, _, _ = shown
    live, summary = out.split("Replaying the same registers")
    (total,) = re.findall(r"^  all rules +(.*)$", summary, re.MULTILINE)
    lines = re.findall(r"^.{34} (Raised|Eased|Back on|Revised|Withdrawn): ", live, re.MULTILINE)
    assert len(lines) == sum(map(int, total.split()))
    assert "please disregard: the register was corrected" in live


def test_schools_have_alerts_beside_their_pupils(shown: tuple[str, str, list[Path]]) -> None:
    """A missing register is said and eased when it comes; a mass absence is taken back: the school was closed."""
    live, _ = shown[0].split("Replaying the same registers")
    said = [line for line in live.splitlines() if line.startswith(("Register missing", "Mass absence"))]
    missing = [line[35:] for line in said if "30 September 2025, afternoon" in line]
    assert [line.split(":")[0] for line in missing] == ["Raised", "Eased"]
    cold = [line[35:] for line in said if "9 October 2025" in line]
    assert cold[0].startswith("Raised: school 900003")
    assert cold[-1].startswith("Withdrawn: please disregard: the register was corrected (school 900003")


def test_the_story_of_a_withdrawn_alert_is_told(shown: tuple[str, str, list[Path]]) -> None:
    """One alert is followed from raised to withdrawn."""
    out, _, _ = shown
    story = out.split("One alert that was taken back, from its beginning:\n")[1].split("\n\n")[0].splitlines()
    assert story[0].startswith("  Raised: a pupil at school")
    assert story[-1].startswith("  Withdrawn: please disregard: the register was corrected (")


def test_the_webhook_hears_of_an_alert_and_then_of_its_withdrawal(shown: tuple[str, str, list[Path]]) -> None:
    """In every run: the correction waits until the webhook was told."""
    out, _, _ = shown
    heard = out.split("What a webhook was told by the notifier, and then that it was taken back:\n")[1]
    lines = heard.split("\n\n")[0].splitlines()
    changes = [re.fullmatch(r"  [\d:.]{12} (\w+): persistent absence.*, school 900001", line) for line in lines]
    assert [change and change[1] for change in changes] == ["raised", "withdrawn"]
    assert re.search(
        r"^The webhook was told of an alert, and [\d.]+ s later that it was taken back\.$", out, re.MULTILINE
    )


def test_nothing_written_names_a_child(shown: tuple[str, str, list[Path]]) -> None:
    """No pseudonym in all of the output."""
    out, _, _ = shown
    assert not re.search(r"\b[a-z2-7]{26}\b", out)


def test_a_whole_demo_leaves_no_process_and_no_file(shown: tuple[str, str, list[Path]]) -> None:
    """Broker and worker are gone, and so is the folder that they used."""
    _, mark, files = shown
    assert _marked(mark) == []
    assert files == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
@pytest.mark.parametrize("moment", ["Starting a worker", "Raised: "])
def test_interrupted_at_any_moment_it_leaves_no_process(
    tmp_path: Path, mark: str, number: signal.Signals, moment: str
) -> None:
    """Ctrl-C, SIGTERM, even SIGKILL, while it starts or in full flow: every process goes with it."""
    with _demo(tmp_path, mark) as process:
        assert process.stdout is not None
        next(line for line in process.stdout if moment in line)
        assert len(_marked(mark)) > 1
        process.send_signal(number)
        process.communicate(timeout=60)
    assert process.returncode != 0
    until(lambda: not _marked(mark))
    assert number == signal.SIGKILL or list(tmp_path.iterdir()) == []
