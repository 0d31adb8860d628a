"""A batch whose marks are screened leaves no trace before it is committed, and knows what is forgotten."""

from typing import Any

import pytest

from streams.attendance.pupil import Pupil
from streams.contract.batches import BatchRegister, Command
from streams.contract.messages import Alert
from streams.pipeline.erased import Erased
from streams.pipeline.ledgers import Ledgers
from streams.pipeline.refusals import from_file
from streams.pipeline.speed import Speed
from streams.pipeline.stored import stored_records
from streams.pipeline.work import Work
from tests.unit.pipeline.examples import ENGINE, FRIEND, PUPIL, SIBLING, THERE, line, mark, read

PAGE, SUMMARY = f"{PUPIL}/2024-09/100001".encode(), f"{PUPIL}/announced".encode()


def register(
    day: int,
    code: str = "/",
    *pupils: str,
    at: str = "09:05",
    **fields: Any,  # noqa: ANN401 - as `line`
) -> BatchRegister:
    date = f"2024-09-{day:02}"
    marks = [mark(code, pupil) for pupil in pupils or (PUPIL, SIBLING)]
    found = read(line(*marks, date=date, recorded_at=f"{date}T{at}:00+01:00", **fields)).register
    assert found is not None
    return found


@pytest.fixture
def ledgers() -> Ledgers:
    """Two pupils with two days in September, of which the second was screened."""
    made = Ledgers(ENGINE, from_file("f"), Erased(b"k" * 32), speed=Speed(1, 1, wait=True))
    for day in (9, 10):
        taken(made, register(day)).commit()
    return made


def taken(ledgers: Ledgers, *registers: BatchRegister) -> Work:
    work = ledgers.work()
    work.take(*registers)
    return work


def pages(ledgers: Ledgers, key: str) -> dict[int, bytes]:
    pupil = ledgers.get(key)
    return {} if pupil is None else dict(pupil.ledger.pages)


def test_plain_appends_are_screened(ledgers: Ledgers) -> None:
    """Of a day that comes next; one for a day that lies behind goes the exact way."""
    work = taken(ledgers, register(11), register(12))
    assert dict(work.marks) == {"taken": 4, "screened": 4}
    assert taken(ledgers, register(30), register(9, "I")).marks["screened"] == 2


@pytest.mark.parametrize("at", ["09:06", "09:05", "09:04"])
def test_amendments_of_the_last_day_are_screened(ledgers: Ledgers, at: str) -> None:
    """Whether they hold or not; what is stored is what the exact way stores."""
    work = taken(ledgers, register(11, "L"), register(11, "I", at=at))
    assert work.marks["screened"] == 4
    work.commit()
    alone = Ledgers(ENGINE, from_file("f"))
    for each in (register(9), register(10), register(11, "L"), register(11, "I", at=at)):
        taken(alone, each).commit()
    assert pages(ledgers, PUPIL) == pages(alone, PUPIL)


def test_an_amended_morning_is_written_after_its_afternoon_was(ledgers: Ledgers) -> None:
    """What is loaded from all that was written is what is in memory."""
    loaded, afternoon = Ledgers(ENGINE, from_file("f")), register(11, at="13:05", session="PM")
    held = ledgers.get(PUPIL)
    assert held is not None
    writes: list[tuple[bytes, bytes | None]] = [*stored_records(held)]
    for batch in ([register(11, "L"), afternoon], [register(11, "I", at="14:00")]):
        work = taken(ledgers, *batch)
        assert work.marks["screened"] == work.marks["taken"]
        writes += work.writes()
        work.commit()
    for key, value in writes:
        loaded.load(key, value)
    assert pages(loaded, PUPIL) == pages(ledgers, PUPIL) != {}


@pytest.mark.parametrize("first", [11, 10])
def test_an_amendment_in_a_month_of_two_schools_goes_the_exact_way(ledgers: Ledgers, first: int) -> None:
    """Whether the other has a mark for that session or for another one."""
    taken(ledgers, register(first, "D", urn=THERE), register(11, "L")).commit()
    assert taken(ledgers, register(11, "I", at="09:06")).marks["screened"] == 0


