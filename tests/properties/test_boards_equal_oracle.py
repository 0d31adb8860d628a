"""Boards and a second reading of the rules about schools say the same."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.attendance.codes import CODES
from streams.attendance.sessions import session_of
from streams.contract.batches import BatchRegister
from tests.oracle.schools import Calendar, Numbers, School, Sent
from tests.properties.school_machines import END, replayed
from tests.support.school_logs import PLANNED, TERM, weeks_of

SMALL = Numbers(pupils=3, points=15, times=2, days=4, least_days=2)
CALENDARS = {
    PLANNED.urn: Calendar(
        {"AM": time(8, 40), "PM": time(13)}, (TERM.first, TERM.last), frozenset({PLANNED.closures[0].first})
    )
}


def session(slot: int) -> tuple[date, str]:
    day, half = session_of(slot)
    return date.fromisoformat(day), half


def school(urn: int, registers: list[BatchRegister]) -> School:
    sent = [
        Sent(
            datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=register.received_ms),
            session(register.slot),
            [(mark.pupil, CODES[mark.code], mark.recorded) for mark in register.marks],
        )
        for register in registers
        if register.urn == urn
    ]
    return School(sent, CALENDARS.get(urn, Calendar()), SMALL)


def hold_equal(registers: list[BatchRegister]) -> int:
    """Every alert of both rules, its interval too; return how many there were."""
    boards, now = replayed(registers), registers[-1].received_ms + END
    found = 0
    for urn in {register.urn for register in registers}:
        oracle = school(urn, registers)
        board = boards.boards.get(urn)
        assert board is not None
        said = {rule: {} for rule in ("register-missing", "mass-absence", "feed-silent")}
        for alert in board.announced:
            said[alert.rule][session(alert.start)] = None if alert.end is None else session(alert.end)
        end = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=now)
        assert said["register-missing"] == oracle.register_missing(end)
        assert said["mass-absence"] == dict(oracle.mass_absence())
        found += len(said["register-missing"]) + len(said["mass-absence"])
    return found


@given(seed=st.integers(0, 100_000))
@settings(max_examples=15)
def test_missing_registers_and_mass_absence_are_as_read_a_second_time(seed: int) -> None:
    """Over two weeks that a board keeps as a whole, corrections, deletions and closures among them."""
    hold_equal(weeks_of(seed, weeks=2))


def test_the_logs_have_what_is_compared() -> None:
    """Fixed seeds give alerts to compare, of schools with a calendar and without."""
    assert sum(hold_equal(weeks_of(seed, weeks=2)) for seed in (1, 2)) > 10
