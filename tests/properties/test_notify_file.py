"""Whatever is written in the file of receivers and routes, it is read, or each mistake has its line."""

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from streams.books import load_book
from streams.notify.config.reading import BadNotifications, parse
from tests.support.notifying import FILE

BOOK = load_book(None)
DOCS = (Path(__file__).parents[2] / "docs" / "notify.toml").read_text(encoding="utf-8")
VALUES = [
    "0", "-1", "3", "2.5", "true", '""', '"x"', '"0"', '"10m"', '"08:00-17:00"', "[]", "{}", "[[]]", "[{}]", '["x"]',
    "[1]", "{ a = 1 }", '{ default = "1m" }', "2024-10-28", "08:30:00", '{ type = "webhook" }', "{ type = 3 }",
    '{ type = "email", user = "x" }', '"webhook"', '["raised"]', '["eased"]', '{ rule = ["x"], change = [] }',
]  # fmt: skip
KEYS = ["name", "under", "match", "type", "continue", "channel", "settle", "x", "100001", "receiver"]
LIBRARIES = re.compile(r"Expected `|Invalid |Object |NoneType|Struct")
CHANGE = st.tuples(st.integers(0, 200), st.sampled_from(KEYS) | st.none(), st.sampled_from(VALUES))


def changed(text: str, changes: list[tuple[int, str | None, str]]) -> str:
    """Give each pair that is named (by its number) another value, and perhaps another key."""
    lines = text.splitlines()
    pairs = [i for i, line in enumerate(lines) if re.match(r"[a-z_0-9]+ = ", line)]
    for number, key, value in changes:
        i = pairs[number % len(pairs)]
        lines[i] = f"{key or lines[i].partition(' = ')[0]} = {value}"
    return "\n".join(lines)


def said_of(text: str) -> str:
    """Read *text*; give what is said of it, nothing where it is read."""
    try:
        assert parse(text, BOOK).policies
    except BadNotifications as error:
        return str(error)
    return ""


@given(st.sampled_from([FILE, DOCS]), st.lists(CHANGE, max_size=4))
def test_any_file_is_read_or_refused_with_lines(text: str, changes: list[tuple[int, str | None, str]]) -> None:
    """In our words: none of a library's shows through, and nothing else is ever raised."""
    written = changed(text, changes)
    first, *said = (said_of(written) or "nothing").splitlines()
    assert re.fullmatch(r"nothing|not TOML: .*|there (is 1 mistake|are \d+ mistakes):", first)
    lines = [int(line.removeprefix("  line ").partition(":")[0]) for line in said]
    assert lines == sorted(lines)
    assert all(1 <= line <= written.count("\n") + 1 for line in lines)
    assert not LIBRARIES.search("\n".join(said))