@pytest.mark.parametrize("code", ["L", "I", "-", "#"])
@pytest.mark.parametrize("month_ends", [False, True])
def test_what_a_late_mark_changed_is_written(ledgers: Ledgers, code: str, *, month_ends: bool) -> None:
    """Where its page is closed in the same batch too: with what was written before it is the state of the exact way."""
    october = read(line(mark("/", PUPIL), date="2024-10-01", recorded_at="2024-10-01T09:05:00+01:00")).register
    batch = [register(9, code, PUPIL, at="09:06"), *([october] if month_ends and october else [])]
    before, alone, loaded = ledgers.get(PUPIL), Ledgers(ENGINE, from_file("f")), Ledgers(ENGINE, from_file("f"))
    assert before is not None
    work = ledgers.work()
    for each in batch:
        work.take(each)
    for key, value in (*stored_records(before), *work.writes()):
        loaded.load(key, value)
    work.commit()
    for each in (register(9), register(10), *batch):
        taken(alone, each).commit()
    assert pages(loaded, PUPIL) == pages(ledgers, PUPIL) == pages(alone, PUPIL)


def test_an_amendment_after_which_a_rule_is_on_or_off_goes_the_exact_way(ledgers: Ledgers) -> None:
    """The second time that the bus did not come, and it had come after all."""
    taken(ledgers, register(11, "Q"), register(12)).commit()
    on, off = register(12, "Q", PUPIL, at="09:06"), register(12, "I", PUPIL, at="09:07")
    work = taken(ledgers, on)
    assert ([alert.reason for alert in work.alerts], work.marks["screened"]) == (["correction"], 0)
    work.commit()
    work = taken(ledgers, off)
    assert ([alert.change for alert in work.alerts], work.marks["screened"]) == (["withdrawn"], 0)


def test_screened_marks_show_in_nothing_until_they_are_committed(ledgers: Ledgers) -> None:
    """A batch that is dropped leaves no trace, and taken again gives the same writes."""
    before = pages(ledgers, PUPIL)
    dropped = dict(taken(ledgers, register(11), register(12, "N")).writes())
    assert pages(ledgers, PUPIL) == before
    again = taken(ledgers, register(11), register(12, "N"))
    assert dict(again.writes()) == dropped
    again.commit()
    assert pages(ledgers, PUPIL) != before


def test_a_pupil_screened_and_forgotten_in_one_batch_leaves_tombstones_alone(ledgers: Ledgers) -> None:
    """The page that was open too; and a pupil who comes later gets nothing of it."""
    work = taken(ledgers, register(11))
    work.obey(Command(kind="forget", pupil=PUPIL, asked_ms=1))
    writes = dict(work.writes())
    assert (writes[PAGE], writes[SUMMARY]) == (None, None)
    work.commit()
    assert (ledgers.get(PUPIL), len(ledgers), list(ledgers.keys())) == (None, 1, [SIBLING])
    taken(ledgers, register(12, "/", FRIEND)).commit()
    alone = Ledgers(ENGINE, from_file("f"))
    taken(alone, register(12, "/", FRIEND)).commit()
    assert pages(ledgers, FRIEND) == pages(alone, FRIEND)


def test_marks_of_the_erased_are_not_screened(ledgers: Ledgers) -> None:
    """Received before they were readmitted, each is refused, and those of others go on."""
    work = ledgers.work()
    work.obey(Command(kind="forget", pupil=PUPIL, asked_ms=1))
    work.take(register(11), register(12))
    assert [(letter.reason, letter.mark) for letter in work.refused] == [("erased", 0)] * 2
    assert dict(work.marks) == {"erased": 2, "taken": 2, "screened": 2}


