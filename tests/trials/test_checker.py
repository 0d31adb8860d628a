"""The checker: it lets a flawless history pass, and finds every flaw."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

import msgspec
import pytest

from streams.contract.codec import dead_letter_from, decode_alert
from streams.topology.position import POSITION_KEY
from tests.support.hostile import pupil_key
from tests.trials.checker import check
from tests.trials.examples import flawless
from tests.trials.history import Exit, History, Span
from tests.trials.plan import Kind

Flaw = Callable[[History], None]


@pytest.fixture
def history() -> History:
    """A flawless history, this test's own."""
    return deepcopy(flawless())


def test_a_flawless_history_passes(history: History) -> None:
    """It has alerts, dead letters of either stage and state, so that there is something to be wrong."""
    assert check(history) == check(history)
    assert check(history).findings == []
    assert (check(history).lost, check(history).doubled, check(history).drift) == (0, 0, 0)
    assert len(history.alerts) > 10
    reasons = {dead_letter_from(record.headers, record.value).reason for record in history.dead_letters}
    assert {"too-old", "not-json"} <= reasons


def lose_an_alert(history: History) -> None:
    del history.alerts[5]


def lose_the_first_of_an_id(history: History) -> None:
    """Of an alert that has more."""
    found = [decode_alert(each.value or b"") for each in history.alerts]
    later = {alert.alert_id for alert in found if alert.sequence > 1}
    del history.alerts[next(i for i, alert in enumerate(found) if alert.alert_id in later)]


def lose_the_last_alert(history: History) -> None:
    del history.alerts[-1]


def double_an_alert(history: History) -> None:
    history.alerts.append(history.alerts[3])


def lose_an_alert_of_a_school(history: History) -> None:
    found = [decode_alert(each.value or b"") for each in history.alerts]
    del history.alerts[next(i for i, alert in enumerate(found) if alert.pupil is None)]


def see_fewer_uncommitted(history: History) -> None:
    history.aborted_too = history.aborted_too[1:]


def pass_over_a_register(history: History) -> None:
    assert history.last
    history.last = replace(history.last, registers_done={**history.last.registers_done, 0: 1})


def lose_a_register(history: History) -> None:
    history.sent += 1


def lose_marks(history: History) -> None:
    del history.marks[3]


def lose_a_dead_letter(history: History) -> None:
    del history.dead_letters[0]


def double_a_letter_too_old(history: History) -> None:
    letters = [each for each in history.dead_letters if dead_letter_from(each.headers, each.value).reason == "too-old"]
    history.dead_letters.append(letters[0])


def change_a_dead_letter(history: History) -> None:
    history.dead_letters[0] = replace(history.dead_letters[0], value=b"else")


def lose_a_page(history: History) -> None:
    pages = [number for number, each in enumerate(history.ledgers) if b"/20" in (each.key or b"")]
    key = history.ledgers[pages[-1]].key
    history.ledgers = [each for each in history.ledgers if each.key != key]


def keep_an_old_page(history: History) -> None:
    """As when a zombie writes after the new owner."""
    first = next(each for each in history.ledgers if b"/20" in (each.key or b""))
    assert any(each.key == first.key and each.value != first.value for each in history.ledgers)
    history.ledgers.append(first)


def lose_a_board(history: History) -> None:
    key = history.boards[0].key
    history.boards = [each for each in history.boards if each.key != key]


def go_back_in_registers(history: History) -> None:
    positions = [each for each in history.boards if each.key == POSITION_KEY]
    history.boards.append(positions[0])


def go_back(history: History) -> None:
    positions = [each for each in history.ledgers if each.key == POSITION_KEY]
    history.ledgers.append(positions[0])


def end_by_itself(history: History) -> None:
    history.exits.append(Exit(at=9, worker=0, code=1, cause=""))


def stop_without_a_reason(history: History) -> None:
    history.spans.append(Span(kind=Kind.SCALE, began=1, healed=50))
    history.exits.append(Exit(at=9, worker=0, code=70, cause="", why="a batch: PositionLost: gone"))


