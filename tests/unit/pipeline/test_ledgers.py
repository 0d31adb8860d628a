"""A partition's pupils: what a batch does shows only once it is committed, and can be loaded again from its writes."""

import pytest

from streams.attendance.book import RuleBook
from streams.attendance.walk import Engine
from streams.contract.batches import BatchRegister
from streams.errors import StoredFormUnknown
from streams.pipeline.ledgers import Ledgers
from streams.pipeline.refusals import from_file
from streams.pipeline.since import Since
from streams.pipeline.speed import Speed
from streams.pipeline.work import Work
from tests.unit.pipeline.examples import ENGINE, FRIEND, HERE, PUPIL, SIBLING, THERE, line, mark, read, told

DAYS = ["2024-09-09", "2024-09-10", "2024-09-11", "2024-09-12"]


def register(day: str, *marks: dict[str, str], half: str = "AM", urn: int = HERE) -> BatchRegister:
    found = read(line(*marks, date=day, session=half, urn=urn, recorded_at=f"{day}T09:05:00+01:00")).register
    assert found is not None
    return found


@pytest.fixture
def ledgers() -> Ledgers:
    return Ledgers(ENGINE, from_file("f"))


def taken(ledgers: Ledgers, *registers: BatchRegister) -> Work:
    work = ledgers.work()
    for each in registers:
        work.take(each)
    return work


def committed(ledgers: Ledgers, *registers: BatchRegister) -> list[tuple[bytes, bytes | None]]:
    """Take and commit; return what was to be written."""
    work = taken(ledgers, *registers)
    writes = list(work.writes())
    work.commit()
    return writes


def loaded(*writes: tuple[bytes, bytes | None]) -> Ledgers:
    again = Ledgers(ENGINE, from_file("f"))
    for key, value in writes:
        again.load(key, value)
    return again


def state(ledgers: Ledgers) -> dict[str, object]:
    """Everything that is known of every pupil."""
    pupils = {key: ledgers.get(key) for key in list(ledgers.keys())}
    return {
        key: (pupil.year, pupil.book, pupil.announced, pupil.retired, pupil.ledger.pages)
        for key, pupil in pupils.items()
        if pupil
    }


ILL = [register(day, mark("I"), mark("O", SIBLING), half=half) for day in DAYS[:2] for half in ("AM", "PM")]


def test_a_batch_shows_nothing_until_it_is_committed(ledgers: Ledgers) -> None:
    """One that does not commit leaves no trace in memory."""
    committed(ledgers, ILL[0])
    before = state(ledgers)
    work = taken(ledgers, *ILL[1:], register(DAYS[2], mark("/", FRIEND)))
    assert told(work.alerts) == [("raised", "early-term", "mark")] * 2
    assert (state(ledgers), len(ledgers), ledgers.get(FRIEND)) == (before, 2, None)


def test_a_batch_that_is_dropped_and_taken_again_gives_the_same(ledgers: Ledgers) -> None:
    """Alerts and writes do not depend on what was tried before."""
    first, again = taken(ledgers, *ILL), taken(ledgers, *ILL)
    assert first.alerts == again.alerts
    assert dict(first.writes()) == dict(again.writes())


def test_within_a_batch_each_register_sees_those_before_it(ledgers: Ledgers) -> None:
    """Four registers in one batch give what four batches give."""
    one_by_one = Ledgers(ENGINE, from_file("f"))
    alerts = []
    for each in ILL:
        work = taken(one_by_one, each)
        alerts += work.alerts
        work.commit()
    work = taken(ledgers, *ILL)
    assert work.alerts == alerts
    work.commit()
    assert state(ledgers) == state(one_by_one)


def test_pupils_come_in_the_order_of_their_first_mark(ledgers: Ledgers) -> None:
    """Though a pupil may have another mark further down."""
    committed(ledgers, *ILL[:3])
    marks = [mark("I", SIBLING), mark("I"), mark("O", SIBLING)]
    assert [alert.pupil for alert in taken(ledgers, register(DAYS[1], *marks, half="PM")).alerts] == [SIBLING, PUPIL]


def test_the_cause_is_the_pupils_last_mark_in_the_register(ledgers: Ledgers) -> None:
    """Its code as read, though another of the register's marks holds."""
    committed(ledgers, *ILL[:3])
    (alert,) = taken(ledgers, register(DAYS[1], mark("I"), mark("H"), half="PM")).alerts
    assert alert.cause is not None
    assert (alert.cause.code, alert.cause.recorded_at, alert.urn) == ("C", f"{DAYS[1]}T09:05:00+01:00", HERE)


def test_what_was_written_loads_to_the_same_state(ledgers: Ledgers) -> None:
    """Pages and summaries of every batch, in order; the next register then gives the same alerts and writes."""
    writes = [write for each in ILL for write in committed(ledgers, each)]
    again = loaded(*writes)
    assert (len(again), state(again)) == (2, state(ledgers))
    correction = register(DAYS[1], mark("/"), mark("-", SIBLING), half="PM")
    ours, theirs = taken(ledgers, correction), taken(again, correction)
    assert ours.alerts == theirs.alerts
    assert dict(ours.writes()) == dict(theirs.writes())


