"""A mark that is too old is a dead letter that can be mended and sent again."""

import json

import pytest

from streams.contract.messages import Origin
from streams.pipeline.refusals import from_file, from_topic, too_old
from tests.unit.pipeline.examples import FROM, TOPIC, line, mark, only, read, read_from_topic, reasons


@pytest.mark.parametrize(
    "sent",
    [
        mark("O"), mark("J"), mark("H"), mark(""), mark("\\"),
        mark("L", minutes_late=0), mark("U", recorded_at="2019-09-09T09:20:00.5+01:00", minutes_late=600),
    ],
)  # fmt: skip
def test_its_json_sent_again_as_a_register_of_one_mark_is_the_same_mark(sent: dict[str, object]) -> None:
    """Pupil, code as sent, minutes, and the time that counted."""
    intake = read(line(mark(), sent, date="2019-09-09", recorded_at="2019-09-09T09:05:00+01:00"))
    assert intake.register is not None
    register, refused = intake.register, intake.register.marks[1]
    letter = too_old(register, refused, from_file("f"))
    assert (letter.reason, letter.mark, letter.date, letter.session) == ("too-old", 1, "2019-09-09", "AM")
    again = read(line(json.loads(letter.value), date="2019-09-09", recorded_at="2026-01-01T00:00:00Z"))
    assert reasons(again) == []
    assert again.register is not None
    (same,) = again.register.marks
    assert (same.pupil, same.code, same.recorded, same.sent, same.minutes_late) == (
        refused.pupil, refused.code, refused.recorded, refused.sent, refused.minutes_late,
    )  # fmt: skip


def test_it_names_where_its_register_came_from() -> None:
    """Topic, partition and offset; or file and line."""
    of_topic, of_file = read_from_topic(line(), 0).register, read(line()).register
    assert of_topic is None  # received in 1970, so recorded in the future
    of_topic = read_from_topic(line(), 1_800_000_000_000).register
    assert of_topic is not None
    assert of_file is not None
    assert from_topic("firstbell.registers")(of_topic) == TOPIC
    assert from_file("registers.jsonl")(of_file) == FROM
    assert too_old(of_file, of_file.marks[0], from_file("x")).origin == Origin(file="x", line=7)


def test_its_words_say_nothing_of_the_pupil() -> None:
    """Only of the year."""
    intake = read(line(mark("O")))
    assert intake.register is not None
    detail = too_old(intake.register, intake.register.marks[0], from_file("f")).detail
    assert detail == "the session is before the pupil's year and the year before it"
    assert only([too_old(intake.register, intake.register.marks[0], from_file("f"))]).register_id == "r-1"