def stop_without_a_word(history: History) -> None:
    history.spans.append(Span(kind=Kind.BROKER_KILL, began=1, healed=50))
    history.exits.append(Exit(at=9, worker=0, code=70, cause=""))


def stop_impolitely(history: History) -> None:
    history.exits.append(Exit(at=9, worker=0, code=1, cause="stopped"))


def hang(history: History) -> None:
    history.drained = False


def come_back_late(history: History) -> None:
    assert history.last
    history.spans.append(Span(kind=Kind.KILL, began=1, healed=2))
    history.samples = [replace(history.last, at=3.0, marks_done={}), replace(history.last, at=200.0)]


def fail_to_do_a_fault(history: History) -> None:
    history.spans.append(Span(kind=Kind.CRASH_POINT, began=1, healed=2, trouble="the worker did not come to it"))


def name_a_pupil(history: History) -> None:
    history.texts["worker-1.log"] = f"KeyError: '{pupil_key(3)}'"


def name_somebody(history: History) -> None:
    history.texts["metrics"] = 'alerts_total{pupil="abcdefghijklmnopqrstuvwxyz"} 1'


FLAWS: list[tuple[Flaw, int]] = [
    (lose_an_alert, 2),
    (lose_the_last_alert, 1),
    (double_an_alert, 2),
    (lose_an_alert_of_a_school, 2),
    (see_fewer_uncommitted, 2),
    (lose_the_first_of_an_id, 3),
    (pass_over_a_register, 4),
    (lose_a_register, 4),
    (lose_marks, 4),
    (lose_a_dead_letter, 4),
    (double_a_letter_too_old, 4),
    (change_a_dead_letter, 4),
    (lose_a_page, 5),
    (keep_an_old_page, 5),
    (go_back, 5),
    (lose_a_board, 5),
    (go_back_in_registers, 5),
    (end_by_itself, 6),
    (stop_without_a_reason, 6),
    (stop_without_a_word, 6),
    (stop_impolitely, 6),
    (hang, 6),
    (come_back_late, 6),
    (fail_to_do_a_fault, 6),
    (name_a_pupil, 7),
    (name_somebody, 7),
]


@pytest.mark.parametrize(("flaw", "promise"), FLAWS)
def test_every_flaw_is_found(history: History, flaw: Flaw, promise: int) -> None:
    """Whatever is lost, doubled, changed, hung or said, the promise that it breaks is named."""
    flaw(history)
    assert promise in {finding.check for finding in check(history).findings}


@pytest.mark.parametrize(
    "end",
    [
        Exit(at=9, worker=0, code=-9, cause="killed"),
        Exit(at=9, worker=0, code=137, cause="crash point"),
        Exit(at=9, worker=0, code=0, cause="stopped"),
        Exit(at=60, worker=0, code=70, cause="", why="waiting for Kafka: Undelivered: no answer"),
        Exit(at=60, worker=0, code=2, cause="", why="firstbell: Kafka does not answer"),
    ],
)
def test_an_end_with_a_reason_is_none_of_the_findings(history: History, end: Exit) -> None:
    """What was done to it, or a fail-stop while the broker is gone or shortly after."""
    history.spans.append(Span(kind=Kind.BROKER_KILL, began=1, healed=50))
    history.exits.append(end)
    assert check(history).findings == []


def test_when_a_school_was_heard_may_stand_in_a_page_that_is_later_than_the_summary(history: History) -> None:
    """A batch of two registers writes what is announced once, with the later one's session; two batches with either."""
    last = next(each for each in reversed(history.boards) if (each.key or b"").endswith(b"/board"))
    *others, session = msgspec.msgpack.decode(last.value or b"")
    history.boards.append(replace(last, value=msgspec.msgpack.encode([*others, session - 1])))
    assert check(history).findings == []
    history.boards.append(replace(last, value=msgspec.msgpack.encode([*others, session + 1])))
    assert [finding.check for finding in check(history).findings] == [5]
