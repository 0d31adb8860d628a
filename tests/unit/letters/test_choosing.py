"""Which dead letters an operator means."""

import pytest

from streams.contract.codec import dead_letter_headers
from streams.contract.messages import Origin
from streams.errors import Refuse
from streams.letters.choosing import Choice, Place, lying, moment, origin_like, place
from tests.unit.letters import examples

AT = 1_725_868_800_000  # 2024-09-09T09:00 in London


def test_the_empty_choice_takes_all() -> None:
    """What is not asked for is not looked at."""
    assert Choice().takes(examples.lying())


@pytest.mark.parametrize(
    ("choice", "taken"),
    [
        (Choice(reasons=frozenset({"unknown-code"})), True),
        (Choice(reasons=frozenset({"too-old"})), False),
        (Choice(schools=frozenset({100001})), True),
        (Choice(schools=frozenset({100002})), False),
        (Choice(since=AT), True),
        (Choice(since=AT + 1), False),
        (Choice(until=AT), False),
        (Choice(until=AT + 1), True),
        (Choice(places=frozenset({Place(1, 7)})), True),
        (Choice(places=frozenset({Place(7, 1)})), False),
        (Choice(origin=Origin(topic=examples.REGISTERS)), True),
        (Choice(origin=Origin(topic=examples.REGISTERS, partition=3)), True),
        (Choice(origin=Origin(topic=examples.REGISTERS, partition=3, offset=42)), False),
        (Choice(origin=Origin(topic="other")), False),
        (Choice(reasons=frozenset({"unknown-code"}), schools=frozenset({100002})), False),
    ],
)
def test_each_wish_narrows(choice: Choice, taken: bool) -> None:  # noqa: FBT001 - the table's answer
    """And all of them must hold."""
    assert choice.takes(examples.lying(stamped_ms=AT)) is taken


def test_a_date_is_a_day_in_london() -> None:
    """`--until` a date includes it, and summer time counts."""
    assert moment("2024-09-09T09:00") == AT
    assert moment("2024-09-09T08:00+00:00") == AT
    assert moment("2024-09-09", end=True) - moment("2024-09-09") == 24 * 3600 * 1000
    assert moment("2024-12-02T09:00") == moment("2024-12-02T09:00:00Z")


@pytest.mark.parametrize("text", ["yesterday", "", "2024-13-01"])
def test_what_is_no_time_is_refused(text: str) -> None:
    """With the forms that are."""
    with pytest.raises(Refuse, match="2024-09-09T08:30"):
        moment(text)


def test_places_and_origins_are_read_as_they_are_written() -> None:
    """`3/41`, and a topic with or without its partition and offset."""
    assert str(place("3/41")) == "3/41"
    assert origin_like("firstbell.registers/3/41") == Origin(topic="firstbell.registers", partition=3, offset=41)
    assert origin_like("firstbell.registers/0") == Origin(topic="firstbell.registers", partition=0)
    for wrong in ("3", "3/", "-1/2", "a/b"):
        with pytest.raises(Refuse, match="PARTITION/OFFSET"):
            place(wrong)
    with pytest.raises(Refuse, match="is no origin"):
        origin_like("registers/three")


def test_a_record_that_is_not_ours_is_passed_over() -> None:
    """Somebody else wrote to the topic."""
    assert lying(0, 0, AT, [("x", b"y")], b"") is None
    found = lying(1, 7, AT, dead_letter_headers(examples.letter()), examples.MARK)
    assert found == examples.lying(stamped_ms=AT)
