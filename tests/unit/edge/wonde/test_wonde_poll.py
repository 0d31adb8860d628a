"""Polls of one school: what is passed on, where the next poll begins, and what waits."""

import json
import sqlite3
from pathlib import Path

import pytest

from streams.edge.wonde import poll as polling_module
from streams.edge.wonde.problems import AnswerChanged, NotAllowed, TokenRefused, Unavailable
from streams.edge.wonde.state import State
from tests.support.upns import ANNA, BEN
from tests.support.wonde import NAME, NOTE, Wonde, broken, cut, renamed, too_many
from tests.unit.edge.wonde.examples import Polling, pseudonym

A, B = pseudonym(ANNA), pseudonym(BEN)
MORNING, NOON, LATER = "2024-09-30T09:05:00+01:00", "2024-09-30T12:00:00+01:00", "2024-10-01T08:00:00+01:00"


@pytest.fixture
def wonde() -> Wonde:
    """Two children with a mark each."""
    wonde = Wonde(students={"S1": ANNA, "S2": BEN})
    wonde.mark("M1", "S1", "C1", MORNING)
    wonde.mark("M2", "S2", "C3", MORNING)
    return wonde


@pytest.fixture
def polling(wonde: Wonde, tmp_path: Path) -> Polling:
    return Polling(wonde, tmp_path)


def _asked_after(wonde: Wonde) -> list[str]:
    """The times after which marks were asked for, poll by poll."""
    return [query["updated_after"] for path, query in wonde.asked if path.endswith("session") and "at" not in query]


def test_marks_are_grouped_by_session_and_resolved(polling: Polling, wonde: Wonde) -> None:
    """Codes by the list of codes, children by UPN and then pseudonym; times are Wonde's."""
    wonde.mark("M3", "S1", "C2", MORNING, half="PM")
    tally = polling.poll()
    assert (tally.registers, tally.marks) == (2, 3)
    assert polling.marks() == [
        (A, "2024-09-30", "AM", "/"),
        (B, "2024-09-30", "AM", "N"),
        (A, "2024-09-30", "PM", "\\"),
    ]
    assert {(r["urn"], r["source"], r["recorded_at"]) for r in polling.sent} == {
        (100001, "wonde", "2024-09-30T08:05:00+00:00")
    }


def test_names_comments_and_upns_end_at_the_edge(polling: Polling) -> None:
    """Neither what is sent nor what is kept has them."""
    polling.poll()
    kept = b"".join(path.read_bytes() for path in polling.folder.iterdir())
    for text in (ANNA, BEN, NAME, NOTE):
        assert text not in json.dumps(polling.sent)
        assert text.encode() not in kept


def test_the_next_poll_asks_from_where_the_last_one_stopped(polling: Polling, wonde: Wonde) -> None:
    """Less five minutes; and a change is sent, what did not change is not."""
    polling.poll()
    polling.sent.clear()
    wonde.mark("M2", "S2", "C4", NOON)
    assert polling.poll().marks == 1
    assert _asked_after(wonde) == ["2023-08-01 00:00:00", "2024-09-30 08:00:00"]
    assert (B, "2024-09-30", "AM", "I") in polling.marks()


def test_a_mark_that_did_not_change_is_sent_once(polling: Polling) -> None:
    """Though every poll asks for the last five minutes again."""
    polling.poll()
    assert polling.poll().marks == 0
    assert len(polling.sent) == 1


