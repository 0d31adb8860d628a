"""Every template, rendered for every rule and stage, is fit to be read by a tired person about a child."""

from typing import get_args

import msgspec
import pytest

from streams.books import load_book
from streams.contract.messages import Alert, Change, Reason
from streams.notify.channels.channel import Message
from streams.notify.words import Words
from streams.notify.words.samples import samples
from tests.support.alerts import PUPIL, alert, message
from tests.support.content_lint import problems

ENGLAND = load_book(None)
WORDS = Words(ENGLAND)
EVERYTHING = list(samples(ENGLAND))
RULES = {alert.rule: [each for each in EVERYTHING if each.rule == alert.rule] for alert in EVERYTHING}
OWN = [rule for rule in RULES if rule != "in-no-book"]
REASONS = get_args(Reason)


def changes(rule: str, change: str, reason: str) -> list[Alert]:
    """The samples of *rule* in one stage."""
    return [alert for alert in RULES[rule] if (alert.change, alert.reason) == (change, reason)]


def said(told: Message) -> list[str]:
    return [WORDS.subject(told), WORDS.short(told), WORDS.text(told)]


def test_the_samples_are_of_every_rule_stage_and_reason() -> None:
    """Nothing is left unread."""
    assert len(RULES) == 25 + 3 + 1
    assert {alert.change for alert in EVERYTHING} == set(get_args(Change))
    assert {alert.reason for alert in EVERYTHING if alert.change == "withdrawn"} == set(REASONS)


@pytest.mark.parametrize("rule", RULES)
def test_every_message_is_kind_plain_and_easy_to_read(rule: str) -> None:
    """No blame, no threat, no diagnosis, no money, no raw id or value, in any stage of any rule."""
    told = [message(each) for each in RULES[rule]]
    assert {text: problems(text) for each in told for text in said(each) if problems(text)} == {}


def test_a_digest_of_everything_is_so_too() -> None:
    """All rules and stages in one message, in text and HTML."""
    told = message(*EVERYTHING)
    assert told.kind == "digest"
    assert [problems(text) for text in said(told)] == [[], [], []]
    html = WORDS.html(told)
    assert html.count("<li>") > len(EVERYTHING)
    assert PUPIL not in html


@pytest.mark.parametrize("rule", OWN)
def test_every_rule_of_the_book_has_words_of_its_own(rule: str) -> None:
    """A rule without them would be called just an attendance alert."""
    text = WORDS.text(message(*changes(rule, "raised", "mark")))
    assert not text.startswith("An attendance alert")
    assert "What might help:" in text
    assert "Who to ask:" in text


@pytest.mark.parametrize("rule", OWN)
@pytest.mark.parametrize("reason", REASONS)
def test_only_a_correction_asks_to_disregard(rule: str, reason: str) -> None:
    """Nobody is told to disregard what was so at the time."""
    text = WORDS.text(message(*changes(rule, "withdrawn", reason))).lower()
    assert ("please disregard" in text) == (reason == "correction")


@pytest.mark.parametrize("change", ["eased", "withdrawn"])
def test_what_is_over_asks_for_nothing(change: str) -> None:
    """No help is offered and nobody to ask, where there is nothing to do."""
    text = WORDS.text(message(*changes("persistent-absence", change, "mark")))
    assert "What might help" not in text
    assert "Who to ask" not in text


BAD = {
    "blame": "The family failed to call. It is the fault of the parents.",
    "threat": "If this goes on, you may go to court. This is a final warning.",
    "diagnosis": "The pupil may have anxiety. Ask about ADHD.",
    "money": "Each day away costs the school £50.",
    "raw id": f"Pupil {PUPIL} was away.",
    "raw value": "Away from 2024-10-08, AM.",
    "hard to read": "Notwithstanding antecedent communications, institutional representatives should collaboratively"
    " investigate multidimensional circumstances precipitating intermittent nonattendance"
    " throughout the aforementioned period.",
}


@pytest.mark.parametrize("why", BAD)
def test_the_lint_finds_what_it_is_for(why: str) -> None:
    """A lint that never finds anything is none."""
    assert any(problem.startswith(why) for problem in problems(BAD[why]))


@pytest.mark.parametrize(
    "bad",
    [
        *("Truancy again.", "A lazy pupil.", "You must attend.", "A fine may follow.", "The police will be told."),
        *("A depressed child.", "School refusal.", "They are bullied.", "It will save money.", "Alert " + "0f" * 16),
        *("Since 20241008.", "Value None.", "Hello {{ name }}.", "school_days is 5."),
    ],
)
def test_the_lint_finds_each_kind_of_word(bad: str) -> None:
    """One example after another."""
    assert problems(bad)


def test_the_lint_leaves_plain_words_alone() -> None:
    """Words that hold a forbidden one are not forbidden."""
    assert problems("They are well defined. I am at school. We find the finest way. A costume day is on Friday.") == []


def test_a_link_may_hold_an_id() -> None:
    """That is what it is for; it is no text."""
    told = message(msgspec.structs.replace(alert(), alert_id="ab" * 16))
    assert "ab" * 16 in WORDS.text(told)
    assert problems(WORDS.text(told)) == []
