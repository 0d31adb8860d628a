"""The file of receivers and routes: what it says, and every mistake with its line."""

from pathlib import Path

import pytest

from streams.books import load_book
from streams.notify.config.config import Config
from streams.notify.config.reading import BadNotifications, parse
from tests.support.notifying import FILE

BOOK = load_book(None)


def read(text: str) -> Config:
    return parse(text, BOOK)


def mistakes(text: str) -> list[str]:
    with pytest.raises(BadNotifications) as caught:
        read(text)
    return [line.strip() for line in str(caught.value).splitlines()[1:]]


def test_a_route_has_what_its_parent_says() -> None:
    """A child says only what is its own."""
    config = read(FILE)
    child, parent = config.policies["office-urgent"], config.policies["office"]
    assert (child.group_wait, child.settles("spells")) == (parent.group_wait, parent.settles("spells"))
    assert child.any_time == ("urgent",)


def test_every_mistake_is_named_with_its_line() -> None:
    """Not only the first."""
    text = """[[receiver]]
name = "office"
audience = ["scool"]
channel = { type = "stdout" }
budget = 0

[[route]]
name = "all"
receivers = ["office"]
settle = "10 minutes"
"""
    found = mistakes(text)
    assert [line.split(":")[0] for line in found] == ["line 3", "line 5", "line 10"]
    assert "school" in found[0] or "scool" in found[0]
    assert "write 30s, 10m, 2h or 3d" in found[2]


def test_an_unknown_key_is_named_with_those_there_are() -> None:
    """A misspelt key would otherwise be silently without effect."""
    assert mistakes(FILE.replace("budget = 3", "budgte = 3"))[0].startswith("line ")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('under = "office"', 'under = "nobody"', "no route 'nobody'"),
        ('under = "office"', 'under = "office-urgent"', "under itself"),
        ('receivers = ["office"]', 'receivers = ["bursar"]', "no receiver 'bursar'"),
        ('name = "office-urgent"', 'name = "office"', "used twice"),
        ('rule = ["mass-absence"]', 'rule = ["mass-absense"]', "no rule 'mass-absense'"),
        ('schools = ["north"]', 'schools = ["south"]', "no set of schools 'south'"),
        ('hours = ["08:00-18:00"]', 'hours = ["18:00-08:00"]', "end before they begin"),
        ("https://cases.example/{alert_id}", "https://cases.example/{pupil}", "may use {alert_id}"),
        ("2024-10-28/2024-11-01", "half-term", "is no holiday"),
    ],
)
def test_what_does_not_fit_together_is_refused(old: str, new: str, said: str) -> None:
    """Each with words that say what to do."""
    assert old in FILE
    assert said in "\n".join(mistakes(FILE.replace(old, new, 1)))


def test_a_route_that_would_show_what_is_restricted_is_refused() -> None:
    """A school's office is not declared for what only the authority may see."""
    found = mistakes(FILE.replace('match = { restricted = false, audience = ["school"] }', "", 1))
    assert any("restricted" in line and "office" in line for line in found)


def test_a_host_must_be_allowed() -> None:
    """Nothing is called that the file does not name as allowed."""
    text = FILE.replace(
        'channel = { type = "stdout" }',
        'channel = { type = "webhook", url = "https://a.example/x", secrets = [{ env = "S" }] }',
        1,
    )
    assert "a.example is not allowed" in "\n".join(mistakes(text))


def test_what_is_not_toml_is_said() -> None:
    """With the parser's own place."""
    with pytest.raises(BadNotifications, match="not TOML"):
        read("[[receiver")


def test_nobody_told_of_anything_is_a_mistake() -> None:
    """An empty file is not a quiet notifier but a wrong one."""
    assert mistakes("") == ["line 1: there is no [[route]]: nobody would be told of anything"]


def test_the_file_in_the_docs_has_no_mistakes() -> None:
    """It is the one that users begin with."""
    text = (Path(__file__).parents[4] / "docs" / "notify.toml").read_text(encoding="utf-8")
    assert read(text).policies["riverside"].receivers == ("riverside-office",)