def test_what_was_on_for_a_morning_alone_is_withdrawn_with_it(ledgers: Ledgers) -> None:
    """The eleventh session of a suspension in a row, and there in the afternoon: that morning is amended."""
    suspended = [register(day, "E", PUPIL, session=half) for day in (11, 12, 13, 16, 17) for half in ("AM", "PM")]
    work = taken(ledgers, *suspended, register(18, "E", PUPIL), register(18, "/", PUPIL, session="PM"))
    assert "suspended-without-provision" in {alert.rule for alert in work.alerts if alert.change == "eased"}
    work.commit()
    work = taken(ledgers, register(18, "/", PUPIL, at="09:06"))
    assert "suspended-without-provision" in {alert.rule for alert in work.alerts if alert.change == "withdrawn"}


def buses() -> list[BatchRegister]:
    """Two days without the bus, and one with it after four weeks: a rule goes on, and off."""
    lines = [
        line(mark(code), date=date, recorded_at=f"{date}T09:05:00+01:00")
        for date, code in [("2024-09-11", "Q"), ("2024-09-12", "Q"), ("2024-09-13", "/")]
        + [(f"2024-{day}", "/") for day in ("09-16", "09-23", "09-30", "10-07", "10-14")]
    ]
    registers = [read(each).register for each in lines]
    return [register for register in registers if register is not None]


def held(ledgers: Ledgers) -> dict[bytes, bytes]:
    pupil = ledgers.get(PUPIL)
    assert pupil is not None
    return dict(stored_records(pupil))


def one_by_one(ledgers: Ledgers, *registers: BatchRegister) -> list[Alert]:
    found = []
    for each in registers:
        work = taken(ledgers, each)
        work.commit()
        found += work.alerts
    return found


@pytest.mark.parametrize("late", [[], [register(9, "I", PUPIL, at="09:06")], [register(11, "L", PUPIL, at="09:06")]])
def test_whom_marks_have_flipped_goes_on_screened(ledgers: Ledgers, late: list[BatchRegister]) -> None:
    """Alerts, and what is stored and written, are those of the exact way; also where a late mark follows."""
    alone, loaded, before = Ledgers(ENGINE, from_file("f")), Ledgers(ENGINE, from_file("f")), held(ledgers)
    work = taken(ledgers, *buses(), *late)
    for key, value in (*before.items(), *work.writes()):
        loaded.load(key, value)
    work.commit()
    one_by_one(alone, register(9), register(10))
    assert work.alerts == one_by_one(alone, *buses(), *late)
    assert {"raised", "eased"} <= {alert.change for alert in work.alerts}
    assert work.marks["screened"] == len(buses())
    assert held(ledgers) == held(loaded) == held(alone)


def test_what_was_told_of_a_pupil_forgotten_in_the_same_batch_is_withdrawn(ledgers: Ledgers) -> None:
    """And nothing of it is written."""
    work = taken(ledgers, *buses()[:2])
    work.obey(Command(kind="forget", pupil=PUPIL, asked_ms=1))
    assert [(alert.change, alert.sequence) for alert in work.alerts] == [("raised", 1), ("withdrawn", 2)]
    assert dict(work.writes())[SUMMARY] is None


def test_what_a_fault_had_left_untold_is_told_with_the_numbers_of_its_own_session(ledgers: Ledgers) -> None:
    """When its rule goes off: raised with the two mornings that it was raised for, and eased with none."""
    one_by_one(ledgers, *buses()[:-2])
    loaded, nothing = Ledgers(ENGINE, from_file("f"), speed=Speed(1, 1, wait=True)), Pupil.newborn(PUPIL, ENGINE)
    for key, value in (held(ledgers) | {SUMMARY: nothing.summary()}).items():
        loaded.load(key, value)
    work = taken(loaded, buses()[-2])
    assert [(alert.change, alert.evidence["counted"]) for alert in work.alerts] == [("raised", 2), ("eased", 0)]
    assert work.marks["screened"] == 1
