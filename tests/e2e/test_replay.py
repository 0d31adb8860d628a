"""`firstbell replay` as a user runs it: files in, alerts and dead letters out, plain words and exit codes."""

import base64
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from streams.books import book_text
from tests.support.hostile import pupil_key, seeded_log

FIRSTBELL = Path(sys.executable).with_name("firstbell")
CHILD = pupil_key(0)
DAYS = ["2024-09-09", "2024-09-10"]
TIMES = {"AM": "09:05", "PM": "13:05"}


def run(*args: str | Path, stdin: bytes = b"", cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FIRSTBELL_")}
    return subprocess.run(
        [FIRSTBELL, "replay", *args],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env=environment,
        timeout=120,
        check=False,
    )


def register(day: str, *marks: Any, session: str = "AM", **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever is sent
    return {
        "register_id": f"r-{day}-{session}", "urn": 100001, "date": day, "session": session,
        "recorded_at": f"{day}T{TIMES[session]}:00+01:00", "marks": list(marks) or [mark("I")], **fields,
    }  # fmt: skip


def mark(code: str, pupil: str = CHILD, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - likewise
    return {"pupil": pupil, "code": code, **fields}


def lines(*registers: Any) -> bytes:  # noqa: ANN401 - likewise
    return b"".join(each if isinstance(each, bytes) else json.dumps(each).encode() + b"\n" for each in registers)


def json_lines(content: bytes) -> list[dict[str, Any]]:
    assert not content or content.endswith(b"\n")
    return [json.loads(line) for line in content.splitlines()]


ILL = lines(*(register(day, session=session) for day in DAYS for session in TIMES))


@pytest.fixture
def ill(tmp_path: Path) -> Path:
    path = tmp_path / "ill.jsonl"
    path.write_bytes(ILL)
    return path


def test_alerts_of_a_file_go_to_standard_output_and_the_count_to_stderr(ill: Path) -> None:
    """Four missed sessions raise one alert; the summary is words."""
    done = run(ill)
    (alert,) = json_lines(done.stdout)
    assert (done.returncode, alert["rule"], alert["change"], alert["pupil"]) == (0, "early-term", "raised", CHILD)
    assert b"4 registers, 4 marks taken" in done.stderr
    assert b"alerts: 1 (1 raised); dead letters: none" in done.stderr


def test_standard_input_is_a_file_too(ill: Path) -> None:
    """`-` gives what the file gives, and may stand among files."""
    assert run("-", stdin=ILL).stdout == run(ill).stdout != b""
    halves = ill.with_name("half.jsonl")
    halves.write_bytes(ILL.splitlines(keepends=True)[0])
    assert run(halves, "-", stdin=b"".join(ILL.splitlines(keepends=True)[1:])).stdout == run(ill).stdout


def test_alerts_go_to_a_file_that_is_named(ill: Path, tmp_path: Path) -> None:
    """And then not to standard output; what was in the file is replaced."""
    out = tmp_path / "alerts.jsonl"
    out.write_text("old\n")
    done = run(ill, "--output", out)
    assert (done.returncode, done.stdout, out.read_bytes()) == (0, b"", run(ill).stdout)


@pytest.mark.parametrize("content", [b"", b"\n\n \r\n"])
def test_a_file_without_registers_is_no_error(tmp_path: Path, content: bytes) -> None:
    """Nothing in, nothing out, exit 0."""
    path, dead = tmp_path / "empty.jsonl", tmp_path / "dead.jsonl"
    path.write_bytes(content)
    done = run(path, "--dead-letters", dead)
    assert (done.returncode, done.stdout, dead.read_bytes()) == (0, b"", b"")
    assert b"0 registers, 0 marks taken" in done.stderr


REFUSED: list[tuple[str, Any, int | None]] = [
    ("not-json", b"{\n", None),
    ("not-json", b"\xff\xfe\n", None),
    ("not-a-register", b"[]\n", None),
    ("not-a-register", register("2024-09-13", urn=5), None),
    ("bad-recorded-at", register("2024-09-13", recorded_at="2024-09-13"), None),
    ("recorded-in-future", register("2024-09-13", received_at="2024-09-01T00:00:00Z"), None),
    ("not-a-mark", register("2024-09-13", mark("/"), mark("/", minutes_late=601)), 1),
    ("bad-pupil", register("2024-09-13", mark("/", "Ada Invented"), mark("/")), 0),
    ("bad-recorded-at", register("2024-09-13", mark("/", recorded_at="soon"), mark("/")), 0),
    ("unknown-code", register("2024-09-13", mark("/"), mark("?")), 1),
    ("unknown-code", register("2024-09-13", mark("/"), mark("\ud800")), 1),
    ("future-session", register("2024-09-13", mark("/"), mark("/", recorded_at="2024-09-01T00:00:00Z")), 1),
    ("too-old", register("2022-09-12"), 0),
]


def test_every_refusal_is_a_dead_letter_and_the_rest_goes_on(tmp_path: Path) -> None:
    """Each with its reason, its place and its bytes; the alert of the good registers is the same; exit 0."""
    path, dead = tmp_path / "in.jsonl", tmp_path / "dead.jsonl"
    first, *others = ILL.splitlines(keepends=True)
    path.write_bytes(lines(first, *(bad for _, bad, _ in REFUSED), *others))
    done = run(path, "--dead-letters", dead)
    assert done.returncode == 0
    letters = json_lines(dead.read_bytes())
    assert [(letter["reason"], letter["origin"]["line"], letter["mark"]) for letter in letters] == [
        (reason, number, index) for number, (reason, _, index) in enumerate(REFUSED, 2)
    ]
    for letter, (_, bad, index) in zip(letters, REFUSED, strict=True):
        value = base64.b64decode(letter["value"])
        if index is None:
            assert value == lines(bad).rstrip(b"\n")
        elif letter["reason"] != "too-old":
            assert json.loads(value) == bad["marks"][index]
        assert letter["origin"]["file"] == str(path)
    assert [alert["rule"] for alert in json_lines(done.stdout) if alert["pupil"]] == ["early-term"]


def test_refusals_are_counted_where_no_file_is_named(tmp_path: Path) -> None:
    """By reason, on stderr."""
    done = run("-", stdin=lines(*(bad for _, bad, _ in REFUSED), register(DAYS[0])), cwd=tmp_path)
    assert done.returncode == 0
    for count in (b"2 not-json", b"2 not-a-register", b"1 bad-pupil", b"2 bad-recorded-at"):
        assert count in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_no_pupil_is_named_on_stderr(tmp_path: Path) -> None:
    """Neither pseudonym, nor name, nor anything else of 26 such characters, whatever is sent."""
    path = tmp_path / "hostile.jsonl"
    path.write_bytes(
        lines(*(bad for _, bad, _ in REFUSED)) + b"\n".join(seeded_log(3, registers=200, pupils=4, schools=2))
    )
    done = run(path, "--output", tmp_path / "alerts.jsonl")
    assert done.returncode == 0
    said = done.stderr.decode()
    assert not re.findall(r"\b[a-z2-7]{26}\b", said)
    assert "Ada" not in said


def test_the_same_registers_give_the_same_bytes(tmp_path: Path) -> None:
    """Ids and sequences too, from one run to the next."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"\n".join(seeded_log(5, registers=200, pupils=4, schools=2)))
    assert run(path).stdout == run(path).stdout != b""


def test_a_rule_book_of_ones_own_is_used_and_named(ill: Path, tmp_path: Path) -> None:
    """Its thresholds decide, and its name is in the alerts."""
    book = tmp_path / "ours.toml"
    text = book_text(None).replace('name = "england-2024"', 'name = "ours"').replace("absent = 4", "absent = 2")
    book.write_text(text)
    (alert,) = json_lines(run(ill, "--rulebook", book).stdout)
    assert (alert["rulebook"], alert["from"]["date"]) == ("ours@1", DAYS[0])


def test_a_bad_rule_book_is_refused_with_the_line_of_each_mistake(ill: Path, tmp_path: Path) -> None:
    """Before anything is read or written: exit 2."""
    book, out = tmp_path / "ours.toml", tmp_path / "alerts.jsonl"
    text = (
        book_text(None).replace("enter_percent = 50", "enter_percent = 500").replace('codes = ["Q"]', 'codes = ["QQ"]')
    )
    book.write_text(text)
    done = run(ill, "--rulebook", book, "--output", out)
    numbers = [i for i, line in enumerate(text.splitlines(), 1) if line in {"enter_percent = 500", 'codes = ["QQ"]'}]
    assert (done.returncode, done.stdout, out.exists()) == (2, b"", False)
    for number in numbers:
        assert f"line {number}: " in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_a_file_cannot_be_read_and_written_at_once(ill: Path, tmp_path: Path) -> None:
    """Under any of its names; exit 2, and the registers are still there."""
    link = tmp_path / "link.jsonl"
    link.symlink_to(ill)
    dead, book = tmp_path / "dead.jsonl", tmp_path / "ours.toml"
    book.write_text(book_text(None))
    for args in (
        (ill, "--output", ill),
        (ill, "--dead-letters", ill),
        (link, "--output", ill),
        (ill, "--output", tmp_path / "." / "ill.jsonl"),
        (ill, "--output", dead, "--dead-letters", dead),
        (ill, "--rulebook", book, "--output", book),
    ):
        done = run(*args)
        assert (done.returncode, done.stdout) == (2, b"")
        assert b"Traceback" not in done.stderr
    assert (ill.read_bytes(), book.read_text()) == (ILL, book_text(None))


def test_files_that_are_not_there_are_told(ill: Path, tmp_path: Path) -> None:
    """A missing file, a folder, an output that cannot be written: one line, exit 2, no stack."""
    missing = tmp_path / "none.jsonl"
    for args in (
        (missing,),
        (tmp_path,),
        (ill, "--rulebook", missing),
        (ill, "--output", tmp_path / "no" / "alerts.jsonl"),
        (),
    ):
        done = run(*args)
        assert done.returncode == 2
        assert done.stderr
        assert b"Traceback" not in done.stderr


def test_a_reader_that_goes_away_leaves_no_stack(tmp_path: Path) -> None:
    """As `firstbell replay … | head -1` does."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"\n".join(seeded_log(1, registers=600, pupils=8, schools=2)))
    assert len(run(path).stdout) > 2**16  # more than a pipe holds
    with subprocess.Popen([FIRSTBELL, "replay", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as going:
        assert going.stdout is not None
        assert going.stderr is not None
        going.stdout.readline()
        going.stdout.close()
        said = going.stderr.read()
    assert b"Traceback" not in said
    assert b"Exception ignored" not in said


def test_help_teaches_with_an_example() -> None:
    """And says where alerts and refusals go."""
    done = run("--help")
    assert done.returncode == 0
    for words in ("firstbell replay registers.jsonl", "--dead-letters FILE", "--output FILE", "`-` is standard input"):
        assert words in done.stdout.decode()
