"""Messages in words: what was seen, what might help, who to ask."""

from pathlib import Path

import pytest
from jinja2.exceptions import SecurityError, UndefinedError

from streams.books import load_book
from streams.contract.messages import Cause, Session
from streams.notify.words import BadWords, Words
from tests.support.alerts import URN, alert, message

ENGLAND = load_book(None)
WORDS = Words(ENGLAND)
LATER = Session("2024-10-15", "PM")


def test_a_raised_alert_in_full() -> None:
    """The whole text, as a person gets it."""
    assert WORDS.text(message()) == (
        "Persistent absence\n"
        "* A pupil at Riverside School missed 12 of 110 possible sessions (10.9 %) this year."
        " This was so on Tuesday 8 October, morning.\n"
        "  Reference 3B1F-0C5A: https://cases.example/alerts/3b1f0c5a9d7e48628f6c1f5e0a2b4c6d\n"
        "\n"
        "What might help:\n"
        "- Talk with the pupil and the family about what makes coming in hard.\n"
        "- Look at what changed before this: health, home, friends, travel or lessons.\n"
        "- Agree one small step, and a day to look at it again.\n"
        "\n"
        "Who to ask:\n"
        "- The pupil's form tutor or head of year.\n"
        "- The school's senior attendance champion.\n"
        "- The council's school attendance support team.\n"
        "\n"
        "This comes from school registers. Please look at the record before you act. A person decides what to do.\n"
    )


@pytest.mark.parametrize(
    ("change", "reason", "words"),
    [
        ("reopened", "mark", "This had eased, and is back. A pupil at Riverside School missed 12 of 110"),
        ("revised", "correction", "The dates have changed. This holds from Tuesday 8 October, morning to Tuesday 15"),
        ("eased", "mark", "This has eased. A pupil at Riverside School missed 12 of 110"),
        ("raised", "rulebook", "The rules for alerts have changed, and by the new ones this holds."),
        ("reopened", "rulebook", "The rules for alerts have changed, and by the new ones this holds."),
        ("revised", "rulebook", "The rules for alerts have changed, and so the dates have."),
        ("eased", "rulebook", "The rules for alerts have changed, and by the new ones this has ended."),
        ("eased", "year", "A new school year has begun, so the alert from Tuesday 8 October, morning has ended."),
        ("withdrawn", "correction", "Please disregard this alert."),
        ("withdrawn", "mark", "This alert is taken back."),
        ("withdrawn", "year", "The marks behind it are of a school year that is no longer kept."),
        ("withdrawn", "rulebook", "The rules for alerts have changed, not the marks."),
        ("withdrawn", "erasure", "Please erase what you have kept of it."),
        ("withdrawn", "time", "This alert is taken back."),
    ],
)
def test_each_stage_and_reason_has_its_own_words(change: str, reason: str, words: str) -> None:
    """A reader can tell improved from corrected, and both from a new year."""
    evidence = {} if change == "withdrawn" or reason == "year" else alert().evidence
    to = LATER if change in ("eased", "revised") else None
    assert words in WORDS.text(message(alert(change=change, reason=reason, evidence=evidence, to=to)))


@pytest.mark.parametrize(
    ("rule", "change", "words"),
    [
        ("register-missing", "raised", "No register has come from Riverside School for Tuesday 8 October, morning."),
        ("register-missing", "eased", "The register of Riverside School has come."),
        ("feed-silent", "eased", "Registers of Riverside School come again."),
        ("register-missing", "withdrawn", "Riverside School had no school on Tuesday 8 October, morning"),
        ("feed-silent", "withdrawn", "Riverside School is not open any more"),
        ("feed-silent", "raised", "No register of Riverside School has come for more than a school day"),
        ("mass-absence", "raised", "Many more pupils than usual were away at Riverside School"),
    ],
)
def test_alerts_about_a_school_speak_of_the_school(rule: str, change: str, words: str) -> None:
    """Nobody is a pupil there."""
    told = message(alert(rule=rule, change=change, reason="time", pupil=None, cause=None, evidence={"x": 1}, to=None))
    assert words in WORDS.text(told).replace(" 2024", "")
    assert "a pupil at" not in WORDS.text(told)


def test_a_school_alert_that_is_not_followed_any_more_says_so() -> None:
    """It ended without an end: nothing was counted."""
    told = message(alert(rule="register-missing", change="eased", reason="time", pupil=None, evidence={}, to=LATER))
    assert "This went on for weeks, and is not looked at any more." in WORDS.text(told)


def test_a_date_of_another_year_says_its_year() -> None:
    """A correction in spring may be about autumn."""
    spring = Cause("x", "2025-03-03", "AM", "B", "2025-03-03T09:00:00+00:00")
    assert "Tuesday 8 October 2024, morning" in WORDS.text(message(alert(cause=spring)))


