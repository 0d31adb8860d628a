"""A rule book is refused with every mistake and its line, and named by what it says."""

import pytest

from streams.attendance.book import RuleBook
from streams.attendance.kinds import KINDS
from streams.books import book_text
from streams.errors import BadRuleBook

TOP = 'name = "ours"\nversion = 3\n\n'  # three lines; the table's [[rule]] is the fourth
NUMBERS: dict[str, dict[str, str]] = {
    "year-rate": {"min_possible": "20", "enter_percent": "10", "exit_below_percent": "9"},
    "trending": {
        "min_possible": "20", "year_from_percent": "5", "year_below_percent": "10", "exit_year_below_percent": "4",
        "weeks": "4", "weeks_percent": "10", "exit_weeks_below_percent": "7",
    },
    "early-year": {"weeks_at_most": "4", "absent": "4", "exit_after_weeks": "6"},
    "weeks-count": {"codes": '["L"]', "weeks": "4", "enter_at": "6", "exit_below": "4"},
    "year-count": {"codes": '["I"]', "enter_at": "20", "exit_below": "20"},
    "run": {"codes": '["E"]', "enter_at": "11", "exit_below": "11"},
    "year-weeks": {"codes": '["C2"]', "enter_at": "7", "exit_below": "7"},
    "spells": {"weeks": "6", "enter_at": "4", "exit_below": "3"},
    "unexplained-today": {"codes": '["N"]'},
    "reason-overdue": {"codes": '["N"]', "school_days": "5"},
    "weekday": {"weekday": '"mon"', "last": "6", "enter_at": "4", "exit_below": "3", "others_fewer_than_1_in": "5"},
    "sudden-drop": {
        "weeks": "2", "weeks_before": "8", "min_possible": "10", "min_possible_before": "40",
        "enter_points": "20", "exit_below_points": "10",
    },
    "dual-registration-gap": {},
}  # fmt: skip


def table(kind: str, **changed: str | None) -> str:
    """A rule in TOML, each field on a line of its own; one changed to None is left out."""
    fields: dict[str, str | None] = {
        "id": '"one"', "kind": f'"{kind}"', "severity": '"high"', "audience": '["school"]', **NUMBERS[kind], **changed,
    }  # fmt: skip
    return "[[rule]]\n" + "".join(f"{key} = {value}\n" for key, value in fields.items() if value is not None)


def line_of(text: str, key: str) -> int:
    """The line, from 1, on which a key stands last."""
    return max(i for i, line in enumerate(text.splitlines(), 1) if line.startswith((f"{key} =", key + "]")))


def mistakes(text: str) -> list[str]:
    """The mistakes that a book is refused with, without the line that counts them."""
    with pytest.raises(BadRuleBook) as refused:
        RuleBook.parse(text)
    first, *others = str(refused.value).splitlines()
    assert first == f"the rule book has {len(others)} mistake(s):"
    return [other.strip() for other in others]


@pytest.mark.parametrize("kind", NUMBERS)
def test_a_rule_of_each_kind_is_read(kind: str) -> None:
    """A book of one's own may have any kind; what has a default may be left out."""
    (rule,) = RuleBook.parse(TOP + table(kind)).rules
    assert (rule.id, rule.restricted, rule.source) == ("one", False, "")


def test_the_examples_have_every_kind() -> None:
    """No kind is left out above."""
    assert {kind.__struct_config__.tag for kind in KINDS} == NUMBERS.keys()


def test_a_book_keeps_the_order_of_its_rules() -> None:
    """The order in which changes are announced is the file's."""
    book = RuleBook.parse(TOP + table("run", id='"b"') + table("spells", id='"a"'))
    assert (str(book.id), [rule.id for rule in book.rules]) == ("ours@3", ["b", "a"])


