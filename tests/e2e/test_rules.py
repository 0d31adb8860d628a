"""`firstbell rules` as a user runs it."""

import json
import subprocess
from pathlib import Path

import pytest

from streams.books import book_text
from tests.support.command import FIRSTBELL


def _rules(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [FIRSTBELL, "rules", *arguments], capture_output=True, check=False, timeout=60, encoding="utf-8"
    )


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """England's book as an authority's own file."""
    file = tmp_path / "ours.toml"
    file.write_text(book_text(None).replace('name = "england-2024"', 'name = "ours"'), "utf-8")
    return file


def test_show_says_the_english_book_in_words() -> None:
    """Without a file it is england-2024, with every rule's heading."""
    done = _rules("show")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("# Rule book england-2024, version 1\n")
    assert done.stdout.count("* Who hears: ") == done.stdout.count("\n## ") == 28


def test_show_as_json_is_data(book: Path) -> None:
    """--json has the rules of the file with their numbers."""
    done = _rules("show", book, "--json")
    shown = json.loads(done.stdout)
    assert (shown["name"], shown["rules"][0]["id"], shown["rules"][0]["enter_percent"]) == (
        "ours",
        "persistent-absence",
        10,
    )


def test_check_of_a_good_book_says_so(book: Path) -> None:
    """A book without mistakes: exit 0, one line."""
    done = _rules("check", book)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{book}: ours, version 1: 28 rules, no mistakes.\n"


def test_check_names_every_mistake_with_its_line(book: Path) -> None:
    """Three mistakes: exit 1, each with the line where it stands."""
    text = book.read_text("utf-8")
    text = text.replace("exit_below_percent = 9", "exit_below_percent = 12")
    text = text.replace('codes = ["C2"]', 'codes = ["C9"]').replace("last = 6\n", 'last = "six"\n', 1)
    book.write_text(text, "utf-8")
    done = _rules("check", book)
    lines = text.splitlines()
    places = [lines.index(wrong) + 1 for wrong in ("exit_below_percent = 12", 'last = "six"', 'codes = ["C9"]')]
    assert (done.returncode, done.stdout) == (1, "")
    assert [line.split(":")[0] for line in done.stderr.splitlines()[1:]] == [f"  line {place}" for place in places]


def test_show_of_a_bad_book_is_refused(book: Path) -> None:
    """A book that cannot be used is not shown: exit 2 and the same mistakes."""
    book.write_text("name = 1\n", "utf-8")
    done = _rules("show", book)
    assert (done.returncode, done.stdout) == (2, "")
    assert "line 1" in done.stderr


def test_a_file_that_is_no_text_is_one_clear_line(book: Path) -> None:
    """Bytes that are not UTF-8 give a sentence and no traceback."""
    book.write_bytes(b'name = "\xff"')
    done = _rules("check", book)
    assert done.returncode == 1
    assert done.stderr == f"{book}: not TOML: the file is not UTF-8 text\n"
