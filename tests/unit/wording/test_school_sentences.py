"""Sentences about schools: facts and dates, nobody blamed."""

import re

import pytest

from streams.wording import sentence
from tests.unit.board.examples import BOOK, FAR, HERE, THERE, Desk, register

RULES = BOOK.by_id()
TUESDAY = "Tuesday 8 October 2024"


def said(*alerts: object) -> list[str]:
    return [sentence(alert, RULES[alert.rule]) for alert in alerts]  # type: ignore[attr-defined]


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.take(register("2024-10-08 AM", "2024-10-08 09:05"))
    return desk


def test_a_missing_register_and_its_coming(desk: Desk) -> None:
    """How long after which start, and for which session."""
    raised = desk.tick("2024-10-08 15:00")
    eased = desk.take(register("2024-10-08 PM", "2024-10-08 15:10"))
    assert said(*raised, *eased) == [
        (
            "Raised: school 100001 has sent no register, 90 minutes after the session began at 13:00, "
            f"as of {TUESDAY}, afternoon."
        ),
        (
            "Eased: school 100001 has sent its register, 130 minutes after the session began at 13:00 "
            f"(the same session, {TUESDAY}, afternoon)."
        ),
    ]


def test_a_missing_register_that_was_none(desk: Desk) -> None:
    """The school was closed."""
    desk.tick("2024-10-08 15:00")
    (words,) = said(*desk.take(register("2024-10-08 PM", "2024-10-08 15:10", "#" * 10)))
    assert words.startswith("Withdrawn: there was no school, or the register had come in time (school")


def test_a_silent_feed_speaks_of_the_link_and_not_of_the_children() -> None:
    """Since when, and how many others are heard."""
    desk = Desk()
    for day, urns in (("2024-10-07", (HERE, THERE, FAR)), ("2024-10-08", (THERE, FAR)), ("2024-10-09", (THERE, FAR))):
        for half, at in (("AM", "09:05"), ("PM", "13:05")):
            desk.take(*(register(f"{day} {half}", f"{day} {at}", urn=urn) for urn in urns))
    alerts = [alert for alert in desk.tick("2024-10-09 14:00") if alert.rule == "feed-silent"]
    back = desk.take(register("2024-10-10 AM", "2024-10-10 09:00"))
    assert said(*alerts, *back) == [
        (
            "Raised: school 100001 has sent no register since Monday 7 October 2024, while 2 of 2 other schools are"
            f" heard: its link may be down, as of {TUESDAY}, morning."
        ),
        (
            "Eased: school 100001 is heard again, since Thursday 10 October 2024 "
            f"(from {TUESDAY}, morning until Thursday 10 October 2024, morning)."
        ),
    ]


def test_mass_absence_is_said_beside_what_is_usual() -> None:
    """Both as shares, cut to a tenth."""
    desk = Desk()
    for day in ("2024-10-01", "2024-10-02", "2024-10-03", "2024-10-04", "2024-10-07"):
        for half, at in (("AM", "09:05"), ("PM", "13:05")):
            desk.take(register(f"{day} {half}", f"{day} {at}", "I" + "/" * 29))
    words = said(*desk.take(register("2024-10-08 AM", "2024-10-08 09:05", "I" * 20 + "/" * 10)))
    assert words == [
        (
            "Raised: school 100001 had 20 of 30 pupils away (66.6 %); usual in the 5 school days before was 3.3 %, "
            f"as of {TUESDAY}, morning."
        )
    ]
    assert not re.search(r"truan|fine\b|penalt|fault|fail|neglect", " ".join(words), re.IGNORECASE)