IMPOSSIBLE = [
    ("year-rate", "exit_below_percent", "11", "stricter than enter_percent (10)"),
    ("year-rate", "enter_percent", "101", "<= 100"),
    ("year-rate", "enter_percent", "0", ">= 1"),
    ("year-rate", "min_possible", "0", ">= 1"),
    ("year-rate", "min_possible", "20.0", "Expected `int`"),
    ("year-rate", "min_possible", "true", "Expected `int`"),
    ("year-rate", "min_possible", None, "is missing"),
    ("year-rate", "min_posible", "20", "unknown key"),
    ("year-rate", "severity", '"grave"', "Invalid enum value"),
    ("year-rate", "severity", None, "is missing"),
    ("year-rate", "audience", "[]", "length >= 1"),
    ("year-rate", "audience", '["press"]', "Invalid enum value"),
    ("year-rate", "restricted", '"yes"', "Expected `bool`"),
    ("year-rate", "id", '"Upper Case"', "regex"),
    ("year-rate", "id", None, "is missing"),
    ("trending", "exit_year_below_percent", "6", "stricter than year_from_percent (5)"),
    ("trending", "exit_weeks_below_percent", "11", "stricter than weeks_percent (10)"),
    ("trending", "year_below_percent", "5", "must be below year_below_percent (5)"),
    ("early-year", "exit_after_weeks", "3", "must be at least weeks_at_most (4)"),
    ("weeks-count", "exit_below", "7", "stricter than enter_at (6)"),
    ("weeks-count", "enter_at", "57", "4 weeks have at most 56 sessions"),
    ("weeks-count", "codes", '["L", "H"]', "'H' is not an attendance code in force"),
    ("weeks-count", "codes", '["-"]', "'-' is not an attendance code in force"),
    ("weeks-count", "codes", "[]", "length >= 1"),
    ("weeks-count", "weeks", "0", ">= 1"),
    ("year-count", "enter_at", "733", "at most 732 sessions"),
    ("run", "codes", '["E", "#"]', "never counts #"),
    ("run", "exit_below", "12", "stricter than enter_at (11)"),
    ("year-weeks", "enter_at", "55", "at most 54 weeks"),
    ("spells", "exit_below", "5", "stricter than enter_at (4)"),
    ("unexplained-today", "codes", '["NN"]', "'NN' is not an attendance code"),
    ("reason-overdue", "codes", '["n"]', "'n' is not an attendance code"),
    ("reason-overdue", "school_days", "0", ">= 1"),
    ("weekday", "enter_at", "7", "more than the days looked at (6)"),
    ("weekday", "exit_below", "5", "stricter than enter_at (4)"),
    ("weekday", "last", "31", "<= 30"),
    ("weekday", "weekday", '"Monday"', "Invalid enum value"),
    ("sudden-drop", "exit_below_points", "21", "stricter than enter_points (20)"),
    ("sudden-drop", "min_possible", "29", "2 weeks have at most 28 sessions"),
    ("sudden-drop", "min_possible_before", "113", "8 weeks have at most 112 sessions"),
]


@pytest.mark.parametrize(("kind", "key", "value", "what"), IMPOSSIBLE)
def test_a_mistake_is_named_with_its_line(kind: str, key: str, value: str | None, what: str) -> None:
    """The line is the key's own, or the rule's where the key is missing or about another."""
    text = TOP + table("dual-registration-gap", id='"first"') + table(kind, **{key: value})
    found = [mistake for mistake in mistakes(text) if what in mistake]
    assert found
    named = found[0].split(": ")[2]
    assert found[0].startswith(f"line {line_of(text, named if value is not None else '[[rule]')}: ")


SCHOOL = """[[school_rule]]
id = "mass"
kind = "mass-absence"
severity = "high"
audience = ["la-attendance"]
min_possible = 30
enter_points = 15
enter_times = 3
days_before = 20
min_days_before = 5
"""


def test_rules_about_schools_are_read_beside_those_about_pupils() -> None:
    """They may be left out, have a hash of their own, and leave that of the others alone."""
    bare, book = RuleBook.parse(TOP + table("run")), RuleBook.parse(TOP + table("run") + SCHOOL)
    assert ([rule.id for rule in book.school_rules], bare.school_rules) == (["mass"], ())
    assert list(book.by_id()) == ["one", "mass"]
    assert book.id == bare.id
    assert book.school_id != bare.school_id
    changed = RuleBook.parse(TOP + table("run") + SCHOOL.replace("= 30", "= 40"))
    assert changed.school_id != book.school_id


@pytest.mark.parametrize(
    ("key", "old", "new", "what"),
    [
        ("min_days_before", "= 5", "= 21", "<= 20"),
        (
            "min_days_before",
            "before = 20\nmin_days_before = 5",
            "before = 4\nmin_days_before = 5",
            "more than days_before (4)",
        ),
        ("days_before", "days_before = 20", "days_before = 0", ">= 1"),
        ("min_possible", "= 30", '= "some"', "Expected `int`"),
        ("kind", '"mass-absence"', '"run"', "feed-silent, mass-absence, register-missing"),
        ("id", '"mass"', '"one"', "this id is used twice"),
    ],
)
def test_a_mistake_in_a_rule_about_schools_is_named_with_its_line(key: str, old: str, new: str, what: str) -> None:
    """As in a rule about pupils, and an id is one for both."""
    text = TOP + table("run") + SCHOOL.replace(old, new)
    (mistake,) = mistakes(text)
    assert mistake.startswith(f"line {line_of(text, key)}: ")
    assert what in mistake