def test_keys_name_the_pupil_and_the_page(ledgers: Ledgers) -> None:
    """A school month has a record of its own, and so has what is announced."""
    keys = {key for key, _ in committed(ledgers, ILL[0], register("2024-10-01", mark("/"), urn=THERE))}
    assert keys == {
        f"{PUPIL}/2024-09/100001".encode(), f"{PUPIL}/2024-10/100002".encode(), f"{PUPIL}/announced".encode(),
        f"{SIBLING}/2024-09/100001".encode(), f"{SIBLING}/announced".encode(),
    }  # fmt: skip


def test_a_mark_without_news_writes_its_page_alone(ledgers: Ledgers) -> None:
    """And one that changes nothing writes nothing."""
    committed(ledgers, ILL[0])
    assert [key for key, _ in committed(ledgers, register(DAYS[0], mark(), half="PM"))] == [
        f"{PUPIL}/2024-09/100001".encode()
    ]
    assert committed(ledgers, register(DAYS[0], mark(), half="PM")) == []


def test_pages_that_leave_with_the_year_are_tombstones(ledgers: Ledgers) -> None:
    """Loading them empties the pupil of those pages and of nothing else."""
    first = committed(ledgers, *ILL)
    later = committed(ledgers, register("2026-09-07", mark()))
    assert dict(later)[f"{PUPIL}/2024-09/100001".encode()] is None
    again = loaded(*first, *later)
    assert state(again) == state(ledgers)
    assert len(again) == 2


def test_a_pupil_whose_every_record_is_a_tombstone_is_gone() -> None:
    """Nothing is left of an erased pupil, and a tombstone of one never seen is none."""
    ledgers = Ledgers(ENGINE, from_file("f"))
    writes = committed(ledgers, ILL[0])
    again = loaded(*writes, *((key, None) for key, _ in writes), (f"{FRIEND}/announced".encode(), None))
    assert (len(again), list(again.keys()), again.get(PUPIL)) == (0, [], None)


UNKNOWN_KEYS = [
    "", "position", PUPIL, f"{PUPIL}/", f"{PUPIL}/2024-13/100001", f"{PUPIL}/2024-09/1", f"{PUPIL}/announced/2",
    f"{PUPIL.upper()}/announced", f"{PUPIL}/2024-09/100001\n",
]  # fmt: skip


@pytest.mark.parametrize("key", [*(key.encode() for key in UNKNOWN_KEYS), b"\xff" * 40])
def test_a_key_that_is_not_known_stops_the_reader_without_naming_it(key: bytes) -> None:
    """The message carries no pupil."""
    with pytest.raises(StoredFormUnknown) as stop:
        loaded((key, b""))
    assert PUPIL not in str(stop.value)


def test_a_page_or_summary_of_another_form_stops_the_reader() -> None:
    """A page at once, a summary when the pupil is first needed."""
    with pytest.raises(StoredFormUnknown, match="page"):
        loaded((f"{PUPIL}/2024-09/100001".encode(), b"\2\4"))
    ledgers = loaded((f"{PUPIL}/announced".encode(), b"\x91\x02"))
    with pytest.raises(StoredFormUnknown, match="summary"):
        ledgers.get(PUPIL)


def test_marks_that_are_too_old_are_counted_and_refused(ledgers: Ledgers) -> None:
    """Each alone, where those of other pupils in the same register are taken."""
    committed(ledgers, register("2024-09-09", mark()))
    work = taken(ledgers, register("2023-07-31", mark("O"), mark("O", SIBLING), mark("I")))
    assert [(letter.reason, letter.mark) for letter in work.refused] == [("too-old", 0), ("too-old", 2)]
    assert dict(work.marks) == {"too-old": 2, "taken": 1}
    assert [key for key, _ in work.writes() if key.startswith(PUPIL.encode())] == []


def test_another_rule_book_is_taken_up_at_each_pupils_next_mark(ledgers: Ledgers) -> None:
    """A pupil without a mark stays as it was announced."""
    writes = [write for each in ILL for write in committed(ledgers, each)]
    other = Ledgers(Engine(RuleBook("ours", 2, ENGINE.rules[:3])), from_file("f"))
    for key, value in writes:
        other.load(key, value)
    work = taken(other, register(DAYS[2], mark()))
    assert [(a.pupil, a.change, a.rule, a.reason, a.rulebook) for a in work.alerts] == [
        (PUPIL, "withdrawn", "early-term", "rulebook", "ours@2")
    ]


def test_after_a_restart_what_is_outstanding_waits_as_before() -> None:
    """Rows wait in proportion to all pupils, those without a mark since then too: it writes no flood of pages."""
    speed = Speed(1, 1, wait=True)
    before = Ledgers(ENGINE, from_file("f"), speed=speed, since=Since(a_pupil=4, least=0))
    writes = [*committed(before, ILL[0]), *committed(before, ILL[1])]
    after = Ledgers(ENGINE, from_file("f"), speed=speed, since=Since(a_pupil=4, least=0))
    for key, value in writes:
        after.load(key, value)
    written = [key for key, _ in committed(after, register(DAYS[1], mark("I", FRIEND)))]
    assert sorted(key.split(b"/")[0] for key in written) == [FRIEND.encode(), b"since"]
