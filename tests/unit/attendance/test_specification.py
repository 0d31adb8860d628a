"""The walk from scratch: off until a rule goes on, on until it goes off, one test a session."""

from streams.attendance.specification import Episode, all_episodes, counts, episodes
from tests.unit.attendance.examples import ENGLAND, RULES, at, history

MONDAY = "2024-09-02"


def test_an_episode_runs_from_its_first_session_on_to_its_first_off() -> None:
    """Half-open: the session that ends it is not of it."""
    sessions = history(MONDAY, "N N / / N N N /")
    assert episodes(RULES["unexplained-today"], sessions) == [
        Episode(at("2024-09-02/PM"), at("2024-09-03/AM")),
        Episode(at("2024-09-04/PM"), at("2024-09-05/PM")),
    ]


def test_an_episode_that_never_went_off_is_open() -> None:
    """It has no end."""
    assert episodes(RULES["transport-failure"], history(MONDAY, "Q / Q /")) == [Episode(at("2024-09-03/AM"), None)]


def test_at_one_session_there_is_one_test() -> None:
    """A rule that goes off is not tried again at the same session."""
    rule = RULES["unexplained-today"]
    assert [rule.enter(1, 0), rule.exit(1, 0)] == [True, True]
    assert episodes(RULES["dual-registration-gap"], history(MONDAY, "D D")) == []


def test_rules_without_an_episode_are_left_out() -> None:
    """Two quiet days give nothing; two missed days the early warning."""
    assert all_episodes(ENGLAND, history(MONDAY, "/ / / /")) == {}
    assert all_episodes(ENGLAND, history(MONDAY, "I I I I")) == {"early-term": [Episode(at("2024-09-03/PM"), None)]}


def test_counts_are_those_of_the_rules_measures() -> None:
    """In the order in which the rule takes them."""
    assert counts(RULES["persistent-absence"], history(MONDAY, "I / D O")) == [3, 2]