def test_school_rules_that_are_no_list_are_refused() -> None:
    """With the line."""
    assert mistakes("school_rule = 5\n" + TOP + table("run")) == ["line 1: 'school_rule' is no list of rules"]


def test_all_mistakes_are_told_at_once_in_order_of_their_lines() -> None:
    """An authority mends its book in one go."""
    text = "name = 5\nvershun = 1\n\n" + table("run", enter_at="0") + table("weeks-count", codes='["H"]', weeks="0")
    lines = [int(mistake.split()[1].rstrip(":")) for mistake in mistakes(text)]
    assert lines == sorted(lines)
    assert {line_of(text, key) for key in ("name", "vershun", "weeks")} <= set(lines)


@pytest.mark.parametrize("kind", ['kind = "year-ratio"\n', "kind = 5\n", ""])
def test_a_rule_of_no_kind_is_told_which_there_are(kind: str) -> None:
    """A misspelt or missing kind names those there are."""
    (mistake,) = mistakes(TOP + '[[rule]]\nid = "one"\n' + kind)
    assert mistake.startswith(f"line {5 if not kind else 6}: " if kind else "line 4: ")
    assert "year-rate" in mistake


def test_an_id_used_twice_is_refused_at_its_second_place() -> None:
    """Two rules cannot share the id that alerts name."""
    text = TOP + table("run") + table("spells")
    assert mistakes(text) == [f"line {line_of(text, 'id')}: one: this id is used twice"]


@pytest.mark.parametrize(
    ("top", "line", "key"),
    [
        ("version = 3\n", 1, "name"),
        ('name = ""\nversion = 3\n', 1, "name"),
        ('name = "ours"\n', 1, "version"),
        ('name = "ours"\nversion = "3"\n', 2, "version"),
        ('name = "ours"\nversion = true\n', 2, "version"),
        ('name = "ours"\nversion = 0\n', 2, "version"),
        ('name = "ours"\nversion = -1\n', 2, "version"),
        ('name = "ours"\nversion = 3\nauthor = "us"\n', 3, "author"),
    ],
)
def test_a_mistake_at_the_top_is_named_with_its_line(top: str, line: int, key: str) -> None:
    """Name and version are needed, and nothing else is known there."""
    (mistake,) = mistakes(top + table("run"))
    assert mistake.startswith(f"line {line}: ")
    assert f"'{key}'" in mistake


@pytest.mark.parametrize("rules", ["", "rule = 5\n", "rule = []\n", "[rule]\nid = 'one'\n"])
def test_a_book_without_rules_is_refused(rules: str) -> None:
    """A book says what to look for."""
    assert any("'rule'" in mistake for mistake in mistakes(TOP + rules))


def test_what_is_no_toml_is_refused_with_the_place() -> None:
    """The parser's own words name line and column."""
    with pytest.raises(BadRuleBook, match=r"not TOML: .*line 2"):
        RuleBook.parse('name = "ours"\nversion =\n')


@pytest.mark.parametrize(
    ("key", "value"),
    [("enter_at", "12"), ("codes", '["O"]'), ("severity", '"low"'), ("audience", '["la-send"]'), ("id", '"two"')],
)
def test_an_edit_without_a_new_version_shows_in_the_hash(key: str, value: str) -> None:
    """Two books of one name and version are told apart by what their rules say."""
    before, after = (RuleBook.parse(TOP + text).id for text in (table("run"), table("run", **{key: value})))
    assert (before.name, before.version) == (after.name, after.version)
    assert before.hash != after.hash


def test_the_kind_of_a_rule_shows_in_the_hash() -> None:
    """The same numbers under another kind are another book."""
    numbers = {"codes": '["E"]', "enter_at": "7", "exit_below": "7"}
    assert len({RuleBook.parse(TOP + table(kind, **numbers)).id for kind in ("run", "year-count", "year-weeks")}) == 3


def test_spaces_and_comments_do_not_show_in_the_hash() -> None:
    """A book that says the same is the same."""
    plain = RuleBook.parse(TOP + table("run"))
    assert plain.id == RuleBook.parse(f"# ours\n{TOP}\n\n{table('run')}\n# end\n").id


def test_a_book_name_that_an_alert_could_not_carry_is_refused_with_its_line() -> None:
    """An alert names its book as name@version."""
    text = book_text(None).replace('name = "england-2024"', 'name = "our@book"')
    with pytest.raises(BadRuleBook, match=r"line 6: name is over 64 characters, or has a space or an @"):
        RuleBook.parse(text)
