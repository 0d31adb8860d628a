"""A replay of files: alerts and dead letters a line each, counted, with progress told."""

import io
import json
from collections import Counter

from streams.contract.codec import decode_alert, decode_dead_letter_line
from streams.replay.run import Source, Totals, replay
from tests.unit.pipeline.examples import ENGINE, line, mark

ILL = [
    line(mark("I"), date=f"2024-09-{day}", session=half, recorded_at=f"2024-09-{day}T{hour}:00:00Z") + b"\n"
    for day in ("09", "10")
    for half, hour in (("AM", "09"), ("PM", "12"))
]


class Run:
    """One replay, with all it wrote and told."""

    def __init__(self, *files: bytes, keep_letters: bool = True) -> None:
        self.out, self.dead, self.told = io.BytesIO(), io.BytesIO(), list[int]()
        sources = [Source(f"file-{i}", io.BytesIO(content)) for i, content in enumerate(files)]
        self.totals: Totals = replay(
            sources, ENGINE.book, alerts=self.out.write, dead_letters=self.dead.write if keep_letters else None,
            seen=self.told.append,
        )  # fmt: skip


def test_alerts_are_written_one_a_line() -> None:
    """Each line is an alert, and ends."""
    run = Run(b"".join(ILL))
    (alert,) = run.out.getvalue().splitlines(keepends=True)
    assert alert.endswith(b"}\n")
    assert decode_alert(alert).rule == "early-term"
    assert run.totals.alerts == Counter({("early-term", "raised"): 1})


def test_dead_letters_are_written_one_a_line() -> None:
    """Each line is a dead letter that names its file and line."""
    run = Run(ILL[0] + b"\n?\n", line(mark("?"), 5, mark()) + b"\n")
    lines = run.dead.getvalue().splitlines(keepends=True)
    assert all(each.endswith(b"}\n") for each in lines)
    letters = [decode_dead_letter_line(each) for each in lines]
    assert [(letter.reason, letter.origin.file, letter.origin.line) for letter in letters] == [
        ("not-json", "file-0", 3), ("unknown-code", "file-1", 1), ("not-a-mark", "file-1", 1),
    ]  # fmt: skip
    assert json.loads(lines[0])["value"] == "Pw=="


def test_blank_lines_are_passed_over_and_not_counted() -> None:
    """A last line without an end counts, and lines may end as on Windows."""
    run = Run(b"\n \r\n" + ILL[0] + ILL[1].replace(b"\n", b"\r\n") + b"\n\n" + ILL[2].rstrip())
    assert (run.totals.registers, run.totals.marks, run.totals.dead_letters) == (3, 3, Counter())


def test_an_empty_file_is_no_error() -> None:
    """Nothing in, nothing out."""
    run = Run(b"")
    assert (run.totals, run.out.getvalue(), run.dead.getvalue()) == (Totals(), b"", b"")


def test_files_are_one_log() -> None:
    """The second goes on where the first ended."""
    assert Run(*ILL).out.getvalue() == Run(b"".join(ILL)).out.getvalue() != b""


def test_dead_letters_are_counted_though_not_written() -> None:
    """Where no one wants them."""
    run = Run(b"?\n" + line(5) + b"\n", keep_letters=False)
    assert run.totals.dead_letters == Counter({"not-json": 1, "not-a-mark": 1})
    assert run.dead.getvalue() == b""


def test_progress_told_adds_up_to_the_bytes_read() -> None:
    """Blank and bad lines too; now and then, and at the end of each file."""
    files = [b"".join(ILL), b"\n" * 2_400_000 + b"?\n", b""]
    run = Run(*files)
    assert sum(run.told) == sum(len(content) for content in files)
    assert len(run.told) == 5
