"""Every key of a rule book has its line."""

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
    ],
)
def test_a_key_has_the_line_it_begins_on(place: Place, line: int) -> None:
    """Lines count from 1, and a list that goes on has its first."""
    assert Places(TEXT).line(place) == line


@pytest.mark.parametrize(
    ("place", "line"), [(("rule", 1, "enter_at"), 11), (("rule", 7, "id"), 11), (("nowhere",), 1), ((), 1)]
)
def test_a_key_that_is_not_there_has_the_line_of_what_is_around_it(place: Place, line: int) -> None:
    """A missing key is named with its table; a missing table with the first line."""
    assert Places(TEXT).line(place) == line