def test_what_was_delivered_but_not_remembered_is_sent_again_as_the_same_register(
    polling: Polling, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is killed between the two doubles nothing: the id is made of what is in it."""
    with monkeypatch.context() as killed:
        killed.setattr(State, "commit", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            polling.poll()
    polling.poll()
    first, second = polling.sent
    assert first == second


def test_a_deleted_mark_is_sent_as_no_mark(polling: Polling, wonde: Wonde) -> None:
    """Recorded when it was deleted; and once."""
    polling.poll()
    polling.sent.clear()
    wonde.delete("M1", NOON)
    assert polling.poll().deleted == 1
    assert (A, "2024-09-30", "AM", "-") in polling.marks()
    assert [r["recorded_at"] for r in polling.sent if r["marks"][0]["code"] == "-"] == ["2024-09-30T11:00:00+00:00"]
    assert polling.poll().deleted == 0


def test_a_deleted_mark_that_was_entered_anew_stands(polling: Polling, wonde: Wonde) -> None:
    """A school that deletes and enters again does not lose the new one, however late it is told of the deletion."""
    polling.poll()
    wonde.mark("M9", "S1", "C4", NOON)
    wonde.delete("M1", LATER)
    polling.sent.clear()
    assert polling.poll().deleted == 0
    assert "-" not in [code for *_, code in polling.marks()]


def test_deletions_of_other_things_are_nothing_to_us(polling: Polling, wonde: Wonde) -> None:
    """And so are those of marks that were restored."""
    polling.poll()
    polling.sent.clear()
    wonde.deletions += [
        {"id": "M1", "type": "lesson-attendance", "deleted_at": wonde.marks["M1"]["updated_at"]},
        {"id": "M2", "type": "attendance", "deleted_at": wonde.marks["M1"]["updated_at"], "restored_at": {"date": "x"}},
        {"id": "M77", "type": "attendance", "deleted_at": wonde.marks["M1"]["updated_at"]},
    ]
    assert polling.poll().deleted == 0
    assert "-" not in [code for *_, code in polling.marks()]


def test_a_mark_that_moves_to_another_session_empties_the_old_one(polling: Polling, wonde: Wonde) -> None:
    """The same record with another session is two changes."""
    polling.poll()
    polling.sent.clear()
    wonde.mark("M1", "S1", "C2", NOON, half="PM")
    polling.poll()
    assert {(A, "2024-09-30", "AM", "-"), (A, "2024-09-30", "PM", "\\")} <= set(polling.marks())


def test_marks_of_a_child_without_a_upn_wait_until_there_is_one(polling: Polling, wonde: Wonde) -> None:
    """Nothing is lost, though Wonde does not send the mark again."""
    wonde.students["S2"] = None
    assert polling.poll().held == {"student-without-upn": 1}
    wonde.students["S2"] = BEN
    polling.sent.clear()
    assert not polling.poll().held
    assert (B, "2024-09-30", "AM", "N") in polling.marks()


def test_marks_with_a_code_that_is_none_wait(polling: Polling, wonde: Wonde) -> None:
    """One that Wonde does not list, and one that England does not."""
    wonde.mark("M3", "S1", "C9", MORNING, half="PM")
    wonde.mark("M4", "S2", "C77", MORNING, half="PM")
    assert polling.poll().held == {"unknown-code": 1, "code-not-listed": 1}
    assert len(polling.marks()) == 2


def test_a_record_that_cannot_be_read_is_kept_in_mind(polling: Polling, wonde: Wonde) -> None:
    """The others go on; when it can be read it goes too."""
    good = dict(wonde.marks["M2"])
    del wonde.marks["M2"]["session"]
    tally = polling.poll()
    assert (tally.marks, tally.unreadable, tally.held) == (1, 1, {"unreadable": 1})
    wonde.marks["M2"] = good
    assert not polling.poll().held


def test_a_record_that_could_not_be_read_for_a_while_waits_no_more(polling: Polling, wonde: Wonde) -> None:
    """Also where it is as it was passed on before."""
    polling.poll()
    wonde.faults += [lambda answer: (answer[0], answer[1], answer[2].replace(b'"session": "AM"', b'"session": 1', 1))]
    assert polling.poll().held == {"unreadable": 1}
    assert not polling.poll().held


def test_a_changed_field_stops_the_school_before_anything_is_passed_over(polling: Polling, wonde: Wonde) -> None:
    """Where most records cannot be read, the cursor stays; with the old name all come."""
    wonde.faults += [renamed("student_id", "learner")]
    with pytest.raises(AnswerChanged, match="2 of 2 records"):
        polling.poll()
    assert not polling.sent
    assert polling.poll().marks == 2


def test_an_included_object_in_the_place_of_an_id_is_understood(polling: Polling, wonde: Wonde) -> None:
    """Ids may come as `student: {data: {id}}`."""
    for mark in wonde.marks.values():
        mark["student"] = {"data": {"id": mark.pop("student_id"), "surname": NAME}}
        mark["attendance_code"] = {"data": {"id": mark.pop("attendance_code_id")}}
        mark["date"] = {"date": "2024-09-30 00:00:00.000000", "timezone_type": 3, "timezone": "Europe/London"}
    assert polling.poll().marks == 2


@pytest.mark.parametrize("fault", [broken, cut, too_many()])
def test_a_fault_that_passes_is_not_seen(polling: Polling, wonde: Wonde, fault: object) -> None:
    """The page is asked for again, and its marks come once."""
    wonde.faults += [fault, fault, None, fault]  # type: ignore[list-item]
    assert polling.poll().marks == 2
    assert len(polling.waits) == 3


def test_wonde_is_given_the_time_it_asks_for(polling: Polling, wonde: Wonde) -> None:
    """Retry-After is waited for, but not for ever."""
    wonde.faults += [too_many(90), too_many(86_400)]
    polling.poll()
    assert polling.waits == [90, 300]


def test_a_fault_that_stays_leaves_the_cursor(polling: Polling, wonde: Wonde) -> None:
    """After six tries the school waits; the next poll has it all."""
    wonde.faults += [broken] * 6
    with pytest.raises(Unavailable, match="6 tries"):
        polling.poll()
    assert polling.poll().marks == 2


def test_an_expired_token_is_told_at_once(polling: Polling, wonde: Wonde) -> None:
    """No try is repeated, and the token is not shown."""
    wonde.token = "another"  # noqa: S105 - of the invented server
    with pytest.raises(TokenRefused, match="expired") as refused:
        polling.poll()
    assert not polling.waits
    assert "invented" not in str(refused.value)


def test_a_school_that_is_not_shared_is_told(polling: Polling, wonde: Wonde) -> None:
    """It is that school's matter alone."""
    wonde.schools.clear()
    with pytest.raises(NotAllowed, match="403"):
        polling.poll()


def _many(wonde: Wonde, count: int) -> None:
    wonde.marks.clear()
    wonde.per_page = 3
    for number in range(count):
        day = f"2024-09-{2 + number % 25:02}"
        wonde.mark(f"M{number}", "S1", "C1", f"{day}T09:05:00+01:00", date=day, half="AM" if number < 25 else "PM")


def test_all_pages_are_read(polling: Polling, wonde: Wonde) -> None:
    """By the query of the address of the next page; its host is never asked."""
    _many(wonde, 20)
    assert polling.poll().marks == 20


def test_a_poll_cut_short_goes_on_at_its_page(polling: Polling, wonde: Wonde, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was passed on is not asked for again, and the cursor ends where one whole poll would have ended."""
    monkeypatch.setattr(polling_module, "PAGES_AT_ONCE", 2)
    _many(wonde, 20)
    polling.stop_after = 1
    polling.poll()
    assert len(polling.marks()) == 6
    polling.stop_after = 1 << 30
    wonde.asked.clear()
    polling.poll()
    assert next(query["at"] for path, query in wonde.asked if path.endswith("session")) == "6"
    assert len(set(polling.marks())) == len(polling.marks()) == 20
    polling.poll()
    assert _asked_after(wonde)[-1] == "2024-09-21 08:00:00"


def test_a_page_that_is_gone_begins_the_poll_anew(
    polling: Polling, wonde: Wonde, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A query that was kept too long does not stop a school for ever."""
    monkeypatch.setattr(polling_module, "PAGES_AT_ONCE", 2)
    _many(wonde, 20)
    polling.stop_after = 1
    polling.poll()
    polling.stop_after = 1 << 30
    wonde.faults += [lambda _: (422, {}, b"{}")]
    polling.poll()
    assert len(set(polling.marks())) == 20


def test_what_kafka_did_not_take_is_asked_for_again(polling: Polling) -> None:
    """The cursor moves only after the delivery."""
    polling.lose = True
    with pytest.raises(ConnectionError):
        polling.poll()
    polling.lose = False
    assert polling.poll().marks == 2


def test_a_clock_from_the_future_does_not_carry_the_cursor_away(polling: Polling, wonde: Wonde) -> None:
    """The mark itself waits; the next poll begins no later than now."""
    wonde.mark("M3", "S1", "C1", "2031-01-01T00:00:00Z", half="PM")
    assert polling.poll().held == {"recorded-in-future": 1}
    polling.poll()
    assert _asked_after(wonde)[-1] == "2024-10-01 11:55:00"


def test_only_its_owner_can_open_the_state(polling: Polling) -> None:
    """It says which children had a mark, by pseudonym."""
    polling.poll()
    assert (polling.folder / "wonde.sqlite").stat().st_mode & 0o077 == 0


def test_what_waits_has_ids_of_wonde_alone(polling: Polling, wonde: Wonde) -> None:
    """Neither names nor notes are kept with it."""
    wonde.students["S2"] = None
    polling.poll()
    with sqlite3.connect(polling.folder / "wonde.sqlite") as db:
        rows = db.execute("SELECT fields FROM waiting").fetchall()
    db.close()
    assert json.loads(rows[0][0]) == ["M2", "S2", "C3", "2024-09-30", "AM", None, "2024-09-30T08:05:00+00:00"]
