"""Every key of a TOML file has its line."""

import pytest

from streams.attendance.places import Place, Places

TEXT = """\
# a book
name = "ours"

[[rule]]
id = "one"
codes = [
  "O",
]
enter_at = 5

[[rule]]
"id" = "two"
[top.inner]
key = 1
[rule.deep]
list = [
  { a = 1 },  # one
  { b = 2 },
]
"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("name",), 2),
        (("rule", 0), 4),
        (("rule", 0, "id"), 5),
        (("rule", 0, "codes"), 6),
        (("rule", 0, "enter_at"), 9),
        (("rule", 1), 11),
        (("rule", 1, "id"), 12),
        (("top", "inner", "key"), 14),
        (("rule", 1, "deep"), 15),
        (("rule", 1, "deep", "list", 1), 18),
        (("rule", 1, "deep", "list", 1, "b"), 18),
    ],
)
def test_a_key_has_the_line_it_begins_on(place: Place, line: int) -> None:
    """Lines count from 1; a list that goes on has its first, and what is in it its own."""
    assert Places(TEXT).line(place) == line


@pytest.mark.parametrize(
    ("place", "line"), [(("rule", 1, "enter_at"), 11), (("rule", 7, "id"), 11), (("nowhere",), 1), ((), 1)]
)
def test_a_key_that_is_not_there_has_the_line_of_what_is_around_it(place: Place, line: int) -> None:
    """A missing key is named with its table; a missing table with the first line."""
    assert Places(TEXT).line(place) == line