@pytest.mark.parametrize(
    ("told", "subject"),
    [
        (message(), "Persistent absence, a pupil at Riverside School"),
        (message(schools={}), f"Persistent absence, a pupil at school {URN}"),
        (message(alert(), alert()), "Persistent absence, 2 alerts at Riverside School"),
        (message(alert(), alert(urn=100002)), "Persistent absence, 2 alerts at 2 schools"),
        (
            message(alert(), alert(rule="lateness", evidence={"counted": 6})),
            "2 attendance alerts at Riverside School",
        ),
        (message(alert(severity="urgent")), "Urgent: Persistent absence, a pupil at Riverside School"),
        (
            message(alert(change="withdrawn", reason="correction", evidence={}, severity="urgent")),
            "Taken back: persistent absence, a pupil at Riverside School",
        ),
        (
            message(alert(), alert(change="eased", to=LATER)),
            "Digest: persistent absence, 2 alerts at Riverside School",
        ),
        (
            message(alert(rule="mass-absence", pupil=None, evidence={})),
            "Many pupils away at once, Riverside School",
        ),
        (message(schools={URN: "Riverside\r\nBcc: all@evil.example"}), None),
    ],
)
def test_a_subject_says_what_how_many_and_where(told: object, subject: str | None) -> None:
    """In one line, whatever a school is called."""
    found = WORDS.subject(told)  # type: ignore[arg-type] - a message
    assert "\n" not in found
    assert subject is None or found == subject


def test_help_is_said_once_for_a_rule_however_many_alerts() -> None:
    """Twelve pupils, one list of what might help."""
    text = WORDS.text(message(*(alert(alert_id=f"{number:032x}") for number in range(12))))
    assert text.count("What might help:") == 1
    assert text.count("Reference ") == 12


def test_evidence_of_an_older_book_is_not_guessed_at() -> None:
    """The alert is told without numbers."""
    assert "This began on Tuesday 8 October, morning for a pupil" in WORDS.text(message(alert(evidence={"old": 3})))


def test_html_escapes_what_it_is_given() -> None:
    """A school's name is text."""
    assert "<script>" not in WORDS.html(message(schools={URN: "<script>x</script>"}))
    assert "&lt;script&gt;" in WORDS.html(message(schools={URN: "<script>x</script>"}))


def test_an_authority_may_have_templates_of_its_own(tmp_path: Path) -> None:
    """For what might help and who to ask; the rest stays ours."""
    (tmp_path / "rules").mkdir()
    own = '{% set title = "Away a lot" %}{% set helps = ["Call Sam."] %}{% set asks = ["Sam."] %}'
    (tmp_path / "rules" / "persistent-absence.jinja").write_text(own)
    words = Words(ENGLAND, tmp_path)
    assert "- Call Sam." in words.text(message())
    assert words.text(message(alert(rule="lateness", evidence={"counted": 6}))).startswith("Often late")


@pytest.mark.parametrize(
    ("template", "error"),
    [
        ("{{ message.__class__.__mro__ }}", SecurityError),
        ("{{ message.alerts.append(1) }}", UndefinedError),
        ("{{ messsage }}", UndefinedError),
    ],
)
def test_a_template_can_do_no_harm(tmp_path: Path, template: str, error: type[Exception]) -> None:
    """It is rendered in a sandbox, and a slip of the pen is an error, not a gap."""
    (tmp_path / "text.jinja").write_text(template)
    with pytest.raises(error):
        Words(ENGLAND, tmp_path).text(message())


def test_our_own_templates_can_all_be_rendered() -> None:
    """For every rule, stage and reason."""
    WORDS.check()


@pytest.mark.parametrize(
    ("file", "template", "words"),
    [
        ("rules/lateness.jinja", '{% set title = "Late" %}', "rules/lateness.jinja sets no 'helps'"),
        ("stages/raised.jinja", "{{ 1 / 0 }}", "raised.jinja, line 1: division by zero"),
        ("stages/withdrawn.jinja", "{{ whom }}", "withdrawn.jinja, line 1: 'whom' is undefined"),
        ("html.jinja", "one\n{% if %}", "html.jinja, line 2: "),
        ("text.jinja", "{{ message.__class__.__mro__ }}", "text.jinja, line 1: "),
    ],
)
def test_a_mistake_in_an_own_template_is_found_before_an_alert_finds_it(
    tmp_path: Path, file: str, template: str, words: str
) -> None:
    """With the template and the line."""
    place = tmp_path / file
    place.parent.mkdir(exist_ok=True)
    place.write_text(template)
    with pytest.raises(BadWords) as raised:
        Words(ENGLAND, tmp_path).check()
    assert words in str(raised.value)
