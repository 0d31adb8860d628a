"""The rule book in words."""

import pytest

from streams.attendance.kinds import KINDS, Rule
from streams.attendance.rule import BookRule
from streams.attendance.school_kinds import SCHOOL_KINDS
from streams.books import load_book
from streams.wording import book_as_data, book_in_words
from streams.wording.conditions import conditions
from streams.wording.facts import facts

ENGLAND = load_book(None)


@pytest.mark.parametrize("kind", [*KINDS, *SCHOOL_KINDS], ids=lambda kind: kind.__name__)
def test_every_kind_of_rule_has_words(kind: type[BookRule]) -> None:
    """A new kind of rule without words fails here, not in front of a reader."""
    assert conditions.dispatch(kind) is not conditions.dispatch(Rule)
    assert facts.dispatch(kind) is not facts.dispatch(object)


def test_a_kind_without_words_is_refused() -> None:
    """A rule that nobody has put into words is an error and no empty line."""
    with pytest.raises(NotImplementedError, match="Rule"):
        conditions(Rule(id="x", severity="low", audience=["school"]))


@pytest.mark.parametrize("rule", ENGLAND.by_id().values(), ids=lambda rule: rule.id)
def test_every_rule_says_on_off_who_and_where_from(rule: BookRule) -> None:
    """Each rule of England's book has its heading and four lines."""
    section = book_in_words(ENGLAND).split(f"(`{rule.id}`)\n\n")[1].split("\n\n")[0].splitlines()
    assert [line.split(":")[0] for line in section] == ["* On", "* Off", "* Who hears", "* Source"]


@pytest.mark.parametrize(
    ("rule", "on", "off"),
    [
        (
            "persistent-absence",
            "missed 10 % or more of at least 20 possible sessions this year",
            "below 9 %, or fewer than 20 possible sessions",
        ),
        ("lateness", "6 sessions or more coded L or U in the last 4 school weeks", "fewer than 4"),
        (
            "weekday-pattern-fri",
            (
                "away on 4 or more of the last 6 Fridays on which there was school, and on fewer than 1 in 5"
                " of the other school days of that time"
            ),
            "away on fewer than 3 of the last 6 Fridays",
        ),
    ],
)
def test_the_words_carry_the_numbers_of_the_book(rule: str, on: str, off: str) -> None:
    """What turns a rule on and off is said with the book's own thresholds."""
    data = {entry["id"]: entry for entry in book_as_data(ENGLAND)["rules"]}
    assert (data[rule]["on"], data[rule]["off"]) == (on, off)


def test_a_restricted_rule_says_that_nobody_else_hears() -> None:
    """Restricted rules are marked in words."""
    section = book_in_words(ENGLAND).split("(`illness-10-days`)")[1].split("##")[0]
    assert "* Who hears: the school (and nobody else); medium." in section


def test_the_book_as_data_names_every_number() -> None:
    """The JSON form has the kind and each number of a rule."""
    data = book_as_data(ENGLAND)
    assert (data["name"], data["version"], len(data["rules"])) == ("england-2024", 1, len(ENGLAND.rules))
    lateness = next(rule for rule in data["rules"] if rule["id"] == "lateness")
    assert (lateness["kind"], lateness["codes"], lateness["weeks"]) == ("weeks-count", ["L", "U"], 4)
